"""The device that a row names: its address, judged as one that registers is."""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson
from django.utils.translation import gettext_lazy as _

from devices.models.applications import Environment, GatewayKind
from devices.models.installations import Permission, Platform, version_order
from devices.refusals import Refused
from devices.registration import SILENCE, addresses

from . import vendors, words

HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2}){32,100}")
Values = dict[str, str]


class Device(NamedTuple):
    """In the order of registration.BulkDevice's columns, but for the person."""

    key: str
    token: str
    platform: str
    permission: str
    model: str
    os_version: str
    app_version: str
    locale: str
    zone: str
    registered_at: datetime
    seen_at: datetime
    gateway: str
    environment: str
    p256dh: str
    auth: str
    vapid_key: str
    browser: str

    def __repr__(self) -> str:
        return f"Device({self.key!r})"

    def kept(self) -> dict[str, Any]:
        """As a staged row holds it."""
        return {**self._asdict(), "version_order": version_order(self.app_version)}


def device(
    said: Values, person: Any, shape: str, options: dict[str, Any], *, at: datetime
) -> Device | None:
    """None when the row has no token, or says that it is dead. Raises Refused."""
    said = subscription(said)
    token = said.get("token", "")
    if not token or is_dead(said.get("active", ""), shape):
        return None
    platform = platform_of(said, token, shape, options)
    address = addresses.cleaned(
        addresses.Address(
            gateway=gateway_of(said, token, platform),
            token=token,
            environment=environment(said.get("environment", "")),
            **browser_keys(said, token),
        ),
        platform=platform,
    )
    # What nobody proved by a call of its own must not keep the app itself waiting.
    seen = min(person.seen_at or at, at - SILENCE - timedelta(hours=1))
    key = said.get("key") or f"import-{hashlib.sha256(token.encode()).hexdigest()[:40]}"
    if len(key) > 128 or not key.isprintable():
        raise Refused("/installation_id", "bad_installation_id", BAD_KEY)
    return Device(
        key=key,
        platform=platform,
        permission=permission(said, platform, shape, options),
        model=said.get("model", "")[:80],
        os_version=said.get("os_version", "")[:40],
        app_version=said.get("app_version", "")[:40],
        locale=person.locale,
        zone=person.zone,
        registered_at=min(person.made_at or seen, seen),
        seen_at=seen,
        gateway=address.gateway,
        token=address.token,
        environment=address.environment,
        p256dh=address.p256dh,
        auth=address.auth,
        vapid_key=address.vapid_key,
        browser=address.browser,
    )


BAD_KEY = _("An installation id has at most 128 characters, none of them invisible.")
NO_PLATFORM = _(
    "The row does not say its device's platform: name a column, or one for all rows."
)
NOT_OURS = _(
    "The device's kind is one that Pushsite does not send to, such as an email "
    "address, a telephone number or a shop of another maker."
)
BAD_PERMISSION = _("The permission is not readable: write granted, denied or unknown.")
BAD_ENVIRONMENT = _("Give the environment: production or sandbox.")
BAD_SUBSCRIPTION = _("The web push subscription is not what PushManager.toJSON() gave.")


def subscription(said: Values) -> Values:
    """The parts of a browser's subscription, when the row has it in one cell."""
    if "subscription" not in said:
        return said
    try:
        found = orjson.loads(said["subscription"])
        keys = found["keys"]
        told = {"token": found["endpoint"], "p256dh": keys["p256dh"]}
        told["auth"] = keys["auth"]
    except (ValueError, TypeError, KeyError) as broken:
        raise Refused("/subscription", "bad_json", BAD_SUBSCRIPTION) from broken
    if not all(isinstance(each, str) for each in told.values()):
        raise Refused("/subscription", "bad_json", BAD_SUBSCRIPTION)
    return {**said, **told}


def is_dead(word: str, shape: str) -> bool:
    """OneSignal's column says the contrary: that the identifier is invalid."""
    dead = words.YES if shape == vendors.ONESIGNAL else words.NO
    return words.spelled(word) in dead


def platform_of(
    said: Values, token: str, shape: str, options: dict[str, Any]
) -> Platform:
    if word := said.get("platform"):
        found = words.platform(word, shape)
        if found is None:
            raise Refused("/platform", "unknown_platform", NOT_OURS)
        return Platform(found)
    if token.startswith("https://"):
        is_windows = said.get("gateway") == GatewayKind.WNS
        return Platform.WINDOWS if is_windows else Platform.WEB
    if HEXADECIMAL.fullmatch(token):
        return Platform.IOS
    if options.get("platform") in Platform.values:
        return Platform(options["platform"])
    raise Refused("/platform", "unknown_platform", NO_PLATFORM)


def gateway_of(said: Values, token: str, platform: Platform) -> str:
    if word := said.get("gateway"):
        return {"gcm": "fcm"}.get(word.lower(), word.lower())
    if platform == Platform.IOS and HEXADECIMAL.fullmatch(token):
        return GatewayKind.APNS
    if platform == Platform.WEB and token.startswith("https://"):
        return GatewayKind.WEBPUSH
    return GatewayKind.WNS if platform == Platform.WINDOWS else GatewayKind.FCM


def environment(word: str) -> str:
    if not word:
        return Environment.PRODUCTION
    known = {"development": "sandbox", "dev": "sandbox"}
    return known.get(word.lower(), word.lower())


def browser_keys(said: Values, token: str) -> dict[str, str]:
    if not token.startswith("https://"):
        return {}
    return {name: said.get(name, "") for name in ("p256dh", "auth", "vapid_key")}


def permission(
    said: Values, platform: Platform, shape: str, options: dict[str, Any]
) -> str:
    """What the row says; else granted for a browser, which subscribes after a yes."""
    if word := said.get("permission"):
        found = words.permission(word, shape)
        if found is None:
            raise Refused("/permission", "unknown_permission", BAD_PERMISSION)
        return found
    if platform == Platform.WEB or options.get("granted"):
        return Permission.GRANTED
    return Permission.UNKNOWN
