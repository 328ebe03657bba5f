"""Tens of millions of sample events, made inside PostgreSQL in minutes.

What each event is, who did it and when are hashes of its number and the seed, so the
same seed gives the same events to the same people. Seven people of ten did something,
some of them much and most little; the newest have the highest ids, as in life.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from devices.events import rollup

MANY = 1_000_000
"""From so many on: fewer are made with their people, by Python."""

NUMBERED = """
CREATE TEMPORARY TABLE doer ON COMMIT DROP AS
SELECT id, (row_number() OVER (ORDER BY hashint8extended(id, %(seed)s)) - 1)::int AS n
  FROM devices_person WHERE application_id = %(application)s
   AND external_id LIKE 'sample-' || %(seed)s || '-%%'
"""

# Of every thousand people 700 do something; the square makes few of them do much.
EVENTS = """
INSERT INTO devices_event
  (application_id, person_id, key, name, properties, at, received_at)
SELECT %(application)s, doer.id, 'sample-' || %(seed)s || '-deed-' || drawn.n,
       drawn.name,
       CASE drawn.name
         WHEN 'purchase' THEN jsonb_build_object(
           'amount', round((5 + 245 * drawn.more)::numeric, 2), 'currency', 'EUR')
         WHEN 'view_item' THEN jsonb_build_object(
           'item', 'item-' || (500 * drawn.more)::int)
         WHEN 'add_to_cart' THEN jsonb_build_object(
           'item', 'item-' || (500 * drawn.more)::int)
         ELSE '{}' END,
       drawn.at, drawn.at
  FROM (
    SELECT n, more,
           CASE WHEN kind < 0.55 THEN 'app_open' WHEN kind < 0.80 THEN 'view_item'
                WHEN kind < 0.89 THEN 'search' WHEN kind < 0.96 THEN 'add_to_cart'
                ELSE 'purchase' END AS name,
           %(at)s - make_interval(secs => 60 + 7776000 *
             (1 - n::float8 / %(events)s)) AS at,
           least((floor(%(people)s / 1000.0 * who) * 1000
                  + floor(700 * much * much))::int,
                 %(people)s - 1) AS doer
      FROM generate_series(1, %(events)s) AS n, LATERAL (
        SELECT (hashint4extended(n, %(seed)s) & 1048575) / 1048576.0::float8 AS who,
               (hashint4extended(n, %(seed)s) >> 20 & 1048575) / 1048576.0::float8
                 AS much,
               (hashint4extended(n, %(seed)s) >> 40 & 4095) / 4096.0::float8 AS kind,
               (hashint4extended(n, %(seed)s) >> 52 & 2047) / 2048.0::float8 AS more
      ) AS chance) drawn
  JOIN doer ON doer.n = drawn.doer
 ORDER BY drawn.n
"""

CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE conrelid = 'devices_event'::regclass AND contype IN ('f', 'p', 'u')
 ORDER BY contype = 'f', conname
"""

INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
 WHERE tablename = 'devices_event' AND schemaname = current_schema()
"""


def load(
    application_id: int, *, people: int, events: int, seed: int, at: datetime
) -> int:
    """Make the events of the sample's people and what they add up to; how many.

    An empty table is filled before it is indexed.
    """
    facts: dict[str, Any] = {
        "application": application_id,
        "people": people,
        "events": events,
        "seed": seed,
        "at": at,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute(NUMBERED, facts)
        cursor.execute("ANALYZE doer")
        with _bare():
            cursor.execute(EVENTS, facts)
            made = cursor.rowcount
    return int(made)


@contextmanager
def _bare() -> Iterator[None]:
    """The table of events without indexes and triggers, both back afterwards.

    Nothing is taken off a table that somebody uses.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM devices_event)")
        if cursor.fetchone()[0]:
            yield
            return
        cursor.execute("LOCK TABLE devices_event IN ACCESS EXCLUSIVE MODE")
        cursor.execute(CONSTRAINTS)
        constraints = cursor.fetchall()
        for name, _definition in constraints:
            cursor.execute(f'ALTER TABLE devices_event DROP CONSTRAINT "{name}"')
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("ALTER TABLE devices_event DISABLE TRIGGER USER")
        yield
        for name, definition in constraints:
            cursor.execute(
                f'ALTER TABLE devices_event ADD CONSTRAINT "{name}" {definition}'
            )
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute("ALTER TABLE devices_event ENABLE TRIGGER USER")
    rollup.rebuild()
