"""Rows of a file become rows of ImportLine, by COPY; then what they say together."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import orjson
from django.db import connection
from django.utils.translation import gettext_noop

from devices import said
from devices.models import Import
from devices.refusals import Refused
from devices.registration import hash_of

from . import reading
from .addressed import Device
from .cleaning import Cleaner, Person
from .reading import Row

SLICE = 25_000

COPY = """
COPY devices_importline (upload_id, number, line, why, external_id, attributes, locale,
  country, zone, made_at, seen_at, answer, said_at, topics, device, token_hash)
FROM STDIN"""

TOKEN_TWICE = gettext_noop("The push token stands in line %(line)s already.")
KEY_TWICE = gettext_noop("The installation id stands in line %(line)s already.")

# What several rows say of one person stands in the first of them: attributes as the
# last row has them, and of the answers the one that allows least.
SAME_PERSON = """
WITH several AS MATERIALIZED (
  SELECT external_id, min(number) AS first FROM devices_importline
  WHERE upload_id = %(upload)s AND external_id IS NOT NULL AND why = ''
  GROUP BY external_id HAVING count(*) > 1
), told AS MATERIALIZED (
  SELECT several.first, line.* FROM several
  JOIN devices_importline AS line USING (external_id)
  WHERE line.upload_id = %(upload)s AND line.why = ''
), keyed AS (
  SELECT first,
    jsonb_object_agg(each.key, each.value ORDER BY told.number) AS attributes
  FROM told, jsonb_each(told.attributes) AS each GROUP BY first
), merged AS (
  SELECT told.first,
    (array_agg(locale ORDER BY number DESC) FILTER (WHERE locale <> ''))[1] AS locale,
    (array_agg(country ORDER BY number DESC) FILTER (WHERE country <> ''))[1]
      AS country,
    (array_agg(zone ORDER BY number DESC) FILTER (WHERE zone <> ''))[1] AS zone,
    min(made_at) AS made_at, max(seen_at) AS seen_at,
    (array_agg(answer ORDER BY array_position(
        ARRAY['unsubscribed', 'subscribed', 'opted_in'], answer))
      FILTER (WHERE answer <> ''))[1] AS answer,
    max(said_at) AS said_at,
    (array_agg(topics ORDER BY number DESC) FILTER (WHERE topics IS NOT NULL))[1]
      AS topics
  FROM told GROUP BY told.first
), firsts AS (
  UPDATE devices_importline AS line SET
    attributes = coalesce(keyed.attributes, '{}'),
    locale = coalesce(merged.locale, ''), country = coalesce(merged.country, ''),
    zone = coalesce(merged.zone, ''), made_at = merged.made_at,
    seen_at = merged.seen_at, answer = coalesce(merged.answer, ''),
    said_at = merged.said_at, topics = merged.topics
  FROM merged LEFT JOIN keyed USING (first)
  WHERE line.upload_id = %(upload)s AND line.number = merged.first
)
UPDATE devices_importline AS line SET same_as = told.first
FROM told WHERE line.upload_id = %(upload)s AND line.number = told.number
  AND told.number <> told.first"""

TWICE = """
WITH numbered AS (
  SELECT number, first_value(line) OVER same AS first_line,
    row_number() OVER same AS place
  FROM devices_importline
  WHERE upload_id = %(upload)s AND why = '' AND {name} IS NOT NULL
  WINDOW same AS (PARTITION BY {name} ORDER BY number)
)
UPDATE devices_importline AS line
SET device_why = replace(%(why)s, 'LINE', numbered.first_line::text), device = NULL
FROM numbered
WHERE line.upload_id = %(upload)s AND line.number = numbered.number
  AND numbered.place > 1 AND line.device_why = ''"""


def stage(upload: Import, *, at: datetime) -> bool:
    """Read one slice more into ImportLine; False when the file has ended.

    Moves ``upload``'s own offset, line and count: the caller saves them.
    """
    cleaner = Cleaner(upload, at=at)
    # Read first: while it copies, the connection answers nothing else.
    rows = list(islice(reading.rows(upload), SLICE))
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in rows:
            for line in staged(row, cleaner):
                upload.lines += 1
                copy.write_row((upload.pk, upload.lines, row.line, *line))
            upload.offset, upload.file_line = row.end, row.next_line
    return len(rows) == SLICE


def staged(row: Row, cleaner: Cleaner) -> Iterator[tuple[object, ...]]:
    if row.why:
        yield refused(row.why)
    for cells in row.cells:
        try:
            person, device = cleaner.clean(cells)
        except Refused as wrong:
            yield refused(said.keep(str(wrong).replace("%", "%%")))
        else:
            yield taken(person, device)


NOTHING = (None, "{}", "", "", "", None, None, "", None, None, None, None)


def refused(why: str) -> tuple[object, ...]:
    return (why, *NOTHING)


def taken(person: Person, device: Device | None) -> tuple[object, ...]:
    return (
        "",
        person.external_id,
        orjson.dumps(person.attributes).decode(),
        *person[2:9],
        person.topics and orjson.dumps(person.topics).decode(),
        device and orjson.dumps(device.kept()).decode(),
        device and hash_of(device.token),
    )


def settle(upload: Import) -> None:
    """What rows say together: one person's rows, and tokens that come twice."""
    facts = {"upload": upload.pk}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE devices_importline")
        cursor.execute(SAME_PERSON, facts)
        for name, why in (("token_hash", TOKEN_TWICE), ("device->>'key'", KEY_TWICE)):
            told = said.keep(why, line="LINE")
            cursor.execute(TWICE.format(name=name), {**facts, "why": told})
