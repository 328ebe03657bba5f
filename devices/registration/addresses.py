"""Where pushes to a device go, as its app or browser gives it, and what is refused."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.translation import gettext_lazy as _

from devices.gateways import allowlist, wns_message
from devices.models.applications import Environment, GatewayKind
from devices.models.installations import Platform
from devices.refusals import Refused

GATEWAYS = {
    Platform.IOS: (
        (GatewayKind.FCM, GatewayKind.APNS),
        _("Give the gateway fcm or apns: iOS devices have these."),
    ),
    Platform.ANDROID: (
        (GatewayKind.FCM,),
        _("Give the gateway fcm: Android devices have no other."),
    ),
    Platform.WEB: (
        (GatewayKind.WEBPUSH, GatewayKind.FCM),
        _("Give the gateway webpush or fcm: browsers have these."),
    ),
    Platform.WINDOWS: (
        (GatewayKind.WNS,),
        _("Give the gateway wns: Windows apps have no other."),
    ),
}
"""Which gateways reach a platform, and the sentence for any other."""

FCM_TOKEN = re.compile(r"[!-~]{1,4096}")
# 32 bytes today; Apple asks not to assume a size, and the library's column has room
# for 100 bytes.
APNS_TOKEN = re.compile(r"(?:[0-9a-f]{2}){32,100}")
WNS_DOMAIN = ".notify.windows.com"

BROWSERS = {
    "fcm.googleapis.com": "CHROME",
    ".google.com": "CHROME",
    ".mozilla.com": "FIREFOX",
    ".push.apple.com": "SAFARI",
    WNS_DOMAIN: "EDGE",
}
"""The library's word for the browser behind an endpoint's host, or its last part."""

POINT_BYTES, SECRET_BYTES = 65, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A token, and what a push to it needs.

    The last four are Web Push's alone: the browser's own keys, the VAPID public key
    with which it subscribed ("" when nobody said), and the library's word for the
    browser.
    """

    gateway: str
    token: str = field(repr=False)
    environment: str = Environment.PRODUCTION
    p256dh: str = field(default="", repr=False)
    auth: str = field(default="", repr=False)
    vapid_key: str = ""
    browser: str = ""


def cleaned(given: Address, *, platform: str) -> Address:
    """The same in our spelling; raises Refused naming the field at fault."""
    if given.gateway not in GatewayKind.values:
        sentence = _("Give the gateway: fcm, apns, webpush or wns.")
        raise Refused("/gateway", "unknown_gateway", sentence)
    gateways, sentence = GATEWAYS[Platform(platform)]
    if given.gateway not in gateways:
        raise Refused("/gateway", "wrong_gateway", sentence)
    if given.environment not in Environment.values:
        sentence = _("Give the environment: production or sandbox.")
        raise Refused("/environment", "unknown_environment", sentence)
    if given.gateway != GatewayKind.WEBPUSH:
        _refuse_keys(given)
    return CLEANED[GatewayKind(given.gateway)](given)


def browser_of(endpoint: str) -> str:
    """The library's word for the browser whose push service this is."""
    host = urlsplit(endpoint).hostname or ""
    for known, browser in BROWSERS.items():
        if host == known or (known.startswith(".") and host.endswith(known)):
            return browser
    return "CHROME"


def _refuse_keys(given: Address) -> None:
    for name in ("p256dh", "auth", "vapid_key", "browser"):
        if getattr(given, name):
            sentence = _("Leave this out: only the gateway webpush has it.")
            raise Refused(f"/{name}", "not_webpush", sentence)


def _fcm(given: Address) -> Address:
    if not FCM_TOKEN.fullmatch(given.token):
        sentence = _("Give the token exactly as Firebase returned it, without spaces.")
        raise Refused("/token", "bad_token", sentence)
    return given


def _apns(given: Address) -> Address:
    token = given.token.lower()
    if not APNS_TOKEN.fullmatch(token):
        sentence = _(
            "Give the device token as hexadecimal digits, two for each byte that iOS "
            "gave the app: 64 or more, without spaces or brackets."
        )
        raise Refused("/token", "bad_token", sentence)
    return replace(given, token=token)


def _webpush(given: Address) -> Address:
    wrong = allowlist.problem(given.token)
    if wrong:
        raise Refused("/token", "bad_token", wrong)
    return replace(
        given,
        p256dh=_point(given.p256dh, "p256dh"),
        auth=_secret(given.auth),
        vapid_key=given.vapid_key and _point(given.vapid_key, "vapid_key"),
        browser=given.browser.upper() or browser_of(given.token),
    )


def _wns(given: Address) -> Address:
    if not wns_message.is_channel(given.token):
        sentence = _(
            "Give the channel URI exactly as Windows returned it: an https address on "
            "notify.windows.com."
        )
        raise Refused("/token", "bad_token", sentence)
    return given


def _point(text: str, name: str) -> str:
    """A P-256 public key as base64url without padding; raises Refused."""
    plain, raw = _decoded(text)
    try:
        if len(raw) != POINT_BYTES:
            raise ValueError
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError as wrong:
        sentence = _(
            "Give this key as the browser has it: a P-256 public key of 65 bytes in "
            "base64url."
        )
        raise Refused(f"/{name}", "bad_key", sentence) from wrong
    return plain


def _secret(text: str) -> str:
    plain, raw = _decoded(text)
    if len(raw) != SECRET_BYTES:
        sentence = _(
            "Give auth as the browser has it: 16 bytes in base64url, of the same "
            "subscription as the endpoint."
        )
        raise Refused("/auth", "bad_key", sentence)
    return plain


def _decoded(text: str) -> tuple[str, bytes]:
    """(base64url without padding, its bytes); no bytes for what is no base64."""
    plain = text.rstrip("=").translate(str.maketrans("+/", "-_"))
    if not re.fullmatch(r"[A-Za-z0-9_-]+", plain) or len(plain) % 4 == 1:
        return plain, b""
    return plain, base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))


CLEANED: dict[GatewayKind, Callable[[Address], Address]] = {
    GatewayKind.FCM: _fcm,
    GatewayKind.APNS: _apns,
    GatewayKind.WEBPUSH: _webpush,
    GatewayKind.WNS: _wns,
}
