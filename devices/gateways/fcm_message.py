"""A push as FCM HTTP v1 wants it.

https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
"""

from functools import lru_cache
from typing import Any

import orjson

from devices.gateways import apns_message, fcm_android
from devices.gateways.base import Push
from devices.gateways.options import AndroidOptions, IosOptions

CATEGORY = "pushsite.buttons"
"""The category under which an app's extension offers a message's buttons."""

LONGEST_TTL = 2_419_200
"""Seconds: four weeks, FCM's limit."""


def body_of(push: Push, *, at: int) -> bytes:
    """The request body, at a Unix time. Raises TypeError for broken Unicode.

    Replacing goes by tag and not by collapse_key: FCM keeps four different
    collapse keys for a device that is away, and drops others at random.
    """
    options = push.options
    message: dict[str, Any] = {"token": push.token}
    if not is_data_only(push):
        message["notification"] = notification(push)
    if isinstance(options, AndroidOptions):
        message["android"] = fcm_android.block(push, options, ttl=_bounded(push.ttl))
    else:
        message["android"] = _android(push.ttl, push.collapse)
    if isinstance(options, IosOptions):
        message["apns"] = _apple(push, options, at)
    else:
        message["apns"] = _apns(push.ttl, push.collapse, at, _extras(push))
    values = data(push)
    if values:
        message["data"] = values
    return _encode({"message": message})


def is_data_only(push: Push) -> bool:
    """Whether the app alone decides what is shown, if anything."""
    options = push.options
    if options is None:
        return False
    return options.silent or (isinstance(options, AndroidOptions) and options.data_only)


def size_of(push: Push) -> int:
    """Bytes of notification and data as JSON: what counts against 4,096, or more.

    FCM counts keys and values; APNs, behind it, the JSON.
    """
    parts: list[Any] = [data(push)]
    if not is_data_only(push):
        parts.append(notification(push))
    if isinstance(push.options, AndroidOptions):
        parts.append(fcm_android.notification(push, push.options))
    if isinstance(push.options, IosOptions):
        parts.append(apns_message.aps_of(push, push.options))
    return len(_encode(parts))


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
    if isinstance(push.options, AndroidOptions):
        values |= fcm_android.data(push, push.options)
        if push.options.data_only and not push.options.silent:
            values |= notification(push)
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
    block = {
        "headers": _headers(ttl, collapse, at, apns_message.ALERT),
        "payload": {"aps": {"sound": "default", **dict(extras)}},
    }
    return orjson.Fragment(_encode(block))


def _apple(push: Push, options: IosOptions, at: int) -> dict[str, Any]:
    """Apple's whole part, as its own gateway writes it."""
    urgency = apns_message.urgency_of(push)
    return {
        "headers": _headers(push.ttl, push.collapse, at, urgency),
        "payload": {"aps": apns_message.aps_of(push, options)},
    }


@lru_cache(maxsize=256)
def _headers(
    ttl: int, collapse: str, at: int, urgency: tuple[str, str]
) -> dict[str, str]:
    headers = {
        "apns-priority": urgency[1],
        "apns-push-type": urgency[0],
        "apns-expiration": str(at + _bounded(ttl)),
    }
    if collapse:
        headers["apns-collapse-id"] = apns_message.collapse_of(collapse)
    return headers


def _bounded(ttl: int) -> int:
    return min(max(ttl, 0), LONGEST_TTL)
