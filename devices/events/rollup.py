"""What events add up to, kept by triggers: how to mend, check and shorten it.

PostgreSQL adds every statement's events up (migration 0009_tallies_of_events), so
nobody who writes events calls anything here.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

RECOUNT = """
SELECT devices_event_recount(array_agg(application_id), array_agg(name),
                             array_agg(person_id))
  FROM (SELECT DISTINCT application_id, name, person_id FROM devices_event
         WHERE person_id = ANY(%s)) rows
"""

REBUILD = """
INSERT INTO devices_eventtally
  (application_id, name, person_id, times, first_at, last_at, latest)
SELECT application_id, name, person_id, count(*), min(at), max(at),
       (array_agg(at ORDER BY at DESC))[1:8]
  FROM devices_event GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

# Both sides as they are at one moment: a difference is a fault, never a matter of time.
WRONG = """
SELECT coalesce(found.person_id, kept.person_id), coalesce(found.name, kept.name)
  FROM (SELECT application_id, name, person_id, count(*) AS times, min(at) AS first_at,
               max(at) AS last_at, (array_agg(at ORDER BY at DESC))[1:8] AS latest
          FROM devices_event GROUP BY 1, 2, 3) found
  FULL JOIN devices_eventtally kept USING (application_id, name, person_id)
 WHERE (found.times, found.first_at, found.last_at, found.latest)
       IS DISTINCT FROM (kept.times, kept.first_at, kept.last_at, kept.latest)
 LIMIT %s
"""

# The first rows by id are the oldest: nothing else is looked at.
FORGET = """
DELETE FROM devices_event WHERE id IN (
  SELECT id FROM (SELECT id, received_at FROM devices_event ORDER BY id LIMIT %s) first
   WHERE received_at < %s)
"""

SORTING = "SET LOCAL work_mem = '256MB'"


class Wrong(NamedTuple):
    """A tally that does not agree with its events."""

    person_id: int
    name: str


def recount(people: Sequence[int]) -> None:
    """Add up the events of these people again, beside whoever records more.

    For events that came while triggers were off.
    """
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, [list(people)])


@transaction.atomic
def rebuild() -> int:
    """Add up everything again; returns the rows written. Nobody records meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE devices_event IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("TRUNCATE devices_eventtally")
        cursor.execute(SORTING)
        cursor.execute(REBUILD)
        return int(cursor.rowcount)


def wrong(limit: int = 10) -> list[Wrong]:
    """Tallies that a recount would change: none, or something wrote past them.

    Reads every event: not for a page.
    """
    with connection.cursor() as cursor:
        cursor.execute(WRONG, [limit])
        return [Wrong(*row) for row in cursor.fetchall()]


def forget(before: datetime, *, at_once: int = 10_000) -> int:
    """Drop the oldest events received before; returns how many. Tallies follow."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [at_once, before])
        return int(cursor.rowcount)
