"""What is known of the newest people by name, to be inserted in a text."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import get_language

from campaigns.admin import personas
from campaigns.content.personalisation import BUILT_IN_FIELDS, known_fields
from campaigns.content.values import said
from campaigns.models import PromoList
from devices import dictionary
from devices.models import Application, Person

SAMPLED = 500
"""Newest people who are looked at: enough for names and an example of each."""

LONGEST = 24
"""Characters of an example."""

KINDS = ("text", "number", "yes_no", "date")


@dataclass(slots=True)
class Offer:
    """A value of people; ``example`` is somebody's, "" for whoever may not see it."""

    name: str
    kinds: set[str] = field(default_factory=set)
    example: str = ""
    label: str = ""

    @property
    def title(self) -> str:
        """What a developer calls it before the name that a text holds."""
        return f"{self.label} ({self.name})" if self.label else self.name

    @property
    def of_kinds(self) -> list[str]:
        """Dates before texts, which they are as well; every kind where none is seen."""
        found = [each for each in KINDS if each in self.kinds] or list(KINDS)
        return sorted(found, key=lambda each: each != "date")


def context(application: Application, *, user: User) -> dict[str, Any]:
    """What may be put into a text of an application, for the insert menu."""
    return {
        "offers": offered(application, sees_people=user.has_perm(personas.RIGHT)),
        "promo_lists": PromoList.objects.names(application.pk),
    }


def offered(application: Application, *, sees_people: bool) -> list[Offer]:
    """The values that a text may name, by name, with an example of each."""
    rows = Person.objects.present().filter(application=application).order_by("-id")
    columns = ("attributes", *sorted(BUILT_IN_FIELDS))
    found = _seen(rows.values(*columns)[:SAMPLED])
    _add_learnt(found, application)
    usable = known_fields(found)
    offers = [each for name, each in sorted(found.items()) if name in usable]
    if not sees_people:
        for each in offers:
            each.example = ""
    return offers


def _add_learnt(found: dict[str, Offer], application: Application) -> None:
    """Names that were not seen lately; without those that a developer hid."""
    language = get_language() or "en"
    for name, each in dictionary.attributes(application.pk, hidden=True).items():
        if each.hidden:
            found.pop(name, None)
            continue
        mine = found.setdefault(name, Offer(name))
        mine.kinds |= each.types
        mine.label = each.label(language) if each.labels else ""
        if not mine.example and each.values:
            mine.example = each.values[0][0][:LONGEST]


def _seen(people: Iterable[dict[str, Any]]) -> dict[str, Offer]:
    found = {name: Offer(name, {"text"}) for name in BUILT_IN_FIELDS}
    for person in people:
        values = person["attributes"] | {name: person[name] for name in BUILT_IN_FIELDS}
        for name, value in values.items():
            each = found.setdefault(name, Offer(name))
            each.kinds |= dictionary.types_of(value)
            text = said(value)
            if text and not each.example:
                each.example = text[:LONGEST] + "…" * (len(text) > LONGEST)
    return found
