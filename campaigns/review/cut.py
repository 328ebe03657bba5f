"""Which screens cut off what real people would read, and for how many (lint Y1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.audience.known import rounded
from campaigns.content import appearance
from campaigns.content.render import CompiledContent, Words
from campaigns.content.surfaces import SURFACES, Platform, Surface

from .funnel import Funnel
from .problem import Problem, look, ok
from .readings import Reader, in_language, readers

PLATFORMS: tuple[Platform, ...] = ("ios", "android", "web", "windows")
SHARE = 0.05
"""Of the devices: screens of a rarer platform are not looked at."""


@dataclass(slots=True)
class Cut:
    """``surfaces`` that cut somebody's text; ``share`` of the readers by platform."""

    surfaces: set[str] = field(default_factory=set)
    share: dict[str, float] = field(default_factory=dict)
    in_title_only: bool = True

    @property
    def names(self) -> str:
        kept = [each for each in SURFACES if each.key in self.surfaces]
        return ", ".join(str(each.label) for each in kept)


def cut_off(
    compiled: CompiledContent, samples: Sequence[Reader], counted: Funnel | None
) -> Iterator[Problem]:
    """Which screens cut somebody's text off, in each language.

    Of the platforms that a twentieth of the devices have at least.
    """
    found = {
        language: cut
        for language in compiled.languages
        if (cut := _cut(compiled, language, samples, counted)).surfaces
    }
    for language, cut in found.items():
        fix = _("Put what matters first, or shorten it.")
        name = "title" if cut.in_title_only else "body"
        prefix = "" if language is compiled else f"{language.content.locale}."
        said = in_language(compiled, language, _sentence(cut, counted))
        yield look(said, fix, f"{prefix}{name}", code="cut")
    if not found:
        yield ok(_("Every screen shows the whole text."))


def _sentence(cut: Cut, counted: Funnel | None) -> str:
    by_platform = counted.by_platform if counted else {}
    devices = sum(by_platform.get(each, 0) * share for each, share in cut.share.items())
    if not devices:
        return _("The text is cut on %(surfaces)s.") % {"surfaces": cut.names}
    number = max(1, rounded(devices))
    sentence = ngettext(
        "The text is cut on %(surfaces)s (about %(devices)d device).",
        "The text is cut on %(surfaces)s (about %(devices)d devices).",
        number,
    )
    return sentence % {"surfaces": cut.names, "devices": number}


def _cut(
    compiled: CompiledContent,
    language: CompiledContent,
    samples: Sequence[Reader],
    counted: Funnel | None,
) -> Cut:
    cut = Cut()
    mine = readers(compiled, language, samples)
    for platform in filter(lambda each: _matters(counted, each), PLATFORMS):
        made = language.on(platform)
        pictured = bool(made.picture(platform) or made.content.image)
        hit = 0
        for said in (made.words(each.values) for each in mine):
            if isinstance(said, Words):
                surfaces = appearance.cuts(
                    said.title, said.body, platforms=[platform], pictured=pictured
                )
                hit += bool(surfaces)
                cut.surfaces |= {each.key for each in surfaces}
                cut.in_title_only &= all(_holds(each, said.body) for each in surfaces)
        if hit:
            cut.share[platform] = hit / len(samples)
    return cut


def _holds(surface: Surface, body: str) -> bool:
    return surface.body.holds(body)


def _matters(counted: Funnel | None, platform: str) -> bool:
    if counted is None:
        return True
    devices = counted.by_platform.get(platform, 0)
    return devices > 0 and devices >= SHARE * counted.reached_devices
