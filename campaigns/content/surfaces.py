"""What each kind of screen shows of a message: how much text, which picture.

Characters are a hint, since fonts and text sizes differ; lines are what the system
clamps at. Figures: Braze's guides on iOS, Android and browser notifications, Batch's
and Emarsys' on truncation, read in November 2026; pictures and buttons of browsers:
MDN's browser-compat-data 8.1 (api.Notification).
"""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Platform = Literal["ios", "android", "web", "windows"]
Arrival = Literal["now", "earlier", "yesterday"]
"""The time stamp beside the title: "now", "3h ago" or "Yesterday, 8:37 AM"."""
Picture = Literal["", "small", "large"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """One screen that a message appears on; limits in columns of Latin text.

    ``title_earlier`` and ``title_worst`` are the title beside a longer time stamp;
    ``body_pictured`` and ``lines_pictured`` the text beside or over a picture; None
    where that makes no difference. ``lines`` of the body are shown, ``buttons`` at
    most. ``platform`` is whose push it shows. ``metered`` surfaces count in "fits 7
    of 9"; the others are shown on request.
    """

    key: str
    platform: Platform
    label: Promise
    title: int
    body: int
    lines: int
    title_earlier: int | None = None
    title_worst: int | None = None
    body_pictured: int | None = None
    lines_pictured: int | None = None
    picture: Picture = ""
    buttons: int = 0
    metered: bool = True

    def title_room(self, arrival: Arrival) -> int:
        """Columns of the title beside this time stamp."""
        beside = {"earlier": self.title_earlier, "yesterday": self.title_worst}
        return beside.get(arrival) or self.title

    def body_room(self, *, pictured: bool) -> tuple[int, int]:
        """(columns, lines) of the body, with a picture or without one."""
        if not pictured:
            return self.body, self.lines
        return self.body_pictured or self.body, self.lines_pictured or self.lines


SURFACES = (
    Surface(
        key="ios_lock",
        platform="ios",
        label=_("iPhone, lock screen"),
        title=35,
        title_worst=22,
        body=180,
        lines=4,
        title_earlier=33,
        body_pictured=150,
        picture="small",
    ),
    Surface(
        key="ios_banner",
        platform="ios",
        label=_("iPhone, banner"),
        title=35,
        body=80,
        lines=2,
        body_pictured=65,
        picture="small",
    ),
    Surface(
        key="ios_expanded",
        platform="ios",
        label=_("iPhone, opened"),
        title=35,
        body=315,
        lines=7,
        picture="large",
        buttons=4,
    ),
    Surface(
        key="android_collapsed",
        platform="android",
        label=_("Android, closed"),
        title=40,
        body=49,
        lines=1,
        picture="small",
    ),
    Surface(
        key="android_expanded",
        platform="android",
        label=_("Android, opened"),
        title=60,
        body=460,
        lines=10,
        body_pictured=90,
        lines_pictured=1,
        picture="large",
        buttons=3,
    ),
    Surface(
        key="chrome_windows",
        platform="web",
        label=_("Chrome on Windows"),
        title=50,
        body=120,
        lines=3,
        picture="large",
        buttons=2,
    ),
    Surface(
        key="chrome_android",
        platform="web",
        label=_("Chrome on Android"),
        title=35,
        body=50,
        lines=1,
        picture="large",
        buttons=2,
    ),
    Surface(
        key="chrome_macos",
        platform="web",
        label=_("Chrome on a Mac"),
        title=35,
        body=50,
        lines=1,
    ),
    Surface(
        key="safari_macos",
        platform="web",
        label=_("Safari on a Mac"),
        title=38,
        body=84,
        lines=2,
    ),
    Surface(
        key="watch",
        platform="ios",
        label=_("Apple Watch"),
        title=20,
        body=60,
        lines=3,
        metered=False,
    ),
    Surface(
        key="firefox_windows",
        platform="web",
        label=_("Firefox on Windows"),
        title=54,
        body=200,
        lines=4,
        buttons=2,
        metered=False,
    ),
    Surface(
        key="firefox_macos",
        platform="web",
        label=_("Firefox on a Mac"),
        title=38,
        body=42,
        lines=1,
        metered=False,
    ),
    Surface(
        key="ios_web_app",
        platform="web",
        label=_("Web app on iPhone"),
        title=30,
        body=120,
        lines=4,
        metered=False,
    ),
    Surface(
        key="windows_toast",
        platform="windows",
        label=_("Windows app"),
        title=48,
        body=150,
        lines=4,
        picture="large",
        buttons=5,
        metered=False,
    ),
)
