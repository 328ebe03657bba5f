"""What each kind of screen shows of a message: how much text, which picture.

The figures stand in surfaces.json, dated and with their sources; whoever knows better
corrects them there, and previews, checks and the page's script follow.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.content import metrics
from campaigns.content.metrics import KEPT, Laid

Platform = Literal["ios", "android", "web", "windows"]
Arrival = Literal["now", "earlier", "yesterday"]
"""The time stamp beside the title: "now", "3h ago" or "Yesterday, 8:37 AM"."""
ARRIVALS: tuple[Arrival, ...] = ("now", "earlier", "yesterday")
Picture = Literal["", "small", "large"]
Counts = Literal["", "plain", "pictured"]

LABELS = {
    "ios_lock": _("iPhone, lock screen"),
    "ios_banner": _("iPhone, banner"),
    "ios_expanded": _("iPhone, opened"),
    "watch": _("Apple Watch"),
    "android_collapsed": _("Android, closed"),
    "android_expanded": _("Android, opened"),
    "android_pictured": _("Android, opened with the picture"),
    "android_hidden": _("Android, locked with its content hidden"),
    "chrome_windows": _("Chrome on Windows"),
    "chrome_android": _("Chrome on Android"),
    "chrome_macos": _("Chrome on a Mac"),
    "edge_windows": _("Edge on Windows"),
    "firefox_windows": _("Firefox on Windows"),
    "safari_macos": _("Safari on a Mac"),
    "ios_web_app": _("Web app on iPhone"),
    "firefox_macos": _("Firefox on a Mac"),
    "windows_toast": _("Windows app"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where a text stands: ``width`` in the screen's units, ``size`` of its letters."""

    font: str
    weight: str
    size: int
    width: int
    lines: int
    is_stamped: bool = False

    def room(self, *, beside: int = 0, per_cent: int = 100) -> int:
        """Thousandths of the letters' size in a line, less what stands ``beside``."""
        return max(1, (self.width - beside) * 100_000 // (self.size * per_cent))

    def lay(self, text: str, *, beside: int = 0, per_cent: int = 100) -> Laid:
        """The text as this place shows it."""
        font = metrics.widths(self.font, self.weight)
        room = self.room(beside=beside, per_cent=per_cent)
        return metrics.lay(text, font, room=room, lines=self.lines)

    def holds(self, text: str, *, beside: int = 0) -> bool:
        """Whether this place shows the whole of a text, at the usual size."""
        font = metrics.widths(self.font, self.weight)
        room = self.room(beside=beside)
        return metrics.holds(text, font, room=room, lines=self.lines)

    def place(self, *, beside: int = 0, per_cent: int = 100) -> str:
        """What lines.js needs to lay a text out here: "apple bold 17000 1"."""
        room = self.room(beside=beside, per_cent=per_cent)
        return f"{self.font} {self.weight} {room} {self.lines}"


@dataclass(frozen=True, kw_only=True)
class Surface:
    """One screen that a message appears on.

    ``pictured`` is the body's place beside or over a picture, ``icon`` the units that
    a message's own icon takes of each line. ``buttons`` at most.
    ``platform`` is whose push it shows. ``metered`` surfaces count in "fits 7 of 9"
    (of those with ``counts`` only for messages with a picture, or without one); the
    others are shown on request. A surface that ``hides`` shows nothing of a message.
    """

    key: str
    platform: Platform
    title: Box
    body: Box
    pictured: Box
    stamps: dict[str, Any]
    picture: Picture
    icon: int
    buttons: int
    metered: bool
    counts: Counts
    hides: bool

    @property
    def label(self) -> Promise:
        return LABELS[self.key]

    @cached_property
    def beside_most(self) -> int:
        """As `beside`, for the longest time stamp."""
        return max(map(self.beside, ARRIVALS))

    def beside(self, arrival: Arrival) -> int:
        """Units of the title's line that the time stamp takes."""
        if not (self.title.is_stamped and self.stamps):
            return 0
        font = metrics.widths(self.title.font, "regular")
        wide = font.of(self.stamps[arrival]) * int(self.stamps["size"]) // 1000
        return wide + int(self.stamps["gap"])

    def is_counted(self, *, pictured: bool) -> bool:
        """Whether it belongs to the meter, for a message with a picture or without."""
        when = {"": True, "plain": not pictured, "pictured": pictured}
        return self.metered and when[self.counts]


def _box(row: dict[str, Any], name: str, weight: str) -> Box:
    kept = row.get(name) or row["body"]
    return Box(
        font=row["font"],
        weight=weight,
        size=kept["size"],
        width=kept["width"],
        lines=kept["lines"],
        is_stamped=kept.get("stamped", False),
    )


def _surface(row: dict[str, Any]) -> Surface:
    return Surface(
        key=row["key"],
        platform=row["platform"],
        title=_box(row, "title", "bold"),
        body=_box(row, "body", "regular"),
        pictured=_box(row, "pictured", "regular"),
        stamps=row.get("stamps", {}),
        picture=row.get("picture", ""),
        icon=row.get("icon", 0),
        buttons=row.get("buttons", 0),
        metered=row["metered"],
        counts=row.get("counts", ""),
        hides=row.get("hides", False),
    )


SURFACES = tuple(_surface(row) for row in KEPT["surfaces"])
