"""What scripts answer at APNs, in its own words (providers.md B5)."""

from dataclasses import replace
from typing import Any

import orjson

from devices.simulator.apns_statuses import STATUS_OF
from devices.simulator.exchange import Reply, page_reply
from devices.simulator.scripts import Script

UNKNOWN = "NeverHeardOf"
REASON_OF = {
    "dead": "Unregistered",
    "longdead": "Unregistered",
    "malformed": "BadDeviceToken",
    "sandbox": "BadDeviceToken",
    "production": "BadDeviceToken",
    "mismatch": "DeviceTokenNotForTopic",
    "payload": "BadExpirationDate",
    "unauthenticated": "ExpiredProviderToken",
    "forbidden": "Forbidden",
    "disabled": "TopicDisallowed",
    "notfound": "BadPath",
    "throttled": "TooManyRequests",
    "ratelimited": "TooManyRequests",
    "busy": "TooManyRequests",
    "unknown": UNKNOWN,
    "internal": "InternalServerError",
    "unavailable": "ServiceUnavailable",
    "overloaded": "ServiceUnavailable",
}
"""What the scripts that every provider knows are at this one."""

LONG_DEAD = 365 * 86_400
"""Seconds since which a "longdead" token has been so."""

FAREWELL = orjson.dumps({"reason": "Shutdown"})
"""What a GOAWAY of APNs says."""


def refused(reason: str, *, since: float | None = None) -> Reply:
    """The answer with a reason; ``since`` in Unix seconds, for a dead token."""
    error: dict[str, Any] = {"reason": reason}
    if since is not None:
        error["timestamp"] = int(since * 1000)
    return Reply(
        status=STATUS_OF.get(reason, 400),
        headers=(("content-type", "application/json"),),
        body=orjson.dumps(error),
        farewell=FAREWELL,
    )


def scripted(script: Script, accepted: Reply, *, at: float) -> Reply:
    """The answer that a script gives, where ``accepted`` would be the ordinary one."""
    reply = replace(_reply(script.name, accepted, at), delay=script.delay)
    if script.retry_after is None:
        return reply
    line = ("retry-after", str(script.retry_after))
    return replace(reply, headers=(*reply.headers, line))


def _reply(name: str, accepted: Reply, at: float) -> Reply:
    reason = REASON_OF.get(name, name)
    if name == "badgateway":
        return page_reply(502, "Server Error")
    if name == "redirect":
        elsewhere = ("location", "https://elsewhere.invalid/")
        return Reply(status=307, headers=(elsewhere,))
    if reason not in STATUS_OF and reason != UNKNOWN:
        # An accepted push has no body that could be cut off or come slowly.
        return replace(accepted, manner=name, body=b" " * 20)
    if STATUS_OF.get(reason) != 410:
        return refused(reason)
    return refused(reason, since=at - LONG_DEAD if name == "longdead" else at)
