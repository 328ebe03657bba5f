"""What is known about a person: one at a time."""

import difflib
import re
import secrets
import zoneinfo
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from devices.models import Application, AttributeOrigin, Person
from devices.refusals import Refused

MAX_ATTRIBUTES = 100
MAX_BYTES = 1024
MAX_NUMBER = 10**15
BUCKETS = 10_000
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
LOCALE = re.compile(r"([A-Za-z]{2,3})((?:-[A-Za-z0-9]{1,8})*)")
REGION = re.compile(r"-([A-Z]{2})(?:-|$)")


def person_of(application: Application, external_id: str, at: datetime) -> Person:
    """The person with the customer's own id, made when nobody has it yet."""
    check_external_id(external_id)
    return Person.objects.get_or_create(
        application=application,
        external_id=external_id,
        defaults={"bucket": secrets.randbelow(BUCKETS), "created_at": at},
    )[0]


def hold(application: Application, external_id: str, at: datetime) -> Person:
    """The same, locked: nobody erases them before the caller's transaction ends."""
    while True:
        person = person_of(application, external_id, at)
        rows = Person.objects.select_for_update(no_key=True)
        if found := rows.filter(pk=person.pk, external_id=external_id).first():
            return found


def check_external_id(external_id: str) -> None:
    """Raise Refused when this cannot be a customer's own id."""
    if not external_id.strip() or len(external_id) > 128 or "\0" in external_id:
        raise Refused(
            "/external_id",
            "bad_external_id",
            _("Give an external id of 1 to 128 characters."),
        )


def anonymous(application: Application, at: datetime) -> Person:
    """A person of whom we know no more than that a device exists."""
    return Person.objects.create(
        application=application,
        bucket=secrets.randbelow(BUCKETS),
        created_at=at,
        last_seen_at=at,
    )


@transaction.atomic
def set_attributes(person: Person, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Merge: a value replaces, null deletes. Returns all attributes after it.

    Values are text, numbers and booleans; a date is text such as 2026-01-31 or
    2026-01-31T09:00:00Z. Raises Refused naming the first attribute at fault.
    """
    for key, value in changes.items():
        check_attribute(key, value)
    kept: dict[str, Any] = (
        Person.objects.select_for_update().get(pk=person.pk).attributes
    )
    merged = {k: v for k, v in (kept | dict(changes)).items() if v is not None}
    if len(merged) > MAX_ATTRIBUTES and len(merged) > len(kept):
        raise Refused(
            "/attributes",
            "too_many_attributes",
            _("A person has at most 100 attributes: delete some with null first."),
        )
    if merged != kept:
        Person.objects.filter(pk=person.pk).update(attributes=merged)
    return merged


def check_attribute(key: str, value: object) -> None:
    """Raise Refused when a name or a value cannot be kept."""
    pointer = f"/attributes/{key[:64]}".replace("\0", "")
    if not KEY.fullmatch(key):
        raise Refused(
            pointer,
            "bad_name",
            _(
                "Name attributes with letters, digits and underscores, starting with "
                "a letter, 64 characters at most."
            ),
        )
    if value is not None and not isinstance(value, str | bool | int | float):
        raise Refused(
            pointer,
            "bad_type",
            _("Give text, a number, true, false or null; dates are text."),
        )
    if isinstance(value, str) and len(value.encode()) > MAX_BYTES:
        raise Refused(
            pointer, "too_long", _("A value has at most 1,024 bytes: shorten it.")
        )
    if isinstance(value, int | float) and not abs(value) <= MAX_NUMBER:
        raise Refused(
            pointer,
            "too_large",
            _("Numbers reach from -10^15 to 10^15: give larger ones as text."),
        )


def describe(
    person: Person, *, locale: str = "", country: str = "", zone: str = ""
) -> int:
    """Keep what the person's device says about language, country and time zone.

    An empty value says nothing. Without a country, the language's region is
    one. Raises Refused for an unknown zone; returns 1 when something changed.
    """
    locale, zone = clean_locale(locale), clean_zone(zone)
    country = clean_country(country) or region_of(locale)
    told = {"locale": locale, "country": country, "zone": zone}
    news = {k: v for k, v in told.items() if v and getattr(person, k) != v}
    if not news:
        return 0
    return Person.objects.filter(pk=person.pk).update(**news)


def locate(person: Person, place: tuple[float, float] | None, *, at: datetime) -> int:
    """Keep where they are (latitude and longitude in degrees), None: forget it.

    The caller knows that the person agreed to it. An older report changes nothing.
    """
    latitude, longitude = place or (None, None)
    known = Q(located_at=None) | Q(located_at__lte=at)
    return (
        Person.objects.filter(pk=person.pk, erased_at=None)
        .filter(known)
        .update(
            latitude=latitude,
            longitude=longitude,
            located_at=at if place else None,
        )
    )


def seen(person_id: int, at: datetime) -> int:
    """Move last seen forward, never back."""
    return (
        Person.objects.filter(pk=person_id)
        .filter(Q(last_seen_at=None) | Q(last_seen_at__lt=at))
        .update(last_seen_at=at)
    )


@transaction.atomic
def merge(anonymous: Person, person: Person) -> None:
    """Give a person what their anonymous self had and they lack; close that row."""
    rows = Person.objects.select_for_update().order_by("pk")
    both = {row.pk: row for row in rows.filter(pk__in=[anonymous.pk, person.pk])}
    old, new = both[anonymous.pk], both[person.pk]
    Person.objects.filter(pk=new.pk).update(
        attributes=old.attributes | new.attributes,
        **{
            name: getattr(new, name) or getattr(old, name)
            for name in ("locale", "country", "zone")
        },
        **_place_of(old, new),
    )
    origins = dict(AttributeOrigin.objects.in_bulk([old.pk, new.pk]))
    if old.pk in origins:
        told = origins[old.pk].told | (
            origins[new.pk].told if new.pk in origins else {}
        )
        AttributeOrigin.objects.update_or_create(person=new, defaults={"told": told})
        origins[old.pk].delete()
    Person.objects.filter(pk=old.pk).update(merged_into=new)


def _place_of(old: Person, new: Person) -> dict[str, Any]:
    """Where whoever said it last was."""
    said = [each for each in (old, new) if each.located_at]
    last = max(said, key=lambda each: each.located_at or each.created_at, default=new)
    return {
        name: getattr(last, name) for name in ("latitude", "longitude", "located_at")
    }


def clean_locale(text: str) -> str:
    """A BCP 47 tag in its usual case, or Refused; nothing stays nothing."""
    if not text:
        return ""
    match = LOCALE.fullmatch(text.replace("_", "-"))
    if not match or len(text) > 20:
        raise Refused(
            "/locale", "bad_locale", _("Give a language tag such as fr or pt-BR.")
        )
    language, *rest = match.group(0).split("-")
    shapes = {2: str.upper, 4: str.title}
    return "-".join([language.lower(), *(shapes.get(len(p), str)(p) for p in rest)])


def clean_country(text: str) -> str:
    """Two upper-case letters, or Refused; nothing stays nothing."""
    if text and not (len(text) == 2 and text.isascii() and text.isalpha()):
        raise Refused(
            "/country", "bad_country", _("Give a country's two letters, such as FR.")
        )
    return text.upper()


def clean_zone(name: str) -> str:
    """An IANA zone name, or Refused with the nearest one; nothing stays nothing."""
    if not name or name in zones():
        return name
    near = difflib.get_close_matches(name[:50], zones(), n=1, cutoff=0.3)
    ending = [zone for zone in zones() if zone.lower().endswith("/" + name.lower())]
    raise Refused(
        "/timezone",
        "unknown_zone",
        _("This is not an IANA time zone; did you mean %(zone)s?")
        % {"zone": (sorted(ending) or near or ["Europe/Paris"])[0]},
    )


@cache
def zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def region_of(locale: str) -> str:
    match = REGION.search(locale)
    return match.group(1) if match else ""
