"""What FCM is told for Android alone, of a message with options.

https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages#androidconfig
"""

import re
from functools import lru_cache
from typing import Any

from devices.gateways.base import Push
from devices.gateways.options import QUICK, AndroidOptions

NUMBER = re.compile(r"[0-9]{1,5}")
MILLISECONDS = 1_000


def block(push: Push, options: AndroidOptions, *, ttl: int) -> dict[str, Any]:
    """The "android" of a message; ``ttl`` in seconds, within FCM's bounds."""
    made = {**_usual(options), "ttl": f"{ttl}s"}
    shown = notification(push, options)
    if shown:
        made["notification"] = shown
    return made


def notification(push: Push, options: AndroidOptions) -> dict[str, Any]:
    """How the system draws it; nothing where the app does, or nobody."""
    if options.silent or options.data_only:
        return {}
    shown = dict(_look(options))
    if push.collapse:
        shown["tag"] = push.collapse
    if NUMBER.fullmatch(badge := push.said.get("badge", "")):
        shown["notification_count"] = int(badge)
    if ticker := push.said.get("ticker"):
        shown["ticker"] = ticker
    return shown


def data(push: Push, options: AndroidOptions) -> dict[str, str]:
    """What the system has no field for, and the app draws if it can.

    An app that draws everything itself gets the system's fields too.
    """
    values = dict(_drawn(options))
    for name in ("expanded", "summary"):
        if text := push.said.get(name):
            values[name] = text
    if options.data_only and not options.silent:
        for name in ("badge", "ticker"):
            if text := push.said.get(name):
                values[name] = text
        if push.collapse:
            values["tag"] = push.collapse
    return values


@lru_cache(maxsize=256)
def _usual(options: AndroidOptions) -> dict[str, Any]:
    """What all pushes of a run have in common; nobody changes it."""
    made: dict[str, Any] = {
        "priority": "HIGH" if options.priority == QUICK else "NORMAL"
    }
    if options.collapse_key:
        made["collapse_key"] = options.collapse_key
    if options.package:
        made["restricted_package_name"] = options.package
    if options.label:
        made["fcm_options"] = {"analytics_label": options.label}
    return made


@lru_cache(maxsize=256)
def _look(options: AndroidOptions) -> dict[str, Any]:
    named = {
        "channel_id": options.channel,
        "notification_priority": _word("PRIORITY_", options.display_priority),
        "visibility": options.visibility.upper(),
        "icon": options.icon,
        "color": options.color,
        "sound": "" if options.sound in ("default", "none") else options.sound,
        "vibrate_timings": [f"{each / MILLISECONDS:g}s" for each in options.vibrate],
        "light_settings": _light(options),
        "sticky": options.sticky,
        "local_only": options.local_only,
        "event_time": options.event_time,
    }
    return {name: value for name, value in named.items() if value}


@lru_cache(maxsize=256)
def _drawn(options: AndroidOptions) -> dict[str, str]:
    named = {
        "category": options.category,
        "group": options.group,
        "style": options.style,
        "large_icon": options.large_icon,
    }
    if options.data_only and not options.silent:
        named |= {
            "channel_id": options.channel,
            "icon": options.icon,
            "color": options.color,
            "visibility": options.visibility,
        }
    return {name: value for name, value in named.items() if value}


def _word(prefix: str, choice: str) -> str:
    return f"{prefix}{choice.upper()}" if choice else ""


def _light(options: AndroidOptions) -> dict[str, Any]:
    """A colour as FCM has it, in parts of one, and how long it is on and off."""
    if options.light is None:
        return {}
    color, on, off = options.light
    parts = zip(("red", "green", "blue"), (1, 3, 5), strict=True)
    return {
        "color": {n: round(int(color[at : at + 2], 16) / 255, 3) for n, at in parts}
        | {"alpha": 1},
        "light_on_duration": f"{on / MILLISECONDS:g}s",
        "light_off_duration": f"{off / MILLISECONDS:g}s",
    }
