"""Tokens, their hashes, secrets, and the library's rows that hold the tokens."""

import hashlib
import hmac
import re
import secrets
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _
from push_notifications.models import APNSDevice, GCMDevice, WebPushDevice, WNSDevice

from devices.models import Installation
from devices.models.applications import GatewayKind, library_id
from devices.models.installations import LINKS
from devices.refusals import Refused

LIBRARY: dict[str, Any] = dict(
    zip(LINKS, (GCMDevice, APNSDevice, WebPushDevice, WNSDevice), strict=True)
)
TOKEN = re.compile(r"[!-~]{1,4096}")


def hash_of(token: str) -> bytes:
    """The SHA-256 by which a token is known outside the library's row."""
    return hashlib.sha256(token.encode()).digest()


def new_secret() -> str:
    """256 random bits for one device, shown once."""
    return "ds_" + secrets.token_urlsafe(32)


def is_secret(secret: str, secret_hash: bytes) -> bool:
    """Whether this is the secret behind the hash, in constant time."""
    return hmac.compare_digest(hash_of(secret), secret_hash)


def check(gateway: str, token: str) -> None:
    """Raise Refused unless the token is one that we can keep and send to."""
    if gateway != GatewayKind.FCM:
        raise Refused(
            "/gateway", "unknown_gateway", _("Register devices with the gateway fcm.")
        )
    if not TOKEN.fullmatch(token):
        raise Refused(
            "/token",
            "bad_token",
            _("Give the token exactly as Firebase returned it, without spaces."),
        )


def new_row(
    application_id: int, environment: str, token: str, *, active: bool
) -> GCMDevice:
    """The library's row for a token that no installation of ours has yet."""
    return GCMDevice.objects.create(
        registration_id=token,
        cloud_message_type="FCM",
        application_id=library_id(application_id, environment),
        active=active,
    )


def set_row(installation: Installation, *, token: str | None, active: bool) -> None:
    """Write the library's row of an installation; None keeps its token."""
    values: dict[str, object] = {"active": active}
    if token is not None:
        values["registration_id"] = token
    for link in LINKS:
        if pk := getattr(installation, f"{link}_id"):
            LIBRARY[link].objects.filter(pk=pk).update(**values)


def claim(*names: bytes) -> None:
    """Hold these names until the transaction ends, so that one caller has them.

    Sorted, so that two callers with the same two names cannot wait in a ring.
    """
    numbers = sorted(
        int.from_bytes(hashlib.sha256(name).digest()[:8], signed=True) for name in names
    )
    places = ", ".join(["pg_advisory_xact_lock(%s)"] * len(numbers))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {places}", numbers)


def claim_registration(application_id: int, key: str, token_hash: bytes) -> None:
    """Hold an installation id and a token of one application."""
    scope = f"registration {application_id} ".encode()
    claim(scope + b"key " + key.encode(), scope + b"token " + token_hash)
