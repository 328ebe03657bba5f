"""How a preview is looked at: what its controls offer, and what was chosen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from campaigns.admin import person_search, personas
from campaigns.content.surfaces import Arrival
from campaigns.content.values import said
from campaigns.models import Campaign, variants
from devices.models import Person

SHADES = {"light": _("Light"), "dark": _("Dark"), "both": _("Light and dark")}
ARRIVALS = {
    "now": _("just now"),
    "earlier": _("three hours ago"),
    "yesterday": _("yesterday"),
}
SIZES = (85, 100, 115, 130, 150, 175, 200)
USUAL = 100
VALUE = "preview_value:"
MOST, LONGEST = 40, 200
"""Values of one's own, and characters of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the controls ask for; ``person`` is a key of person_search.chosen.

    ``locale`` "" is the language that the person reads; ``variant`` "" is A. Without
    ``everything`` only three surfaces are drawn. ``stack``: as the newest of three of
    this app.
    ``values`` stand in for the person's own, by name.
    """

    person: str = ""
    locale: str = ""
    shade: str = "light"
    arrival: Arrival = "now"
    size: int = USUAL
    everything: bool = False
    stack: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    variant: str = ""

    @property
    def shades(self) -> list[str]:
        return ["light", "dark"] if self.shade == "both" else [self.shade]


def read(asked: Mapping[str, str], *, sees_people: bool) -> Look:
    """The look that a form or an address asks for; what is no choice is left out.

    Not ``sees_people``: of nobody real, whoever was asked for.
    """
    searched = asked.get("preview_search", "").strip()
    shade = asked.get("preview_shade", "")
    arrival = asked.get("preview_arrival", "")
    size = asked.get("preview_size", "")
    person = f"={searched}" if searched else asked.get("person", "")
    return Look(
        person=person if sees_people else personas.NOBODY,
        locale=asked.get("preview_locale", "")[:20],
        shade=shade if shade in SHADES else "light",
        arrival=cast(Arrival, arrival) if arrival in ARRIVALS else "now",
        size=int(size) if size in map(str, SIZES) else USUAL,
        everything=asked.get("preview_all") == "yes",
        stack=asked.get("preview_stack") == "yes",
        values=_typed(asked),
        variant=asked.get("preview_variant", "")[:1],
    )


def _typed(asked: Mapping[str, str]) -> dict[str, str]:
    """The values that were typed for this preview, by the names that texts use."""
    named = [
        (name.removeprefix(VALUE), name) for name in asked if name.startswith(VALUE)
    ]
    typed = {short: asked[name].strip()[:LONGEST] for short, name in named[:MOST]}
    return {name: value for name, value in typed.items() if value}


def controls(draft: Campaign, look: Look, *, sees_people: bool) -> dict[str, Any]:
    """What the controls offer and which of it is chosen."""
    return {
        "look": look,
        "sees_people": sees_people,
        "people": _offered(draft) if sees_people else [],
        "special": personas.SPECIAL if sees_people else personas.SPECIAL[:1],
        "languages": [(tag, language(tag)) for tag in languages_of(draft)],
        "variants": variants.keys(draft) if draft.variants else [],
        "shades": SHADES.items(),
        "arrivals": ARRIVALS.items(),
        "sizes": SIZES,
    }


def _offered(draft: Campaign) -> list[tuple[Person, str]]:
    people = personas.offered(draft.application)
    return [(each, person_search.label(each)) for each in people]


def values(
    names: Iterable[str], known: Mapping[str, object], look: Look
) -> list[dict[str, str]]:
    """What the message shows of somebody: by name, their own value, and what was
    typed instead."""
    return [
        {"name": each, "own": said(known.get(each)) or "", "typed": typed}
        for each in names
        for typed in [look.values.get(each, "")]
    ]


def languages_of(draft: Campaign) -> list[str]:
    """The tags of the message's own language and of its translations."""
    others = [str(each.get("locale", "")) for each in draft.translations]
    return list(dict.fromkeys(filter(None, [draft.locale, *others])))


def language(tag: str) -> str:
    """A language by its name, or by its tag where nobody knows one."""
    for known in (tag.lower(), tag.lower().split("-")[0]):
        try:
            name = str(get_language_info(known)["name_translated"])
        except KeyError:
            continue
        return name if known == tag.lower() else f"{name} ({tag})"
    return tag


def name_of(person: Person | None) -> str:
    """Who is previewed, in words; "" for nobody."""
    if person is None or person.pk is None:
        return ""
    return person_search.label(person)
