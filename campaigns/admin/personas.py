"""Whom a preview is drawn for: real people, and a few who show where texts break."""

import json
import random
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from devices.models import Application, Installation, Person
from devices.models.people import PersonQuerySet

RIGHT = "devices.view_person"
"""What it takes to see a message as somebody real reads it."""

NEWEST = 500
"""People among whom a special one is looked for."""
OFFERED = 4
DRAWN = 4
ENDS = ("pk", "-pk")

NOBODY, NEW, LONGEST, RIGHT_TO_LEFT = "none", "new", "longest", "rtl"
RTL_LANGUAGES = ("ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi")
"""Languages of CLDR 46 that are written from right to left."""
BUILT_IN = {"country", "locale", "zone"}
"""Values that are no attributes: campaigns.content.values.of_person."""
MADE_UP = "عبد الرحمن"
"""A common given name, for those who have nobody who writes from the right."""

NAMED = """
SELECT id FROM (SELECT id, attributes FROM devices_person
  WHERE application_id = %s AND erased_at IS NULL AND merged_into_id IS NULL
  ORDER BY id DESC LIMIT %s) AS newest
ORDER BY (SELECT max(length(value)) FROM jsonb_each_text(attributes)
  WHERE strpos(lower(key), 'name') > 0) DESC NULLS LAST, id DESC LIMIT 1"""
BAREST = """
SELECT id FROM (SELECT id, attributes FROM devices_person
  WHERE application_id = %s AND erased_at IS NULL AND merged_into_id IS NULL
  ORDER BY id DESC LIMIT %s) AS newest
ORDER BY (SELECT count(*) FROM jsonb_object_keys(attributes)), id DESC LIMIT 1"""
SPEAKING = """
SELECT id FROM (SELECT id, locale FROM devices_person
  WHERE application_id = %s AND erased_at IS NULL AND merged_into_id IS NULL
  ORDER BY id DESC LIMIT %s) AS newest
WHERE split_part(lower(replace(locale, '_', '-')), '-', 1) = ANY(%s) LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Special:
    key: str
    word: Promise


SPECIAL = (
    Special(NOBODY, _("Somebody we know nothing about")),
    Special(NEW, _("Somebody who has just come")),
    Special(LONGEST, _("The longest name among your people")),
    Special(RIGHT_TO_LEFT, _("Somebody who reads from right to left")),
)

KEYS = {each.key for each in SPECIAL}


def offered(application: Application) -> list[Person]:
    """A few real people: the newest first, then some drawn at random."""
    present = Person.objects.present().filter(application=application)
    newest = list(present.order_by("-id")[:OFFERED])
    return list({each.pk: each for each in [*newest, *_drawn(present)]}.values())


def at_random(application: Application) -> list[Person]:
    """One real person, where there are any."""
    return list(_drawn(Person.objects.present().filter(application=application)))[:1]


def _drawn(present: PersonQuerySet) -> Iterator[Person]:
    """People whose number follows a random one, each found by the key."""
    ends = [present.order_by(each).values_list("pk", flat=True) for each in ENDS]
    first, last = (each.first() for each in ends)
    if first is None or last is None:
        return
    for _each in range(DRAWN):
        number = random.randint(first, last)  # noqa: S311 (whom to show)
        found = present.filter(pk__gte=number).order_by("pk").first()
        if found is not None:
            yield found


def special(application: Application, key: str) -> Person | None:
    """Who shows where a text breaks, by a key of SPECIAL; None is nobody."""
    if key == NEW:
        return _found(application, BAREST, [application.pk, NEWEST])
    if key == LONGEST:
        return _found(application, NAMED, [application.pk, NEWEST])
    if key == RIGHT_TO_LEFT:
        asked = [application.pk, NEWEST, list(RTL_LANGUAGES)]
        return _found(application, SPEAKING, asked) or _made_up(application)
    return None


def customised(
    application: Application, person: Person | None, values: Mapping[str, str]
) -> Person | None:
    """This person with some values of one's own; never saved, nor is the original."""
    if not values:
        return person
    other = copy(person) if person else unknown(application)
    known = other.attributes
    other.attributes = known | {
        name: as_before(said, known.get(name)) for name, said in values.items()
    }
    for name in BUILT_IN & values.keys():
        setattr(other, name, values[name])
    return other


def as_before(text: str, before: object) -> object:
    """A typed value as what it stands for: a number where one was, or where none was
    and it is written as one."""
    if isinstance(before, str):
        return text
    try:
        read = json.loads(text, parse_constant=str)
    except ValueError:
        return text
    is_scalar = isinstance(read, bool | int | float)
    return read if is_scalar and json.dumps(read) == text else text


def unknown(application: Application) -> Person:
    """Somebody of whom nothing is known; never saved."""
    return Person(application=application)


def _found(application: Application, sql: str, asked: list[Any]) -> Person | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        row = cursor.fetchone()
    return (
        Person.objects.filter(application=application, pk=row[0]).first()
        if row
        else None
    )


def _made_up(application: Application) -> Person:
    """Nobody real, never saved: an Arabic name in each field that holds a name."""
    newest = Person.objects.present().filter(application=application).order_by("-id")
    known = newest.values_list("attributes", flat=True).first() or {}
    names = {"first_name", *(each for each in known if "name" in each.lower())}
    return Person(
        application=application, locale="ar", attributes=dict.fromkeys(names, MADE_UP)
    )


def language_of(person: Person | None) -> str:
    """The tag that decides what somebody reads: their own, else their device's."""
    if person is None:
        return ""
    if person.locale or person.pk is None:
        return person.locale
    devices = Installation.objects.filter(person=person, retired_at=None)
    spoken = devices.exclude(locale="").order_by("-last_seen_at")
    return spoken.values_list("locale", flat=True).first() or ""


def direction(tag: str) -> str:
    """ "rtl" or "ltr", of a language tag."""
    return (
        "rtl" if tag.lower().replace("_", "-").split("-")[0] in RTL_LANGUAGES else "ltr"
    )
