"""How a push appears on each kind of screen: what is seen, cut off, or not shown.

It reads the push that a gateway would get, so that a preview cannot say anything else
than the message.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from campaigns.content.surfaces import SURFACES, Arrival, Box, Platform, Surface
from devices.gateways.base import Push


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """``seen`` and ``lost`` make the whole; ``lines`` as they stand on the screen.

    ``place`` is for the page's script: `Box.place`.
    """

    lines: tuple[str, ...]
    seen: str
    lost: str
    place: str

    @property
    def whole(self) -> str:
        return self.seen + self.lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """One push on one surface.

    ``late`` is the title as it stands beside the longest time stamp. ``image`` and
    ``icon`` are addresses, "" where this screen shows none. ``lines`` at most of the
    body. ``pictured``: whether the push has a picture, shown here or not. ``subtitle``
    stands between title and body, ``badge`` on the app's icon.
    """

    surface: Surface
    title: Text
    late: Text
    body: Text
    lines: int
    image: str
    icon: str
    buttons: tuple[str, ...]
    pictured: bool
    subtitle: Text | None = None
    badge: str = ""

    @property
    def whole(self) -> bool:
        """Whether everything is seen, whatever the time stamp is."""
        return not self.lost

    @property
    def lost(self) -> str:
        """What is cut off the title, at worst, and the body."""
        if self.surface.hides:
            return ""
        title = self.title.lost or self.late.lost
        between = self.subtitle.lost if self.subtitle else ""
        return " … ".join(filter(None, (title, between, self.body.lost)))

    @property
    def is_counted(self) -> bool:
        """Whether it belongs to "fits 7 of 9"."""
        return self.surface.is_counted(pictured=self.pictured)


def appear(
    push: Push, surface: Surface, *, arrival: Arrival = "now", size: int = 100
) -> Appearance:
    """The push on one surface; ``size`` of its text in per cent of the usual."""
    image = push.image if surface.picture else ""
    icon = push.icon if surface.platform == "web" else ""
    body = surface.pictured if image else surface.body
    beside = surface.icon if icon else 0
    return Appearance(
        surface=surface,
        title=_title(push.title, surface, beside + surface.beside(arrival), size),
        late=_title(push.title, surface, beside + surface.beside_most, size),
        body=_text(push.body, body, beside=beside, per_cent=size),
        lines=body.lines,
        image=image,
        icon=icon,
        buttons=tuple(each.label for each in push.buttons[: surface.buttons]),
        pictured=bool(push.image),
        subtitle=_subtitle(push, surface, size),
        badge=push.said.get("badge", ""),
    )


def _subtitle(push: Push, surface: Surface, size: int) -> Text | None:
    """The line between title and body, which only Apple's screens have."""
    text = push.said.get("subtitle", "") if surface.platform == "ios" else ""
    return _text(text, surface.title, beside=0, per_cent=size) if text else None


def _title(text: str, surface: Surface, beside: int, size: int) -> Text:
    # A time stamp grows with the text.
    return _text(text, surface.title, beside=beside * size // 100, per_cent=size)


def _text(text: str, box: Box, *, beside: int, per_cent: int) -> Text:
    laid = box.lay(text, beside=beside, per_cent=per_cent)
    place = box.place(beside=beside, per_cent=per_cent)
    return Text(lines=laid.lines, seen=laid.seen, lost=laid.lost, place=place)


def appearances(
    pushes: Mapping[str, Push], *, arrival: Arrival = "now", size: int = 100
) -> list[Appearance]:
    """Every surface of the platforms that have a push, in the order of SURFACES."""
    return [
        appear(pushes[each.platform], each, arrival=arrival, size=size)
        for each in SURFACES
        if each.platform in pushes
    ]


def meter(found: Iterable[Appearance]) -> tuple[int, int]:
    """(whole, all) over the metered surfaces: "fits 7 of 9"."""
    metered = [each for each in found if each.is_counted]
    return sum(each.whole for each in metered), len(metered)


def cuts(
    title: str, body: str, *, platforms: Collection[Platform], pictured: bool
) -> list[Surface]:
    """The metered surfaces of these platforms that do not show the whole of a text."""
    return [
        each
        for each in SURFACES
        if each.platform in platforms
        and each.is_counted(pictured=pictured)
        and _is_cut(title, body, each, pictured=pictured)
    ]


def _is_cut(title: str, body: str, surface: Surface, *, pictured: bool) -> bool:
    if not surface.title.holds(title, beside=surface.beside_most):
        return True
    box = surface.pictured if pictured and surface.picture else surface.body
    return not box.holds(body)
