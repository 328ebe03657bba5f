"""Keeping events, each once: the only writer of Event."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson
from django.db import connection, transaction

from devices import dictionary
from devices.models import Application, Installation, Person

from . import refused
from .happenings import Answer, Fate, Fault, Happening, check
from .reasons import Code
from .refused import Origin

Reported = Happening | Fault
Whose = tuple[int, Happening]
"""A person's id, and what they did."""

INSERT = """
INSERT INTO devices_event (application_id, person_id, installation_id,
                           key, name, properties, at, received_at)
SELECT %s, new.person_id, %s, new.key, new.name, new.properties, new.at, %s
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::jsonb[], %s::timestamptz[])
  WITH ORDINALITY AS new (person_id, key, name, properties, at, place)
ORDER BY new.person_id, new.key, new.place
ON CONFLICT DO NOTHING
RETURNING person_id, key"""


class BulkEvent(NamedTuple):
    person_id: int
    installation_id: int | None
    key: str
    name: str
    properties: Mapping[str, object]
    at: datetime


def record(
    installation: Installation, reported: Sequence[Reported], at: datetime
) -> list[Answer]:
    """Keep each new event of a device; one answer for each, in the same order.

    An event is new when neither this device nor this person reported its key
    before. One at fault is refused by itself: the others are kept.
    """
    origin = Origin(installation.application_id, installation.pk)
    judged = [_judged(each, at) for each in reported]
    return _keep(origin, [(installation.person_id, each) for each in judged], at)


def record_of(
    application: Application,
    reported: Sequence[Reported],
    people: Mapping[str, int],
    at: datetime,
) -> list[Answer]:
    """The same for what a server reports of people: ``people`` are their ids by
    external id; whoever is not among them was erased, and stays so."""
    judged: list[tuple[int, Reported]] = []
    for each in (_judged(one, at) for one in reported):
        if isinstance(each, Happening) and each.person not in people:
            each = _erased(each)
        whose = people[each.person] if isinstance(each, Happening) else 0
        judged.append((whose, each))
    return _keep(Origin(application.pk, None), judged, at)


def _judged(each: Reported, at: datetime) -> Reported:
    return each if isinstance(each, Fault) else check(each, at) or each


def _erased(each: Happening) -> Fault:
    return Fault(
        code=Code.ERASED, pointer="/person", key=each.key, name=each.name, shape={}
    )


def _keep(
    origin: Origin, judged: Sequence[tuple[int, Reported]], at: datetime
) -> list[Answer]:
    sound = [(who, each) for who, each in judged if isinstance(each, Happening)]
    faults = [each for _who, each in judged if isinstance(each, Fault)]
    recorded = insert(origin, sound, at)
    refused.keep(origin, faults, at)
    about = [(each.name, each.properties) for _who, each in sound]
    dictionary.learn_events(origin.application_id, about, at)
    return [_answer(who, each, recorded) for who, each in judged]


def _answer(who: int, each: Reported, recorded: set[tuple[int, str]]) -> Answer:
    if isinstance(each, Fault):
        return Answer(
            key=each.key,
            fate=Fate.REFUSED,
            code=each.code,
            message=each.message,
            pointer=each.pointer,
        )
    fate = Fate.RECORDED if (who, each.key) in recorded else Fate.DUPLICATE
    recorded.discard((who, each.key))
    return Answer(key=each.key, fate=fate)


def insert(
    origin: Origin, happenings: Sequence[Whose], at: datetime
) -> set[tuple[int, str]]:
    """Append what is new in one statement; returns person and key of what was.

    In the order of person and key, so that batches at once do not deadlock.
    """
    if not happenings:
        return set()
    facts = [
        origin.application_id,
        origin.installation_id,
        at,
        [who for who, _each in happenings],
        [each.key for _who, each in happenings],
        [each.name for _who, each in happenings],
        [orjson.dumps(each.properties).decode() for _who, each in happenings],
        [each.at for _who, each in happenings],
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, facts)
        return {(who, key) for who, key in cursor.fetchall()}


def move(anonymous: Person, person: Person) -> int:
    """Give a person the events of their anonymous self, but for repeats."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE devices_event AS event SET person_id = %(new)s
            WHERE event.person_id = %(old)s AND NOT EXISTS (
              SELECT 1 FROM devices_event AS kept
              WHERE kept.person_id = %(new)s AND kept.key = event.key)
            """,
            {"old": anonymous.pk, "new": person.pk},
        )
        return int(cursor.rowcount)


def import_many(application_id: int, rows: Iterable[BulkEvent], at: datetime) -> int:
    """Load events by COPY, for samples and moves from another system.

    The rows must be clean and their keys new; returns how many were loaded.
    """
    loaded = 0
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy(
            "COPY devices_event (application_id, person_id, installation_id, key, name,"
            " properties, at, received_at) FROM STDIN"
        ) as copy,
    ):
        for row in rows:
            properties = orjson.dumps(row.properties).decode()
            copy.write_row(
                (application_id, *row[:4], properties, row.at, at),
            )
            loaded += 1
    return loaded
