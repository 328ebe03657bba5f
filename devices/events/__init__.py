"""What people do in the app: events, each kept once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import orjson
from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from devices.models import Installation, Person

LATEST = timedelta(days=30)
CLOCK_SKEW = timedelta(minutes=10)
MAX_BATCH = 1000
MAX_PROPERTIES = 4096
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,79}")


class Fate(StrEnum):
    """What became of one reported event."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that an app reports: ``key`` is the app's own id for it."""

    key: str
    name: str
    at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a happening, and why when it was refused."""

    key: str
    fate: Fate
    code: str = ""
    message: str | Promise = ""


class BulkEvent(NamedTuple):
    person_id: int
    installation_id: int | None
    key: str
    name: str
    properties: Mapping[str, object]
    at: datetime


def record(
    installation: Installation, happenings: Sequence[Happening], at: datetime
) -> list[Answer]:
    """Keep each new event; one answer per happening, in the same order.

    An event is new when neither this device nor this person reported its key
    before. One at fault is refused by itself: the others are kept.
    """
    faults = [fault(happening, at) for happening in happenings]
    sound = [h for h, found in zip(happenings, faults, strict=True) if not found]
    recorded = insert(installation, sound, at)
    answers = []
    for happening, found in zip(happenings, faults, strict=True):
        if found:
            answers.append(found)
            continue
        fate = Fate.RECORDED if happening.key in recorded else Fate.DUPLICATE
        recorded.discard(happening.key)
        answers.append(Answer(key=happening.key, fate=fate))
    return answers


def fault(happening: Happening, at: datetime) -> Answer | None:
    """Why an event cannot be kept, or None."""
    if not NAME.fullmatch(happening.name):
        reason = (
            "bad_name",
            _(
                "Name events with letters, digits and _ . : -, starting with a letter, "
                "80 characters at most."
            ),
        )
    elif happening.at > at + CLOCK_SKEW:
        reason = (
            "in_the_future",
            _("This event is more than 10 minutes ahead of the server's clock."),
        )
    elif happening.at < at - LATEST:
        reason = ("too_late", _("Events are accepted for 30 days."))
    elif len(orjson.dumps(happening.properties)) > MAX_PROPERTIES:
        reason = (
            "too_long",
            _("The properties of an event have at most 4,096 bytes together."),
        )
    else:
        return None
    return Answer(
        key=happening.key, fate=Fate.REFUSED, code=reason[0], message=reason[1]
    )


def insert(
    installation: Installation, happenings: Sequence[Happening], at: datetime
) -> set[str]:
    """Append what is new in one statement; returns the keys that were."""
    if not happenings:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO devices_event (application_id, person_id, installation_id,
                                       key, name, properties, at, received_at)
            SELECT %s, %s, %s, new.key, new.name, new.properties, new.at, %s
            FROM unnest(%s::text[], %s::text[], %s::jsonb[], %s::timestamptz[])
              AS new (key, name, properties, at)
            ON CONFLICT DO NOTHING
            RETURNING key
            """,
            [
                installation.application_id,
                installation.person_id,
                installation.pk,
                at,
                [each.key for each in happenings],
                [each.name for each in happenings],
                [orjson.dumps(each.properties).decode() for each in happenings],
                [each.at for each in happenings],
            ],
        )
        return {row[0] for row in cursor.fetchall()}


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
