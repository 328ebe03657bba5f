"""A push as APNs wants it: the payload, and the headers of its request.

https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification
https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
"""

from functools import lru_cache
from hashlib import sha1, sha256
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import orjson

from devices.gateways.base import Push

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


def path_of(token: str) -> str:
    """Where a request for a device token goes."""
    plain = token.isascii() and token.isalnum()
    return f"/3/device/{token if plain else quote(token, safe='')}"


@lru_cache(maxsize=64)
def headers_of(
    *, ttl: int, collapse: str, topic: str, at: int, authorization: str
) -> list[str]:
    """The headers that a second's pushes share; ``at`` is Unix time.

    ``authorization`` is a whole line, or "". Priority 10: at once, as a message that
    people see must be. The same list for the same arguments: requests compare it.
    """
    lines = [
        f"apns-topic: {topic}",
        "apns-push-type: alert",
        "apns-priority: 10",
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
