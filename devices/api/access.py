"""Who calls: an app by its public key, a device by its secret; and how often."""

import hashlib
import ipaddress
import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer
from ninja.security.http import HttpAuthBase

from devices import identity, registration
from devices.models import Allowance, Application, Installation, ServerKey

from .problems import Problem, missing_scope, not_found, unauthenticated

PUBLIC_KEY = re.compile(r"pk_[A-Za-z0-9_-]{1,61}")
DEVICE = re.compile(r"Device dev_([0-9a-f]{32}):([A-Za-z0-9_-]{1,100})", re.I)

SPEND = """
INSERT INTO devices_allowance AS kept (key, free_at)
VALUES (%(key)s, %(at)s + %(step)s)
ON CONFLICT (key) DO UPDATE SET free_at = greatest(kept.free_at, %(at)s) + %(step)s
WHERE greatest(kept.free_at, %(at)s) + %(step)s <= %(at)s + %(whole)s
RETURNING free_at"""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls per period, all at once or one by one."""

    name: str
    calls: int
    period: timedelta


class AppKey(HttpBearer):
    """The public key that an app or a site carries: it may register, no more."""

    def authenticate(self, request: HttpRequest, token: str) -> Application:
        known = PUBLIC_KEY.fullmatch(token)
        found = known and Application.objects.filter(public_key=token).first()
        if not found:
            raise unauthenticated()
        rate = Rate("register", settings.API_REGISTRATIONS_PER_HOUR, timedelta(hours=1))
        spend(rate, f"{found.pk} {caller(request)}", timezone.now())
        return found


class DeviceSecret(HttpAuthBase):
    """The secret that registration gave to one device, for that device's pages."""

    openapi_scheme = "Device"

    def __call__(self, request: HttpRequest) -> Installation:
        given = DEVICE.fullmatch(request.headers.get("Authorization", ""))
        if not given:
            raise unauthenticated()
        at, public_id = timezone.now(), uuid.UUID(given[1])
        found = (
            Installation.objects.select_related("person", "application")
            .filter(public_id=public_id)
            .first()
        )
        if not registration.is_secret_of(found, given[2]) or found is None:
            raise not_found()
        if not is_page_of(request, found):
            raise not_found()
        rate = Rate("device", settings.API_CALLS_PER_MINUTE, timedelta(minutes=1))
        spend(rate, str(found.pk), at)
        registration.seen(found, at)
        return found


class ServerKeyAuth(HttpBearer):
    """A secret key of the customer's own server, which opens what its scopes say."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ServerKey:
        at = timezone.now()
        key = identity.server_key(token, at)
        if key is None:
            raise unauthenticated()
        if self.scope not in key.scopes:
            raise missing_scope(self.scope)
        calls = settings.API_SERVER_CALLS_PER_MINUTE
        spend(Rate("server", calls, timedelta(minutes=1)), str(key.pk), at)
        identity.used(key, at)
        return key


def is_page_of(request: HttpRequest, installation: Installation) -> bool:
    """Whether the address names this device, or none at all."""
    match = request.resolver_match
    named = match.kwargs.get("device_id") if match else None
    return named is None or named == device_id(installation)


def device_id(installation: Installation) -> str:
    return f"dev_{installation.public_id.hex}"


def spend(rate: Rate, who: str, at: datetime) -> None:
    """Take one call of a caller's allowance, or raise Problem 429.

    The generic cell rate algorithm in one statement: the row keeps when the whole
    allowance is free again, so two callers at once cannot both take the last one.
    """
    key = hashlib.sha256(f"{rate.name} {who}".encode()).digest()
    facts: dict[str, Any] = {
        "key": key,
        "at": at,
        "step": rate.period / rate.calls,
        "whole": rate.period,
    }
    with connection.cursor() as cursor:
        cursor.execute(SPEND, facts)
        if cursor.fetchone():
            return
    free_at = Allowance.objects.values_list("free_at", flat=True).get(key=key)
    wait = free_at + facts["step"] - rate.period - at
    raise Problem(
        429,
        "too_many_requests",
        _("Wait as long as Retry-After says, then send it again."),
        headers={"Retry-After": str(max(1, ceil(wait.total_seconds())))},
    )


def drop_spent(at: datetime) -> int:
    """Forget allowances that are whole again; housekeeping calls this."""
    return Allowance.objects.filter(free_at__lt=at).delete()[0]


def caller(request: HttpRequest) -> str:
    """The caller's address; of IPv6 the network, which one subscriber owns whole."""
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    trusted = settings.TRUSTED_PROXIES
    address = request.META.get("REMOTE_ADDR", "")
    if 0 < trusted <= len(hops):
        address = hops[-trusted].strip()
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if ip.version == 6:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
