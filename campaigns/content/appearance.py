"""How a push appears on each kind of screen: what is seen, cut off, or not shown.

It reads the push that a gateway would get, so that a preview cannot say anything else
than the message.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from campaigns.content.limits import columns, cut
from campaigns.content.surfaces import SURFACES, Arrival, Surface
from devices.gateways.base import Push


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """``seen`` and ``lost`` make the whole; ``room`` in columns of Latin text."""

    seen: str
    lost: str
    room: int

    @property
    def whole(self) -> str:
        return self.seen + self.lost

    @property
    def used(self) -> int:
        return columns(self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """One push on one surface.

    ``late`` is the title as it stands beside the longest time stamp. ``image`` and
    ``icon`` are addresses, "" where this screen shows none. ``lines`` of the body.
    """

    surface: Surface
    title: Text
    late: Text
    body: Text
    lines: int
    image: str
    icon: str
    buttons: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether everything is seen, whatever the time stamp is."""
        return not self.lost

    @property
    def lost(self) -> str:
        """What is cut off the title, at worst, and the body."""
        title = self.title.lost or self.late.lost
        return " … ".join(filter(None, (title, self.body.lost)))


def appear(
    push: Push, surface: Surface, *, arrival: Arrival = "now", size: int = 100
) -> Appearance:
    """The push on one surface; ``size`` of its text in per cent of the usual."""
    image = push.image if surface.picture else ""
    room, lines = surface.body_room(pictured=bool(image))
    return Appearance(
        surface=surface,
        title=_text(push.title, surface.title_room(arrival), size),
        late=_text(push.title, surface.title_room("yesterday"), size),
        body=_text(push.body, room, size),
        lines=lines,
        image=image,
        icon=push.icon if surface.platform == "web" else "",
        buttons=tuple(each.label for each in push.buttons[: surface.buttons]),
    )


def _text(text: str, room: int, size: int) -> Text:
    room = max(1, room * 100 // size)
    seen, lost = cut(text, room)
    return Text(seen=seen, lost=lost, room=room)


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
    metered = [each for each in found if each.surface.metered]
    return sum(each.whole for each in metered), len(metered)
