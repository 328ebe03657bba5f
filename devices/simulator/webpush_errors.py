"""How each push service refuses, in its own form (providers.md G3)."""

import re
from collections.abc import Mapping
from dataclasses import replace
from secrets import token_urlsafe
from uuid import uuid4

from devices.simulator.exchange import Reply, json_reply, page_reply
from devices.simulator.scripts import Script

TEXT = ("content-type", "text/plain; charset=utf-8")
MISMATCH = (
    "the VAPID credentials in the authorization header do not correspond to the "
    "credentials used to create the subscriptions.\n"
)
MORE = "http://autopush.readthedocs.io/en/latest/http.html#error-codes"
ERRNO = {
    101: (400, "Bad Request", "Missing necessary crypto keys"),
    102: (404, "Not Found", "Request did not validate invalid token"),
    103: (410, "Gone", "Expired URL endpoint"),
    104: (
        413,
        "Payload Too Large",
        "This message is intended for a constrained device",
    ),
    105: (410, "Gone", "Endpoint became unavailable during request"),
    106: (410, "Gone", "Request did not validate invalid subscription"),
    108: (400, "Bad Request", "Router type is invalid"),
    109: (401, "Unauthorized", "Invalid authentication"),
    110: (400, "Bad Request", "Invalid crypto keys specified"),
    111: (400, "Bad Request", "Missing required header: TTL"),
    112: (400, "Bad Request", "Invalid TTL header value"),
    113: (400, "Bad Request", "Invalid Topic header value"),
    201: (503, "Service Unavailable", "Use exponential back-off for retries"),
    202: (503, "Service Unavailable", "Immediate retry ok"),
    900: (500, "Internal Server Error", "Database misbehaving"),
    901: (500, "Internal Server Error", "Bridge authentication failed"),
    902: (500, "Internal Server Error", "Bridge cannot be reached"),
    903: (500, "Internal Server Error", "Bridge timed out"),
    999: (500, "Internal Server Error", "Unknown error"),
}
"""https://mozilla-services.github.io/autopush-rs/errors.html"""

APPLE = {
    "BadTtl": 400,
    "BadUrgency": 400,
    "BadWebPushTopic": 400,
    "BadVapidPublicKey": 400,
    "VapidPkHashMismatch": 400,
    "PayloadTooLarge": 413,
    "BadJwtToken": 403,
    "Unregistered": 410,
    "TooManyRequests": 429,
}
GOOGLE = {
    "UnauthorizedRegistration": (401, "UnauthorizedRegistration\n"),
    "InvalidRegistration": (400, "InvalidRegistration\n"),
}
NUMBERED = re.compile(r"errno([0-9]{3})")
REDIRECT = Reply(status=307, headers=(("location", "https://elsewhere.invalid/"),))


def accepted(family: str, endpoint: str, ttl: str) -> Reply:
    """201, with what the service says of a message that it took."""
    if family == "apple":
        return Reply(status=201, headers=(("apns-id", str(uuid4())),))
    if family == "windows":
        return Reply(status=201, headers=(("x-wns-status", "received"),))
    origin = "/".join(endpoint.split("/")[:3])
    place = ("location", f"{origin}/m/{token_urlsafe(12)}")
    return Reply(status=201, headers=(place, ("ttl", ttl)))


def refusal(family: str, name: str) -> Reply:
    """The service's own answer for a script's name, or for what it found itself.

    Names of one service ("BadTtl", "errno109") have one form everywhere. Raises
    KeyError for a name that is no refusal.
    """
    numbered = NUMBERED.fullmatch(name)
    if numbered:
        return _numbered(int(numbered[1]))
    if name in APPLE:
        return json_reply(APPLE[name], {"reason": name})
    if name in GOOGLE:
        return _text(*GOOGLE[name])
    return FAMILIES[family][name]


def scripted(family: str, script: Script, ordinary: Reply) -> Reply:
    """The answer that a script gives, where ``ordinary`` would be given without."""
    try:
        reply = refusal(family, script.name)
    except KeyError:
        reply = replace(ordinary, manner=script.name)
    if script.retry_after is not None:
        reply = _retry_after(reply, script.retry_after)
    return replace(reply, delay=script.delay)


def _numbered(number: int, message: str = "", status: int = 0) -> Reply:
    usual, error, words = ERRNO[number]
    code = status or usual
    body = {"code": code, "errno": number, "error": error, "more_info": MORE}
    return json_reply(code, body | {"message": message or words})


def _text(status: int, words: str) -> Reply:
    return Reply(status=status, headers=(TEXT,), body=words.encode())


def _reason(status: int, reason: str) -> Reply:
    return json_reply(status, {"reason": reason})


def _windows(status: int, words: str) -> Reply:
    headers = (("x-wns-error-description", words), ("x-wns-status", "dropped"))
    return Reply(status=status, headers=headers)


def _retry_after(reply: Reply, seconds: int) -> Reply:
    kept = tuple(line for line in reply.headers if line[0] != "retry-after")
    return replace(reply, headers=(*kept, ("retry-after", str(seconds))))


FAMILIES: Mapping[str, Mapping[str, Reply]] = {
    "google": {
        "dead": _text(410, "push subscription has unsubscribed or expired.\n"),
        "malformed": _text(400, "InvalidRegistration\n"),
        "mismatch": _text(403, MISMATCH),
        "payload": _text(400, "invalid content-encoding\n"),
        "toolarge": _text(413, "payload too large\n"),
        "ttl": _text(400, "invalid TTL\n"),
        "topic": _text(400, "invalid topic\n"),
        "urgency": _text(400, "invalid urgency\n"),
        "unauthenticated": _text(401, "missing or malformed authorization\n"),
        "forbidden": _text(403, "permission denied: invalid JWT provided\n"),
        "notfound": page_reply(404, "Not Found"),
        "throttled": _retry_after(_text(429, "too many requests\n"), 30),
        "busy": _text(429, "too many requests\n"),
        "unknown": _text(400, "something new\n"),
        "internal": _text(500, "internal error\n"),
        "badgateway": page_reply(502, "Server Error"),
        "unavailable": _text(503, "unavailable\n"),
        "overloaded": _retry_after(_text(503, "unavailable\n"), 10),
        "redirect": REDIRECT,
    },
    "mozilla": {
        "dead": _numbered(106),
        "malformed": _numbered(102),
        "mismatch": _numbered(109, "VAPID public key mismatch"),
        "payload": _numbered(110),
        "toolarge": _numbered(104),
        "ttl": _numbered(111),
        "topic": _numbered(113),
        "urgency": _numbered(110, "Invalid Urgency header value"),
        "unauthenticated": _numbered(109, "Missing VAPID header"),
        "forbidden": _numbered(109, "Invalid VAPID token"),
        "notfound": _numbered(102),
        "throttled": _retry_after(_numbered(201, "Too many requests", 429), 118),
        "busy": _numbered(201, "Too many requests", 429),
        "unknown": json_reply(400, {"code": 400, "errno": 444, "error": "New"}),
        "internal": _numbered(999),
        "badgateway": page_reply(502, "Bad Gateway"),
        "unavailable": _numbered(201),
        "overloaded": _retry_after(_numbered(202), 10),
        "redirect": REDIRECT,
    },
    "apple": {
        "dead": _reason(410, "Unregistered"),
        "malformed": _reason(410, "Unregistered"),
        "mismatch": _reason(403, "VapidPkHashMismatch"),
        "payload": _reason(400, "BadUrgency"),
        "toolarge": _reason(413, "PayloadTooLarge"),
        "ttl": _reason(400, "BadTtl"),
        "topic": _reason(400, "BadWebPushTopic"),
        "urgency": _reason(400, "BadUrgency"),
        "unauthenticated": _reason(403, "BadJwtToken"),
        "forbidden": _reason(403, "BadJwtToken"),
        "notfound": _reason(404, "BadPath"),
        "throttled": _retry_after(_reason(429, "TooManyRequests"), 30),
        "busy": _reason(429, "TooManyRequests"),
        "unknown": _reason(400, "NeverHeardOf"),
        "internal": _reason(500, "InternalServerError"),
        "badgateway": page_reply(502, "Bad Gateway"),
        "unavailable": _reason(503, "ServiceUnavailable"),
        "overloaded": _retry_after(_reason(503, "ServiceUnavailable"), 10),
        "redirect": REDIRECT,
    },
    "windows": {
        "dead": _windows(410, "The channel expired"),
        "malformed": _windows(404, "The channel is not valid"),
        "mismatch": _windows(403, "The VAPID key mismatch"),
        "payload": _windows(400, "Bad request"),
        "toolarge": _windows(413, "The payload is too large"),
        "ttl": _windows(400, "The TTL header is missing"),
        "topic": _windows(400, "The Topic header is not valid"),
        "urgency": _windows(400, "The Urgency header is not valid"),
        "unauthenticated": _windows(401, "The token is missing"),
        "forbidden": _windows(403, "The token is not valid"),
        "notfound": _windows(404, "The channel is not valid"),
        "throttled": _retry_after(_windows(406, "Throttled"), 30),
        "busy": _windows(406, "Throttled"),
        "unknown": _windows(400, "Something new"),
        "internal": _windows(500, "Internal failure"),
        "badgateway": page_reply(502, "Bad Gateway"),
        "unavailable": _windows(503, "Unavailable"),
        "overloaded": _retry_after(_windows(503, "Unavailable"), 10),
        "discarded": Reply(status=201, headers=(("x-wns-status", "dropped"),)),
        "redirect": REDIRECT,
    },
}
"""By service, then by script. A script that is not here is about the connection."""
