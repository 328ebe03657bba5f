"""The push services for browsers: Google's, Mozilla's, Apple's and Microsoft's.

They take a message that they cannot read; the browser behind them decrypts it, and
the journal keeps what it read. RFC 8030, 8188, 8291 and 8292.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec

from devices.gateways.encryption import BadSubscription, from_base64url
from devices.simulator import webpush_browsers, webpush_errors
from devices.simulator.exchange import Incoming, Outcome, Shown
from devices.simulator.http2 import STREAMS
from devices.simulator.phones import Phones
from devices.simulator.scripts import Scripts
from devices.simulator.webpush_browsers import ANY_KEY, Browser, Undecipherable
from devices.simulator.webpush_sleepers import Sleepers

AUTHORIZATION = re.compile(r"vapid t=([!-+\--~]{1,4096}), ?k=([A-Za-z0-9_-]{87})")
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
URGENCIES = {"very-low", "low", "normal", "high"}
LONGEST_LIFE = 86_400
LARGEST_BODY = 4096
FAMILY = {
    "fcm.googleapis.com": "google",
    "updates.push.services.mozilla.com": "mozilla",
    "web.push.apple.com": "apple",
}
FOR_BROWSERS = {
    "google": ("/fcm/send/", "/wp/"),
    "mozilla": ("/",),
    "apple": ("/",),
    "windows": ("/w/",),
}
"""Google and Microsoft answer apps at the same hosts, below other paths."""


class WebPush:
    """Answers for every push service that browsers use."""

    def __init__(self, folder: Path, scripts: Scripts, phones: Phones) -> None:
        self._secret = webpush_browsers.secret_in(folder)
        self._scripts = scripts
        self._sleepers = Sleepers(phones)

    def serves(self, host: str) -> bool:
        return family_of(host) is not None

    def takes(self, host: str, path: str) -> bool:
        """Whether a host's path is one for browsers."""
        family = family_of(host)
        return family is not None and path.startswith(FOR_BROWSERS[family])

    def gone(self, connection: int) -> None:
        """Nothing is remembered of a connection."""

    def first_streams(self) -> int:
        return STREAMS

    def answer(self, request: Incoming, *, at: float) -> Outcome:
        """What becomes of one request, at a Unix time."""
        family = family_of(request.host) or "google"
        endpoint = f"https://{request.host}{request.path}"
        outcome = Outcome(
            reply=webpush_errors.refusal(family, "notfound"), gateway="webpush"
        )
        wanted = webpush_browsers.key_wanted(self._secret, endpoint)
        if request.method != "POST" or wanted is None:
            outcome.claims = _told(request)
            return outcome
        outcome.token = endpoint
        outcome.claims = _told(request)
        outcome.body = self._read(endpoint, request.body)
        outcome.run = _run_of(outcome.body)
        fault = _fault(request, wanted, at)
        if fault:
            outcome.reply = webpush_errors.refusal(family, fault)
            return outcome
        self._accept(outcome, request, family, at)
        return outcome

    def _accept(
        self, outcome: Outcome, request: Incoming, family: str, at: float
    ) -> None:
        """Follow the script of the application or of the browser, or accept."""
        endpoint = outcome.token or ""
        ttl = request.headers["ttl"]
        ordinary = webpush_errors.accepted(family, endpoint, ttl)
        account = str(outcome.claims.get("sub", ""))
        script = self._scripts.take_for(account) or self._scripts.take(endpoint)
        outcome.script = script.name if script else None
        outcome.reply = ordinary
        if script and script.name != "away":
            outcome.reply = webpush_errors.scripted(family, script, ordinary)
        if script and not script.reaches_phone:
            return
        shown = shown_by_browser(outcome.body)
        if script and script.name == "away":
            topic = request.headers.get("topic", "")
            self._sleepers.keep(endpoint, topic, shown, until=at + int(ttl), at=at)
            return
        self._sleepers.wake(endpoint, at=at)
        outcome.shown = shown

    def _read(self, endpoint: str, body: bytes) -> Any:
        """What the browser decrypts, parsed; None when it cannot."""
        try:
            return orjson.loads(Browser(self._secret, endpoint).decrypt(body))
        except (Undecipherable, ValueError):
            return None


def family_of(host: str) -> str | None:
    """Which company answers at a host, None when it is none of them."""
    if host.endswith(".notify.windows.com"):
        return "windows"
    if host.endswith(".push.services.mozilla.com"):
        return "mozilla"
    return FAMILY.get(host)


def shown_by_browser(message: Any) -> Shown | None:
    """What the site's service worker shows of a message, and where a tap leads."""
    notification = message.get("notification") if isinstance(message, dict) else None
    if not isinstance(notification, dict):
        return None
    values = notification.get("data") or {}
    return Shown(
        kind="browser",
        title=str(notification.get("title", "")),
        body=str(notification.get("body", "")),
        image=str(notification.get("image", "")),
        icon=str(notification.get("icon", "")),
        buttons=tuple(
            (str(each.get("action", "")), str(each.get("title", "")))
            for each in notification.get("actions", ())
        ),
        tag=str(notification.get("tag", "")),
        link=str(values.get("link", "")),
        n=str(values.get("n", "")),
    )


def _run_of(message: Any) -> str | None:
    try:
        run = message["notification"]["data"]["run"]
    except (TypeError, KeyError):
        return None
    return run if isinstance(run, str) else None


def _fault(request: Incoming, wanted: str, at: float) -> str:
    """What the push service itself has against a request, "" when nothing.

    A name of webpush_errors.FAMILIES.
    """
    headers = request.headers
    ttl = headers.get("ttl", "")
    if not ttl.isdigit() or not 1 <= int(ttl) <= 2_592_000:
        return "ttl"
    if headers.get("urgency", "normal") not in URGENCIES:
        return "urgency"
    if "topic" in headers and not TOPIC.fullmatch(headers["topic"]):
        return "topic"
    trouble = _trouble_with_sender(request, wanted, at)
    if trouble:
        return trouble
    if len(request.body) > LARGEST_BODY:
        return "toolarge"
    whole = headers.get("content-encoding") == "aes128gcm" and len(request.body) >= 104
    return "" if whole else "payload"


def _trouble_with_sender(request: Incoming, wanted: str, at: float) -> str:
    """What is wrong with the VAPID authorization (RFC 8292)."""
    found = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if not found:
        return "unauthenticated"
    claims = _proved(found[1], found[2], f"https://{request.host}")
    ends = claims.get("exp", 0)
    if not isinstance(ends, int) or not at < ends <= at + LONGEST_LIFE:
        return "forbidden"
    if not str(claims.get("sub", "")).startswith(("mailto:", "https:")):
        return "forbidden"
    if wanted not in (ANY_KEY, webpush_browsers.fingerprint(found[2])):
        return "mismatch"
    return ""


@lru_cache(maxsize=1024)
def _proved(token: str, key: str, origin: str) -> Mapping[str, Any]:
    """The claims of a token that this key signed for this origin, or nothing."""
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(
            ec.SECP256R1(), from_base64url(key)
        )
        claims: Mapping[str, Any] = jwt.decode(
            token,
            public,
            algorithms=["ES256"],
            audience=origin,
            options={"require": ["aud", "exp"], "verify_exp": False},
        )
    except (jwt.PyJWTError, BadSubscription, ValueError):
        return {}
    return claims


def _told(request: Incoming) -> Mapping[str, Any]:
    """What a token says, unproved: the journal must not hold a usable one."""
    found = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    return _unproved(found[1]) | {"k": found[2]} if found else {}


@lru_cache(maxsize=1024)
def _unproved(token: str) -> dict[str, Any]:
    try:
        return dict(jwt.decode(token, options={"verify_signature": False}))
    except jwt.PyJWTError:
        return {}
