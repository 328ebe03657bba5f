"""How much of a title and body each kind of screen shows.

Characters are a hint, since fonts and text sizes differ. Figures: Braze's guides on
iOS, Android and browser notifications, Batch's and Emarsys' on truncation, read in
November 2026. ``title_worst`` is the title beside the longest time stamp ("Yesterday,
8:37 AM").
"""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Platform = Literal["ios", "android", "web"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """One screen that a message appears on; limits in columns of Latin text.

    ``metered`` surfaces count in "fits 7 of 9"; the others are shown on request.
    """

    key: str
    platform: Platform
    label: Promise
    title: int
    body: int
    title_worst: int | None = None
    metered: bool = True


SURFACES = (
    Surface(
        key="ios_lock",
        platform="ios",
        label=_("iPhone, lock screen"),
        title=35,
        title_worst=22,
        body=180,
    ),
    Surface(
        key="ios_banner",
        platform="ios",
        label=_("iPhone, banner"),
        title=35,
        body=80,
    ),
    Surface(
        key="ios_expanded",
        platform="ios",
        label=_("iPhone, opened"),
        title=35,
        body=315,
    ),
    Surface(
        key="android_collapsed",
        platform="android",
        label=_("Android, closed"),
        title=40,
        body=49,
    ),
    Surface(
        key="android_expanded",
        platform="android",
        label=_("Android, opened"),
        title=60,
        body=460,
    ),
    Surface(
        key="chrome_windows",
        platform="web",
        label=_("Chrome on Windows"),
        title=50,
        body=120,
    ),
    Surface(
        key="chrome_android",
        platform="web",
        label=_("Chrome on Android"),
        title=35,
        body=50,
    ),
    Surface(
        key="chrome_macos",
        platform="web",
        label=_("Chrome on a Mac"),
        title=35,
        body=50,
    ),
    Surface(
        key="safari_macos",
        platform="web",
        label=_("Safari on a Mac"),
        title=38,
        body=84,
    ),
    Surface(
        key="watch",
        platform="ios",
        label=_("Apple Watch"),
        title=20,
        body=60,
        metered=False,
    ),
    Surface(
        key="firefox_windows",
        platform="web",
        label=_("Firefox on Windows"),
        title=54,
        body=200,
        metered=False,
    ),
    Surface(
        key="firefox_macos",
        platform="web",
        label=_("Firefox on a Mac"),
        title=38,
        body=42,
        metered=False,
    ),
    Surface(
        key="ios_web_app",
        platform="ios",
        label=_("Web app on iPhone"),
        title=30,
        body=120,
        metered=False,
    ),
)
