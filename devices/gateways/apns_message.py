"""A push as APNs wants it: the payload, and the headers of its request.

https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification
https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
"""

import re
from functools import lru_cache
from hashlib import sha1, sha256
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import orjson

from devices.gateways.base import Push
from devices.gateways.options import QUICK, SAVING, WAITING, IosOptions

LONGEST_TTL = 2_592_000
"""Seconds: thirty days, as long as Apple keeps a message."""

LONGEST_COLLAPSE = 64
"""Bytes of apns-collapse-id."""

CATEGORY = "pushsite.buttons"
"""The category under which an app's extension offers a message's buttons."""

NOWHERE = "0" * 64
"""A well-formed device token that no device has."""

DELIVERIES = UUID("6f1c1b7e-9f3c-5d0e-8a57-0d2b1f6f7a31")
"""The namespace of the ids that name a delivery to Apple."""

NAMESPACE = DELIVERIES.bytes

SILENT: dict[str, Any] = {"content-available": 1}
"""The "aps" of a message that is not shown: a sound or a text would make it shown."""

NUMBER = re.compile(r"[0-9]{1,5}")
PRIORITIES = {QUICK: "10", SAVING: "5", WAITING: "1"}
ALERT = ("alert", PRIORITIES[QUICK])


def body_of(push: Push) -> bytes:
    """The payload. Raises TypeError for broken Unicode.

    What is not Apple's own stands beside "aps", where the app finds it: the push's
    data, and "link", "image" and "buttons" when there are any.
    """
    payload: dict[str, Any] = dict(push.data)
    if push.link:
        payload["link"] = push.link
    if push.image:
        payload["image"] = push.image
    if push.buttons:
        payload["buttons"] = [
            {"id": each.id, "label": each.label, "link": each.link}
            for each in push.buttons
        ]
    payload["aps"] = _aps(push)
    return orjson.dumps(payload)


def _aps(push: Push) -> dict[str, Any]:
    if isinstance(push.options, IosOptions):
        return aps_of(push, push.options)
    texts = {"title": push.title, "body": push.body}
    aps: dict[str, Any] = {
        "alert": {name: text for name, text in texts.items() if text},
        "sound": "default",
    }
    if push.image or push.buttons:
        # Only the app's extension can fetch an image and offer buttons.
        aps["mutable-content"] = 1
    if push.buttons:
        aps["category"] = CATEGORY
    return aps


def aps_of(push: Push, options: IosOptions) -> dict[str, Any]:
    """Apple's own part of the payload for a message with options."""
    if options.silent:
        return dict(SILENT) | _badge(push)
    texts = {
        "title": push.title,
        "subtitle": push.said.get("subtitle", ""),
        "body": push.body,
        **dict(options.texts),
    }
    alert = {name: text for name, text in texts.items() if text}
    aps = {"alert": alert, **_usual(options), **_badge(push)}
    if push.image or push.buttons:
        aps["mutable-content"] = 1
    if push.buttons:
        aps.setdefault("category", CATEGORY)
    return aps


@lru_cache(maxsize=256)
def _usual(options: IosOptions) -> dict[str, Any]:
    """What all pushes of a run have in common; nobody changes it."""
    named = {
        "sound": _sound(options),
        "category": options.category,
        "thread-id": options.thread,
        "interruption-level": options.level,
        "target-content-id": options.target,
        "filter-criteria": options.filter,
        "mutable-content": int(options.rewrites),
        "content-available": int(options.wakes),
    }
    found = {name: value for name, value in named.items() if value}
    if options.relevance is not None:
        found["relevance-score"] = options.relevance
    return found


def _sound(options: IosOptions) -> Any:
    """A name, nothing, or what a critical alert plays over a switch set to silent."""
    if options.sound == "none":
        return None
    if options.level != "critical" or options.volume is None:
        return options.sound
    return {"critical": 1, "name": options.sound, "volume": options.volume}


def _badge(push: Push) -> dict[str, int]:
    """The number on the app's icon; 0 takes it away, no number leaves it."""
    text = push.said.get("badge", "")
    return {"badge": int(text)} if NUMBER.fullmatch(text) else {}


def urgency_of(push: Push) -> tuple[str, str]:
    """(apns-push-type, apns-priority): Apple refuses a silent push in a hurry."""
    options = push.options
    if options is None:
        return ALERT
    if options.silent:
        # A number on the icon is seen: Apple takes it as no background push.
        kind = "alert" if _badge(push) else "background"
        return kind, PRIORITIES[SAVING]
    return "alert", PRIORITIES[options.priority]


def path_of(token: str) -> str:
    """Where a request for a device token goes."""
    plain = token.isascii() and token.isalnum()
    return f"/3/device/{token if plain else quote(token, safe='')}"


@lru_cache(maxsize=64)
def headers_of(
    *,
    ttl: int,
    collapse: str,
    topic: str,
    at: int,
    authorization: str,
    urgency: tuple[str, str] = ALERT,
) -> list[str]:
    """The headers that a second's pushes share; ``at`` is Unix time.

    ``authorization`` is a whole line, or ""; ``urgency`` as `urgency_of` says.
    The same list for the same arguments: requests compare it.
    """
    lines = [
        f"apns-topic: {topic}",
        f"apns-push-type: {urgency[0]}",
        f"apns-priority: {urgency[1]}",
        f"apns-expiration: {_expiration(ttl, at)}",
        "content-type: application/json",
    ]
    if collapse:
        lines.append(f"apns-collapse-id: {collapse_of(collapse)}")
    if authorization:
        lines.append(authorization)
    return lines


def message_id(push: Push) -> str:
    """The same at each attempt of one delivery; by chance where it has no number.

    A UUID of version 5 (RFC 9562) in DELIVERIES, made in a third of uuid5's time.
    """
    number = push.data.get("n", "")
    if not number:
        return str(uuid4())
    name = f"{number} {push.token}".encode(errors="replace")
    text = sha1(NAMESPACE + name, usedforsecurity=False).hexdigest()
    variant = "89ab"[int(text[16], 16) % 4]
    return (
        f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"
    )


def _expiration(ttl: int, at: int) -> int:
    """Unix seconds; 0 means one attempt and no more."""
    return at + min(ttl, LONGEST_TTL) if ttl > 0 else 0


def collapse_of(collapse: str) -> str:
    """An apns-collapse-id: the value itself where it can be one, else its hash."""
    fits = len(collapse) <= LONGEST_COLLAPSE
    if fits and collapse.isascii() and collapse.isprintable():
        return collapse
    return sha256(collapse.encode(errors="replace")).hexdigest()
