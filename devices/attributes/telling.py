"""What is said of many people at once, with who said it and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection, transaction

from devices import dictionary
from devices.models import Application, AttributeOrigin, Person
from devices.refusals import Refused

from . import by_id, changing, keeping
from .changing import Known

UPDATE = """
UPDATE devices_person AS person
SET attributes = new.attributes, locale = new.locale, country = new.country,
    zone = new.zone
FROM unnest(%s::bigint[], %s::jsonb[], %s::text[], %s::text[], %s::text[])
  AS new (id, attributes, locale, country, zone)
WHERE person.id = new.id AND person.erased_at IS NULL"""

ORIGINS = """
INSERT INTO devices_attributeorigin AS kept (person_id, told)
SELECT id, told FROM unnest(%s::bigint[], %s::jsonb[]) AS new (id, told) ORDER BY id
ON CONFLICT (person_id) DO UPDATE SET told = excluded.told"""

PLACES = ("locale", "country", "zone")


class Origin(NamedTuple):
    """Who told an attribute: "device", "server", "import" or "staff"; and when."""

    source: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody says of a person: values replace, null deletes, $inc adds.

    An empty place says nothing. ``at`` is when it was so; None: now. ``replaces``:
    attributes that are not named go.
    """

    attributes: Mapping[str, Any] = field(default_factory=dict)
    locale: str = ""
    country: str = ""
    zone: str = ""
    at: datetime | None = None
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is known afterwards; ``older`` are names that a later word was kept for."""

    attributes: Mapping[str, Any] = field(default_factory=dict)
    changed: bool = False
    older: Sequence[str] = ()
    refused: Refused | None = None


@transaction.atomic
def tell(
    application: Application,
    told: Sequence[tuple[str, Told]],
    *,
    source: str,
    at: datetime,
) -> list[Outcome]:
    """Keep what is said of people by their external ids; one outcome for each.

    People nobody knows yet are made. One at fault is refused by itself. Eight
    statements at most, whatever the number.
    """
    checked = [_checked(external_id, each) for external_id, each in told]
    good = {
        external_id
        for (external_id, _each), fault in zip(told, checked, strict=True)
        if fault is None
    }
    people = by_id.ids_of(application, good, at) if good else {}
    wanted = [
        (people.get(external_id), each, fault)
        for (external_id, each), fault in zip(told, checked, strict=True)
    ]
    return _keep(application.pk, wanted, source=source, at=at)


@transaction.atomic
def learn(person: Person, told: Told, *, source: str, at: datetime) -> dict[str, Any]:
    """The same of one known person; returns all attributes, or raises Refused."""
    changing.check(told.attributes)
    one = [(person.pk, told, None)]
    [outcome] = _keep(person.application_id, one, source=source, at=at)
    if outcome.refused:
        raise outcome.refused
    return dict(outcome.attributes)


def origins_of(person: Person) -> dict[str, Origin]:
    """Who told each attribute, and when; older ones may be missing."""
    row = AttributeOrigin.objects.filter(pk=person.pk).first()
    found = row.told if row else {}
    return {
        name: Origin(source, datetime.fromisoformat(moment))
        for name, (source, moment) in found.items()
    }


def _checked(external_id: str, told: Told) -> Refused | None:
    try:
        keeping.check_external_id(external_id)
        changing.check(told.attributes)
    except Refused as refused:
        return refused
    return None


def _keep(
    application_id: int,
    wanted: Sequence[tuple[int | None, Told, Refused | None]],
    *,
    source: str,
    at: datetime,
) -> list[Outcome]:
    known = _locked({pk for pk, _told, fault in wanted if pk and not fault})
    outcomes = []
    for pk, told, fault in wanted:
        one = known.get(pk or 0)
        if fault is None and one is None:
            fault = changing.erased()
        outcomes.append(
            Outcome(refused=fault) if fault or not one else _take(one, told, source, at)
        )
    _save({pk: one for pk, one in known.items() if one.changed})
    _save_origins({pk: one for pk, one in known.items() if one.told_anew})
    sayings = [
        told.attributes
        for (_pk, told, _fault), outcome in zip(wanted, outcomes, strict=True)
        if not outcome.refused
    ]
    dictionary.learn_attributes(application_id, map(changing.plain, sayings), at)
    return outcomes


def _take(one: Known, told: Told, source: str, at: datetime) -> Outcome:
    moment = min(told.at or at, at)
    try:
        places = {
            "locale": keeping.clean_locale(told.locale),
            "country": keeping.clean_country(told.country),
            "zone": keeping.clean_zone(told.zone),
        }
        places["country"] = places["country"] or keeping.region_of(places["locale"])
        taken = changing.merged(
            one, told.attributes, moment, replaces=told.replaces, source=source
        )
    except Refused as refused:
        return Outcome(refused=refused)
    news = {name: value for name, value in places.items() if value}
    changed = taken.attributes != one.attributes or bool(
        news.items() - one.places.items()
    )
    one.attributes, one.told = taken.attributes, taken.told
    one.places |= news
    one.changed |= changed
    one.told_anew |= bool(told.attributes)
    return Outcome(attributes=one.attributes, changed=changed, older=taken.older)


def _locked(ids: set[int]) -> dict[int, Known]:
    """People who are there, locked in the order of their ids, and their origins."""
    if not ids:
        return {}
    rows = Person.objects.present().filter(pk__in=ids).order_by("pk")
    people = rows.select_for_update().values_list("pk", "attributes", *PLACES)
    told = dict(AttributeOrigin.objects.filter(pk__in=ids).values_list("pk", "told"))
    return {
        pk: Known(
            attributes=attributes,
            places=dict(zip(PLACES, places, strict=True)),
            told=told.get(pk, {}),
        )
        for pk, attributes, *places in people
    }


def _save(people: Mapping[int, Known]) -> None:
    if not people:
        return
    rows = list(people.values())
    places = [[each.places[name] for each in rows] for name in PLACES]
    attributes = [orjson.dumps(each.attributes).decode() for each in rows]
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, [list(people), attributes, *places])


def _save_origins(people: Mapping[int, Known]) -> None:
    if not people:
        return
    told = [orjson.dumps(each.told).decode() for each in people.values()]
    with connection.cursor() as cursor:
        cursor.execute(ORIGINS, [list(people), told])
