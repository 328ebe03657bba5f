"""A push as FCM HTTP v1 wants it.

https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
"""

from functools import lru_cache
from typing import Any

import orjson

from devices.gateways.base import Push

CATEGORY = "pushsite.buttons"
"""The category under which an app's extension offers a message's buttons."""

LONGEST_TTL = 2_419_200
"""Seconds: four weeks, FCM's limit."""


def body_of(push: Push, *, at: int) -> bytes:
    """The request body, at a Unix time. Raises TypeError for broken Unicode.

    Replacing goes by tag and not by collapse_key: FCM keeps four different
    collapse keys for a device that is away, and drops others at random.
    """
    message: dict[str, Any] = {
        "token": push.token,
        "notification": notification(push),
        "android": _android(push.ttl, push.collapse),
        "apns": _apns(push.ttl, push.collapse, at, _extras(push)),
    }
    values = data(push)
    if values:
        message["data"] = values
    return _encode({"message": message})


def size_of(push: Push) -> int:
    """Bytes of notification and data as JSON: what counts against 4,096, or more.

    FCM counts keys and values; APNs, behind it, the JSON.
    """
    return len(_encode([notification(push), data(push)]))


def notification(push: Push) -> dict[str, str]:
    """What the device displays by itself."""
    texts = {}
    if push.title:
        texts["title"] = push.title
    if push.body:
        texts["body"] = push.body
    if push.image:
        texts["image"] = push.image
    return texts


def data(push: Push) -> dict[str, str]:
    """What reaches the app. FCM carries texts alone: buttons are JSON in one."""
    values = dict(push.data)
    if push.link:
        values["link"] = push.link
    if push.buttons:
        buttons = [
            {"id": each.id, "label": each.label, "link": each.link}
            for each in push.buttons
        ]
        values["buttons"] = _encode(buttons).decode()
    return values


def check_body() -> bytes:
    """A message that FCM validates and delivers to nobody."""
    message = {"topic": "pushsite-check", "notification": {"title": "Check"}}
    return _encode({"validate_only": True, "message": message})


def _encode(value: object) -> bytes:
    return orjson.dumps(value)


@lru_cache(maxsize=256)
def _android(ttl: int, collapse: str) -> orjson.Fragment:
    block: dict[str, Any] = {"priority": "HIGH", "ttl": f"{_bounded(ttl)}s"}
    if collapse:
        block["notification"] = {"tag": collapse}
    return orjson.Fragment(_encode(block))


def _extras(push: Push) -> tuple[tuple[str, int | str], ...]:
    """What makes iOS run the app's extension, which alone adds image and buttons."""
    if push.buttons:
        return (("mutable-content", 1), ("category", CATEGORY))
    return (("mutable-content", 1),) if push.image else ()


@lru_cache(maxsize=256)
def _apns(
    ttl: int, collapse: str, at: int, extras: tuple[tuple[str, int | str], ...]
) -> orjson.Fragment:
    """So that iOS behind FCM alerts at once; FCM adds title and body itself."""
    headers = {
        "apns-priority": "10",
        "apns-push-type": "alert",
        "apns-expiration": str(at + _bounded(ttl)),
    }
    if collapse:
        headers["apns-collapse-id"] = collapse
    block = {
        "headers": headers,
        "payload": {"aps": {"sound": "default", **dict(extras)}},
    }
    return orjson.Fragment(_encode(block))


def _bounded(ttl: int) -> int:
    return min(max(ttl, 0), LONGEST_TTL)
