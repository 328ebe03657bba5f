"""Whom a preview is drawn for: real people, and a few who show where texts break."""

import random
from collections.abc import Iterator
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

NOBODY, LONGEST, RIGHT_TO_LEFT = "none", "longest", "rtl"
RTL_LANGUAGES = ("ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi")
"""Languages of CLDR 46 that are written from right to left."""
MADE_UP = "عبد الرحمن"
"""A common given name, for those who have nobody who writes from the right."""

NAMED = """
SELECT id FROM (SELECT id, attributes FROM devices_person
  WHERE application_id = %s AND erased_at IS NULL AND merged_into_id IS NULL
  ORDER BY id DESC LIMIT %s) AS newest
ORDER BY (SELECT max(length(value)) FROM jsonb_each_text(attributes)
  WHERE strpos(lower(key), 'name') > 0) DESC NULLS LAST, id DESC LIMIT 1"""
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
    Special(LONGEST, _("The longest name among your people")),
    Special(RIGHT_TO_LEFT, _("Somebody who reads from right to left")),
)


def offered(application: Application) -> list[Person]:
    """A few real people: the newest first, then some drawn at random."""
    present = Person.objects.present().filter(application=application)
    newest = list(present.order_by("-id")[:OFFERED])
    return list({each.pk: each for each in [*newest, *_drawn(present)]}.values())


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


def chosen(application: Application, key: str) -> Person | None:
    """The person of a key: a number, "=" and an external id, or one of SPECIAL.

    Without a key the newest one. None is nobody, and so is who cannot be found.
    """
    present = Person.objects.present().filter(application=application)
    if key == NOBODY:
        return None
    if key == LONGEST:
        return _found(application, NAMED, [application.pk, NEWEST])
    if key == RIGHT_TO_LEFT:
        asked = [application.pk, NEWEST, list(RTL_LANGUAGES)]
        return _found(application, SPEAKING, asked) or _made_up(application)
    if key.startswith("="):
        return present.filter(external_id=key[1:129].strip()).first()
    if key.isdecimal() and len(key) < 19:
        return present.filter(pk=int(key)).first()
    return present.order_by("-id").first()


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
