"""How a preview is looked at: what its controls offer, and what was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from campaigns.admin import personas
from campaigns.content.surfaces import Arrival
from campaigns.models import Campaign
from devices.models import Person

SHADES = {"light": _("Light"), "dark": _("Dark"), "both": _("Light and dark")}
ARRIVALS = {
    "now": _("just now"),
    "earlier": _("three hours ago"),
    "yesterday": _("yesterday"),
}
SIZES = (85, 100, 115, 130, 150, 175, 200)
USUAL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the controls ask for; ``person`` is a key of personas.chosen.

    ``locale`` "" is the language that the person reads. Without ``everything`` only
    three surfaces are drawn. ``stack``: as the newest of three of this app.
    """

    person: str = ""
    locale: str = ""
    shade: str = "light"
    arrival: Arrival = "now"
    size: int = USUAL
    everything: bool = False
    stack: bool = False

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
    )


def controls(draft: Campaign, look: Look, *, sees_people: bool) -> dict[str, Any]:
    """What the controls offer and which of it is chosen."""
    return {
        "look": look,
        "sees_people": sees_people,
        "people": personas.offered(draft.application) if sees_people else [],
        "special": personas.SPECIAL if sees_people else personas.SPECIAL[:1],
        "languages": [(tag, language(tag)) for tag in languages_of(draft)],
        "shades": SHADES.items(),
        "arrivals": ARRIVALS.items(),
        "sizes": SIZES,
    }


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
    return str(person)
