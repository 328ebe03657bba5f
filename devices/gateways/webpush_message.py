"""A push as browsers want it: one JSON text for every browser.

It has the form of a declarative message, which Safari and Firefox show by themselves
(https://www.w3.org/TR/push-api/, https://webkit.org/blog/16535/); every other browser
gives it to the site's service worker, and ours reads the same members.
"""

import re
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson

from devices.gateways.base import Push
from devices.gateways.encryption import to_base64url
from devices.gateways.options import SAVING, WebOptions

DECLARATIVE = 8030
"""The member by which browsers know the form: the number of the RFC."""

HOME = "/"
"""Where a tap leads when the message has no address for the web."""

WEB_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
LONGEST_TTL = 2_419_200
"""Seconds: four weeks, Google's limit; Mozilla keeps two days longer."""

SHORTEST_TTL = 1
"""Apple refuses 0, and services take it as "now or never"."""

TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
NUMBER = re.compile(r"[0-9]{1,5}")
URGENT = "high"


def body_of(push: Push) -> bytes:
    """What the browser reads. Raises TypeError for broken Unicode."""
    target = web_address(push.link) or HOME
    notification: dict[str, Any] = {
        "title": push.title or push.body,
        "body": push.body if push.title else "",
        "navigate": target,
    }
    if push.image:
        notification["image"] = push.image
    if push.icon:
        notification["icon"] = push.icon
    if push.buttons:
        notification["actions"] = [
            {
                "action": button.id,
                "title": button.label,
                "navigate": web_address(button.link) or target,
            }
            for button in push.buttons
        ]
    if push.collapse:
        notification["tag"] = push.collapse
    values = {**push.data, "link": push.link} if push.link else push.data
    if values:
        notification["data"] = values
    message: dict[str, Any] = {
        "web_push": DECLARATIVE,
        "notification": notification,
        "mutable": True,
    }
    if isinstance(push.options, WebOptions):
        notification |= _usual(push.options, tagged=bool(push.collapse))
        if NUMBER.fullmatch(badge := push.said.get("badge", "")):
            message["app_badge"] = int(badge)
    return orjson.dumps(message)


@lru_cache(maxsize=256)
def _usual(options: WebOptions, *, tagged: bool) -> dict[str, Any]:
    """What all pushes of a run have in common, as showNotification names it.

    Browsers show nothing of a message that alerts again without a tag, or that is
    silent and buzzes.
    """
    named = {
        "badge": options.badge_icon,
        "requireInteraction": options.stays,
        "renotify": options.renotify and tagged,
        "silent": options.sound == "none",
        "vibrate": [] if options.sound == "none" else list(options.vibrate),
        "timestamp": options.timestamp,
        "dir": options.direction,
        "lang": options.language,
    }
    return {name: value for name, value in named.items() if value}


def urgency_of(push: Push) -> str:
    """How urgent the push service takes it to be: high, as for apps, if not chosen."""
    options = push.options
    if not isinstance(options, WebOptions):
        return URGENT
    usual = "normal" if options.priority == SAVING else URGENT
    return options.urgency or usual


def web_address(link: str) -> str:
    """The link where a browser can open it, "" for an app's own scheme."""
    return link if WEB_ADDRESS.match(link) else ""


@lru_cache(maxsize=1024)
def headers(
    authorization: str, ttl: int, collapse: str, urgency: str = URGENT
) -> list[str]:
    """The headers of a request: the same list each time, which the sender knows.

    A later push with the same topic replaces one that waits for the browser. Urgency
    is high, as for apps: a message that is shown may wake a sleeping device.
    """
    lines = [
        f"authorization: {authorization}",
        f"ttl: {min(max(ttl, SHORTEST_TTL), LONGEST_TTL)}",
        f"urgency: {urgency}",
        "content-encoding: aes128gcm",
        "content-type: application/octet-stream",
    ]
    return [*lines, f"topic: {topic(collapse)}"] if collapse else lines


def topic(collapse: str) -> str:
    """A topic of at most 32 characters of base64url (RFC 8030, 5.4)."""
    if TOPIC.fullmatch(collapse):
        return collapse
    digest = sha256(collapse.encode(errors="surrogatepass")).digest()
    return to_base64url(digest)[:32]
