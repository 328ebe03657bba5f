"""How a token answers when it does not simply accept.

A script is set for one token, or comes from the token itself: every token that
begins with "dead-" is dead, and so on for each name in SCRIPTS.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from devices.simulator.apns_statuses import STATUS_OF
from devices.simulator.names import label_of

ERRNOS = (*range(101, 107), *range(108, 114), 201, 202, *range(900, 904), 999)
"""https://mozilla-services.github.io/autopush-rs/errors.html"""

SCRIPTS = {
    "dead": "404 UNREGISTERED: the app was removed",
    "malformed": "400 INVALID_ARGUMENT: not a registration token",
    "mismatch": "403 SENDER_ID_MISMATCH: a token of another project",
    "payload": "400 INVALID_ARGUMENT: a field of the message is refused",
    "unauthenticated": "401 without FcmError: our access token is refused",
    "thirdparty": "401 THIRD_PARTY_AUTH_ERROR: the project's APNs key is bad",
    "forbidden": "403 without FcmError: the account may not send",
    "disabled": "403 SERVICE_DISABLED: the API is switched off",
    "notfound": "404 as a page: wrong project or address",
    "throttled": "429 QUOTA_EXCEEDED for the project, first time only",
    "ratelimited": "429 RATE_LIMIT_EXCEEDED for the project, first time only",
    "busy": "429 QUOTA_EXCEEDED for the device, first time only",
    "unspecified": "400 UNSPECIFIED_ERROR",
    "unknown": "400 with a code that nobody knows",
    "internal": "500 INTERNAL",
    "badgateway": "502 as a page",
    "unavailable": "503, bare",
    "overloaded": "503 with Retry-After, first time only",
    "slow": "accepted after some seconds",
    "silent": "accepted, never answered",
    "closed": "accepted, then the connection is closed with TLS's good-bye",
    "dropped": "accepted, then the connection is cut without a word",
    "reset": "accepted, then the connection is reset",
    "broken": "accepted, then the stream is reset: INTERNAL_ERROR",
    "refused": "not processed: the stream is reset with REFUSED_STREAM, once",
    "goaway": "not processed: GOAWAY below the stream, once",
    "lastwords": "accepted, then GOAWAY that covers the stream, and no answer",
    "truncated": "accepted, the answer stops in the middle",
    "garbage": "accepted, the answer is not JSON",
    "huge": "accepted, the answer has no end",
    "drip": "accepted, the answer comes one byte at a time",
    "redirect": "307 to another host",
    "twice": "accepted, and the provider itself delivers it twice",
    "discarded": "WNS: 200 with X-WNS-Status: dropped",
    "unstated": "WNS: 200 without X-WNS-Status",
    "badmethod": "WNS: 405",
    "toolarge": "413: the message is too large",
    "longdead": "APNs: 410 Unregistered, for a year",
    "sandbox": "APNs: 400 BadDeviceToken in production, accepted in the sandbox",
    "production": "APNs: 400 BadDeviceToken in the sandbox, accepted in production",
    **{reason: f"APNs: {status}" for reason, status in STATUS_OF.items()},
    "away": "accepted, kept until the browser is back (Web Push)",
    "UnauthorizedRegistration": "401, subscribed with another key (Google)",
    "InvalidRegistration": "400, no subscription of a browser (Google)",
    "BadJwtToken": "403, the VAPID token is refused (Apple)",
    "BadVapidPublicKey": "400, the VAPID key is no key (Apple)",
    "VapidPkHashMismatch": "400, subscribed with another key (Apple)",
    "BadTtl": "400, the TTL is no positive number (Apple)",
    "BadUrgency": "400, no such urgency (Apple)",
    "BadWebPushTopic": "400, the topic is refused (Apple)",
    **{f"errno{number}": "an error of Mozilla's by its number" for number in ERRNOS},
}
ACCEPTING = {name for name, words in SCRIPTS.items() if words.startswith("accepted")}
"""The message reached the phone, whatever became of the answer."""

ONCE = {
    "throttled",
    "ratelimited",
    "busy",
    "overloaded",
    "refused",
    "goaway",
    "TooManyRequests",
}
"""Answer so the first time, and accept afterwards, unless told how often."""

REMEMBERED = 200_000
"""How many tokens that had their turn are remembered."""


@dataclass(slots=True, kw_only=True)
class Script:
    """``times`` answers that way (None: always), then it accepts. Seconds.

    ``every`` nth request only. ``taken``: the message reached the phone, whatever the
    answer says of it, as providers do in a storm of errors.
    """

    name: str
    times: int | None = None
    retry_after: int | None = None
    delay: float = 0.0
    every: int = 1
    taken: bool = False
    asked: int = 0

    @property
    def reaches_phone(self) -> bool:
        """Whether the provider took the message, whatever became of its answer."""
        return self.taken or self.name in ACCEPTING


class Scripts:
    """Which script answers a token now."""

    def __init__(self) -> None:
        self._set: dict[str, Script] = {}
        self._spent: OrderedDict[str, None] = OrderedDict()

    def put(self, wanted: Mapping[str, Any]) -> None:
        """Set the script of one token; without a name, the token just accepts.

        ``wanted``: token, script, and times, retry_after, delay, every, taken where
        they matter; the token "app:<account>" is a whole application.
        Raises ValueError with a sentence.
        """
        token, name = wanted.get("token"), wanted.get("script")
        if not isinstance(token, str) or not token:
            raise ValueError("Say for which token the script is.")
        self._spent.pop(token, None)
        if name is None:
            self._set.pop(token, None)
            return
        if name not in SCRIPTS:
            raise ValueError(f"There is no script {name!r}: {', '.join(SCRIPTS)}.")
        self._set[token] = Script(
            name=name,
            times=wanted.get("times", 1 if name in ONCE else None),
            retry_after=wanted.get("retry_after"),
            delay=float(wanted.get("delay", 0)),
            every=max(1, int(wanted.get("every", 1))),
            taken=bool(wanted.get("taken", False)),
        )

    def load(self, path: Path) -> None:
        """Read scripts from a file: one JSON object per line."""
        self.put_all(orjson.loads(line) for line in path.read_bytes().splitlines())

    def put_all(self, wanted: Iterable[Mapping[str, Any]]) -> None:
        for each in wanted:
            self.put(each)

    def take(self, token: str) -> Script | None:
        """The script that answers this request, counted; None accepts."""
        script = self._set.get(token)
        if script is None:
            return self._by_prefix(token)
        script.asked += 1
        if script.asked % script.every:
            return None
        if script.times is None:
            return script
        if script.times <= 0:
            return None
        script.times -= 1
        return script

    def take_for(self, account: str) -> Script | None:
        """The script of an account: a project, a topic, a key, a package."""
        return self.take(f"app:{account}")

    def _by_prefix(self, token: str) -> Script | None:
        label = label_of(token)
        name = label.partition("-")[0]
        if name not in SCRIPTS or name == label or token in self._spent:
            return None
        if name in ONCE:
            self._spent[token] = None
            if len(self._spent) > REMEMBERED:
                self._spent.popitem(last=False)
        return Script(name=name)
