"""FCM's message, field by field, as its discovery document has it.

https://fcm.googleapis.com/$discovery/rest?version=v1, where names are camelCase;
FCM takes snake_case as well, as all of proto3's JSON does.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

LIMIT = 4096
TOPIC_LIMIT = 2048
LONGEST_TTL = 2_419_200
TTL = re.compile(r"(\d{1,15})(\.\d{1,9})?s")
TOKEN = re.compile(r"[A-Za-z0-9_:.\-]{1,1024}")
LABEL = re.compile(r"[a-zA-Z0-9\-_.~%]{1,50}")
RESERVED = re.compile(r"from|message_type|(google|gcm).*")


class Violation(NamedTuple):
    """A field and what is wrong with it, in FCM's words.

    ``parsing``: found while reading the JSON, so FCM says no error code of its own.
    """

    field: str
    words: str
    parsing: bool = False


TEXT, FLAG, NUMBER, TEXTS, MAP, ANY = "text", "flag", "number", "texts", "map", "any"
OPTIONS = {"analytics_label": TEXT}
ANDROID_NOTIFICATION = {
    "title": TEXT,
    "body": TEXT,
    "icon": TEXT,
    "color": TEXT,
    "sound": TEXT,
    "tag": TEXT,
    "click_action": TEXT,
    "body_loc_key": TEXT,
    "body_loc_args": TEXTS,
    "title_loc_key": TEXT,
    "title_loc_args": TEXTS,
    "channel_id": TEXT,
    "ticker": TEXT,
    "sticky": FLAG,
    "event_time": TEXT,
    "local_only": FLAG,
    "notification_priority": TEXT,
    "default_sound": FLAG,
    "default_vibrate_timings": FLAG,
    "default_light_settings": FLAG,
    "vibrate_timings": TEXTS,
    "visibility": TEXT,
    "notification_count": NUMBER,
    "light_settings": ANY,
    "image": TEXT,
    "proxy": TEXT,
}
ANDROID = {
    "collapse_key": TEXT,
    "priority": TEXT,
    "ttl": TEXT,
    "restricted_package_name": TEXT,
    "direct_boot_ok": FLAG,
    "bandwidth_constrained_ok": FLAG,
    "restricted_satellite_ok": FLAG,
    "data": MAP,
    "fcm_options": OPTIONS,
    "notification": ANDROID_NOTIFICATION,
}
FIELDS: dict[str, Any] = {
    "name": TEXT,
    "token": TEXT,
    "fid": TEXT,
    "topic": TEXT,
    "condition": TEXT,
    "data": MAP,
    "notification": {"title": TEXT, "body": TEXT, "image": TEXT},
    "fcm_options": OPTIONS,
    "android": ANDROID,
    "apns": {
        "headers": MAP,
        "payload": ANY,
        "fcm_options": {**OPTIONS, "image": TEXT},
        "live_activity_token": TEXT,
    },
    "webpush": {
        "headers": MAP,
        "data": MAP,
        "notification": ANY,
        "fcm_options": {**OPTIONS, "link": TEXT},
    },
}
PRIORITIES = {"NORMAL", "HIGH", "normal", "high"}
TYPE_NAMES = {
    TEXT: "TYPE_STRING",
    FLAG: "TYPE_BOOL",
    NUMBER: "TYPE_INT32",
    TEXTS: "TYPE_STRING",
}


def violation_of(request: Any) -> Violation | None:
    """The first thing that FCM would refuse in a request's body, or None."""
    return next(_violations(request), None)


def snake(value: Any) -> Any:
    """The message with our own fields' names in snake_case."""
    return _renamed(value, FIELDS)


def _violations(request: Any) -> Iterator[Violation]:
    if not isinstance(request, dict):
        yield Violation("", "Invalid JSON payload received. Root is no object.", True)
        return
    for name in set(request) - {"message", "validate_only", "validateOnly"}:
        yield _unknown(name, "")
    message = request.get("message")
    if not isinstance(message, dict):
        yield Violation("message", "The message is not set.")
        return
    message = snake(message)
    yield from _badly_typed(message, FIELDS, "message")
    yield from _wrong_target(message)
    yield from _wrong_values(message)
    yield from _too_big(message)


def _badly_typed(value: Any, fields: Any, where: str) -> Iterator[Violation]:
    if isinstance(fields, dict):
        if not isinstance(value, dict):
            yield Violation(where, f"Invalid value at '{where}', not an object", True)
            return
        for name, each in value.items():
            if name not in fields:
                yield _unknown(name, where)
            else:
                yield from _badly_typed(each, fields[name], f"{where}.{name}")
    elif fields == MAP:
        yield from _bad_map(value, where)
    elif not _fits(value, fields):
        yield _wrong_type(where, TYPE_NAMES[fields], value)


def _bad_map(value: Any, where: str) -> Iterator[Violation]:
    if not isinstance(value, dict):
        yield Violation(where, f"Invalid value at '{where}', not an object", True)
        return
    for index, each in enumerate(value.values()):
        if not isinstance(each, str):
            yield _wrong_type(f"{where}[{index}].value", "TYPE_STRING", each)


def _fits(value: Any, kind: str) -> bool:
    if kind == TEXTS:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    if kind == NUMBER:
        return isinstance(value, int) and not isinstance(value, bool)
    wanted = {TEXT: str, FLAG: bool, ANY: object}[kind]
    return isinstance(value, wanted)


def _wrong_target(message: Mapping[str, Any]) -> Iterator[Violation]:
    targets = [
        name for name in ("token", "fid", "topic", "condition") if name in message
    ]
    if len(targets) != 1:
        words = "Recipient of the message is not set."
        if targets:
            words = "Exactly one of the target fields must be set."
        yield Violation("message", words)


def _wrong_values(message: Mapping[str, Any]) -> Iterator[Violation]:
    android = message.get("android", {})
    ttl = TTL.fullmatch(android.get("ttl", "0s"))
    if ttl is None:
        yield Violation("message.android.ttl", "Invalid duration format", True)
    elif float(ttl[0][:-1]) > LONGEST_TTL:
        yield Violation("message.android.ttl", "Invalid ttl duration")
    if android.get("priority", "HIGH") not in PRIORITIES:
        where = "message.android.priority"
        yield _wrong_type(where, "AndroidMessagePriority", android["priority"])
    for where, values in (
        ("message.data", message.get("data", {})),
        ("message.android.data", android.get("data", {})),
    ):
        for key in filter(RESERVED.fullmatch, values):
            yield Violation(where, f"Invalid data payload key: {key}")
    label = message.get("fcm_options", {}).get("analytics_label", "x")
    if not LABEL.fullmatch(label):
        yield Violation("message.fcm_options.analytics_label", "Invalid label")


def _too_big(message: Mapping[str, Any]) -> Iterator[Violation]:
    android, apns = message.get("android", {}), message.get("apns", {})
    shown = {**message.get("notification", {}), **android.get("notification", {})}
    size = _weight(shown) + _weight(
        {**message.get("data", {}), **android.get("data", {})}
    )
    apple = _weight(message.get("notification", {})) + _weight(apns.get("payload", {}))
    limit = LIMIT if "token" in message or "fid" in message else TOPIC_LIMIT
    if size > limit:
        yield Violation("", "Android message is too big")
    elif apple > LIMIT:
        yield Violation("", "APNS message is too big")


def _weight(value: Any) -> int:
    """Bytes of keys and values."""
    if isinstance(value, dict):
        return sum(len(k.encode()) + _weight(each) for k, each in value.items())
    if isinstance(value, list):
        return sum(map(_weight, value))
    return len(str(value).encode())


def _unknown(name: str, where: str) -> Violation:
    place = f" at '{where}'" if where else ""
    words = f'Invalid JSON payload received. Unknown name "{name}"{place}: '
    return Violation(where, words + "Cannot find field.", True)


def _wrong_type(where: str, kind: str, value: Any) -> Violation:
    shown = f'"{value}"' if isinstance(value, str) else value
    return Violation(where, f"Invalid value at '{where}' ({kind}), {shown}", True)


def _renamed(value: Any, fields: Any) -> Any:
    if not isinstance(value, dict) or not isinstance(fields, dict):
        return value
    renamed = {}
    for camel, each in value.items():
        name = camel if camel in fields else _snake(camel)
        renamed[name] = _renamed(each, fields.get(name))
    return renamed


@lru_cache(maxsize=1024)
def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
