"""The screens of a preview as they are drawn: frames, time stamps, pictures."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.admin.looks import Look
from campaigns.content.appearance import Appearance
from devices.simulator.screens import here

FIRST = ("ios_lock", "android_expanded", "android_pictured", "chrome_windows")
"""The surfaces that are drawn unless all are asked for: one of each kind."""
STACKED = ("ios_lock", "android_collapsed", "android_hidden", "ios_web_app")
HOME = "ios_banner"
"""The screen below which the app's icon shows its number."""
STYLES = {
    "ios_lock": "ios",
    "ios_banner": "ios",
    "ios_expanded": "ios",
    "ios_web_app": "ios",
    "android_collapsed": "android",
    "android_expanded": "android",
    "android_pictured": "android",
    "android_hidden": "android",
    "chrome_android": "android",
    "chrome_windows": "windows",
    "edge_windows": "windows",
    "firefox_windows": "windows",
    "windows_toast": "windows",
    "chrome_macos": "mac",
    "safari_macos": "mac",
    "firefox_macos": "mac",
    "watch": "watch",
}
STAMPS: dict[str, dict[str, Promise]] = {
    "ios": {
        "now": _("now"),
        "earlier": _("3h ago"),
        "yesterday": _("Yesterday, 8:37 AM"),
    },
    "android": {"now": _("now"), "earlier": _("3h"), "yesterday": _("1d")},
    "mac": {"now": _("now"), "earlier": _("3h ago"), "yesterday": _("Yesterday")},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What stands where a picture would: ``src`` "" when it cannot be drawn here.

    ``state`` is "", "shown", "elsewhere" (on another site, ``host``) or "missing".
    """

    state: str
    src: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One screen: ``style`` names its frame, ``stamp`` is its time in words.

    ``badge`` is the number on the app's icon, "" where none is seen.
    """

    appearance: Appearance
    style: str
    stamp: str | Promise
    picture: Picture
    icon: str
    badge: str = ""

    @property
    def stacks(self) -> bool:
        """Whether its system piles up what one app sends."""
        return self.key in STACKED

    @property
    def key(self) -> str:
        return self.appearance.surface.key

    @property
    def label(self) -> Promise:
        return self.appearance.surface.label


def draw(found: Iterable[Appearance], look: Look, *, wanted: bool) -> list[Phone]:
    """The screens that a look asks for; ``wanted`` when the message has a picture."""
    return [
        _phone(each, look, wanted)
        for each in found
        if is_drawn(each, look, pictured=wanted or each.pictured)
    ]


def is_drawn(each: Appearance, look: Look, *, pictured: bool) -> bool:
    """Whether a look shows this surface, for a message with a picture or without."""
    counts = each.surface.counts
    if counts == "pictured" and not pictured:
        return False
    if look.everything:
        return True
    return each.surface.key in FIRST and (counts != "plain" or not pictured)


def _phone(each: Appearance, look: Look, wanted: bool) -> Phone:
    style = STYLES[each.surface.key]
    return Phone(
        appearance=each,
        style=style,
        stamp=STAMPS.get(style, {}).get(look.arrival, ""),
        picture=picture(each.image, wanted=wanted and bool(each.surface.picture)),
        icon=here(each.icon),
        badge=each.badge if each.surface.key == HOME else "",
    )


def picture(address: str, *, wanted: bool) -> Picture:
    """The picture of an address, or why there is none."""
    if not address:
        return Picture(state="missing" if wanted else "")
    src = here(address)
    host = urlsplit(address).hostname or ""
    return Picture(state="shown" if src else "elsewhere", src=src, host=host)
