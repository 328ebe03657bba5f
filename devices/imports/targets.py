"""What a column may be: the closed list that every mapping is made of.

A mapping has one word for each column: "" leaves it out, a word of NAMES, or
"attribute:name:type" and "topic:key".
"""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from devices import attributes

LEAVE_OUT = ""
NAMES: dict[str, Any] = {
    "external_id": _("External id"),
    "locale": _("Language"),
    "country": _("Country"),
    "zone": _("Time zone"),
    "made_at": _("Known since"),
    "seen_at": _("Last seen"),
    "answer": _("Preference: opted in, subscribed, unsubscribed"),
    "said_at": _("When the preference was given"),
    "token": _("Push token, or a browser's endpoint"),
    "subscription": _("Web push subscription (JSON)"),
    "platform": _("Platform"),
    "gateway": _("Gateway"),
    "environment": _("Environment"),
    "key": _("Installation id"),
    "permission": _("Permission of the device"),
    "model": _("Device model"),
    "os_version": _("System version"),
    "app_version": _("App version"),
    "p256dh": _("Browser's key (p256dh)"),
    "auth": _("Browser's secret (auth)"),
    "vapid_key": _("Web push key (VAPID)"),
    "tags": _("Several attributes (JSON)"),
    "active": _("Whether the token lives"),
}
TYPES: dict[str, Any] = {
    "text": _("Attribute: text"),
    "number": _("Attribute: number"),
    "truth": _("Attribute: yes or no"),
    "date": _("Attribute: date"),
}
ONCE = frozenset(NAMES) - {"tags"}
"""Targets that only one column may have."""
OF_DEVICE = (
    *("platform", "gateway", "environment", "key", "permission", "model"),
    *("os_version", "app_version", "p256dh", "auth", "vapid_key", "active"),
)
ATTRIBUTE = re.compile(r"attribute:([^:]*):(text|number|truth|date)")
TOPIC = re.compile(r"topic:([a-z0-9_-]{1,40})")


def is_target(word: str) -> bool:
    """Whether a mapping may hold the word."""
    if word == LEAVE_OUT or word in NAMES or TOPIC.fullmatch(word):
        return True
    found = ATTRIBUTE.fullmatch(word)
    return bool(found and attributes.KEY.fullmatch(found[1]))


def attribute(name: str, kind: str = "text") -> str:
    """The target of an attribute, under a name in our spelling."""
    spelled = re.sub(r"[^A-Za-z0-9_]+", "_", name.strip()).strip("_")[:64]
    if not spelled:
        return LEAVE_OUT
    if not spelled[0].isalpha():
        spelled = f"a_{spelled}"[:64]
    return f"attribute:{spelled}:{kind}"
