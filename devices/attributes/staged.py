"""People by the million: what a caller staged, compared with whom we know.

The caller fills ``arriving_people`` (`STAGE`) in its own transaction. `compare` makes
``compared_people`` of it: nothing is written yet. `write` keeps it.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from devices.models import Application

from .keeping import BUCKETS, MAX_ATTRIBUTES

SOURCE = "import"

STAGE = """
DROP TABLE IF EXISTS pg_temp.arriving_people, pg_temp.compared_people;
CREATE TEMPORARY TABLE arriving_people (number int, person_id bigint, external_id text,
  attributes jsonb, locale text, country text, zone text, made_at timestamptz,
  seen_at timestamptz) ON COMMIT DROP"""
"""``person_id`` is who it is, NULL for somebody new; "" and NULL are "not said"."""

# ``was`` is new, changed, same or full (more attributes than a person may have);
# ``before`` and ``after`` hold what differs, null for what was not there.
COMPARE = """
CREATE TEMPORARY TABLE compared_people ON COMMIT DROP AS
SELECT number, external_id, attributes, locale, country, zone, made_at, seen_at,
  person_id, was, before, after
FROM (
  SELECT arriving.*, news.before, news.after,
    CASE
      WHEN known.id IS NULL THEN 'new'
      WHEN news.after IS NULL THEN 'same'
      WHEN news.after ? 'attributes' AND (
        SELECT count(*) > %(most)s FROM jsonb_object_keys(
          known.attributes || (news.after -> 'attributes'))) THEN 'full'
      ELSE 'changed'
    END AS was
  FROM arriving_people AS arriving
  LEFT JOIN devices_person AS known ON known.id = arriving.person_id
  LEFT JOIN LATERAL (
    SELECT jsonb_object_agg(each.name, each.old) AS before,
      jsonb_object_agg(each.name, each.new) AS after
    FROM (
      SELECT 'attributes' AS name,
        jsonb_object_agg(one.key, known.attributes -> one.key) AS old,
        jsonb_object_agg(one.key, one.value) AS new
      FROM jsonb_each(arriving.attributes) AS one
      WHERE known.attributes -> one.key IS DISTINCT FROM one.value
      UNION ALL
      SELECT place.name, to_jsonb(place.old), to_jsonb(place.new)
      FROM (VALUES ('locale', known.locale, arriving.locale),
                   ('country', known.country, arriving.country),
                   ('zone', known.zone, arriving.zone)) AS place (name, old, new)
      WHERE place.new <> '' AND place.new <> place.old
    ) AS each
    WHERE known.id IS NOT NULL AND each.new IS NOT NULL
  ) AS news ON known.id IS NOT NULL
) AS told"""

NUMBER = """
UPDATE compared_people
SET person_id = nextval(pg_get_serial_sequence('devices_person', 'id'))
WHERE was = 'new'"""

ADD = """
INSERT INTO devices_person (id, application_id, external_id, attributes, locale,
  country, zone, bucket, created_at, last_seen_at)
SELECT person_id, %(application)s, external_id, attributes, locale, country, zone,
  floor(random() * %(buckets)s), coalesce(made_at, seen_at, %(at)s), seen_at
FROM compared_people WHERE was = 'new' ORDER BY number"""

CHANGE = """
UPDATE devices_person AS person SET
  attributes = person.attributes || coalesce(compared.after -> 'attributes', '{}'),
  locale = coalesce(compared.after ->> 'locale', person.locale),
  country = coalesce(compared.after ->> 'country', person.country),
  zone = coalesce(compared.after ->> 'zone', person.zone)
FROM compared_people AS compared
WHERE person.id = compared.person_id AND compared.was = 'changed'"""

# Each value goes back where it is still the one that came.
RESTORE = """
UPDATE devices_person AS person SET
  attributes = (person.attributes - coalesce(mine.keys, '{}'))
    || coalesce(mine.old, '{}'),
  locale = CASE WHEN person.locale = undone.after ->> 'locale'
    THEN undone.before ->> 'locale' ELSE person.locale END,
  country = CASE WHEN person.country = undone.after ->> 'country'
    THEN undone.before ->> 'country' ELSE person.country END,
  zone = CASE WHEN person.zone = undone.after ->> 'zone'
    THEN undone.before ->> 'zone' ELSE person.zone END
FROM restoring_people AS undone
JOIN devices_person AS kept ON kept.id = undone.person_id
LEFT JOIN LATERAL (
  SELECT array_agg(one.key) AS keys,
    jsonb_object_agg(one.key, undone.before -> 'attributes' -> one.key)
      FILTER (WHERE undone.before -> 'attributes' -> one.key <> 'null') AS old
  FROM jsonb_each(undone.after -> 'attributes') AS one
  WHERE kept.attributes -> one.key = one.value
) AS mine ON true
WHERE person.id = undone.person_id"""

# [source, time], as attributes.telling writes them.
ORIGINS = """
INSERT INTO devices_attributeorigin AS kept (person_id, told)
SELECT person_id, (
  SELECT jsonb_object_agg(name, jsonb_build_array(%(source)s::text, %(at)s::text))
  FROM jsonb_object_keys(
    CASE WHEN was = 'new' THEN attributes ELSE after -> 'attributes' END) AS name)
FROM compared_people
WHERE (was = 'new' AND attributes <> '{}') OR after ? 'attributes'
ON CONFLICT (person_id) DO UPDATE SET told = kept.told || excluded.told"""


def compare(application: Application) -> None:
    """Make ``compared_people`` of ``arriving_people``."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE arriving_people")
        cursor.execute(COMPARE, {"most": MAX_ATTRIBUTES})


def write(application: Application, *, at: datetime) -> None:
    """Keep ``compared_people``, which gets the ids of those who are new.

    Raises IntegrityError when somebody with the same external id came meanwhile:
    begin again with another comparison.
    """
    facts: dict[str, Any] = {
        "application": application.pk,
        "buckets": BUCKETS,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(NUMBER)
        cursor.execute(ADD, facts)
        cursor.execute(CHANGE)
        cursor.execute(ORIGINS, {"source": SOURCE, "at": at.isoformat()})


def restore() -> int:
    """Put ``restoring_people`` (person_id, before, after) back; how many were there.

    What was changed again since keeps its newer value.
    """
    with connection.cursor() as cursor:
        cursor.execute(RESTORE)
        return int(cursor.rowcount)


# Only who is nothing but what the file said: no device, event or answer of their own.
BARE = """
CREATE TEMPORARY TABLE bare_people ON COMMIT DROP AS
SELECT person.id FROM removing_people JOIN devices_person AS person
  ON person.id = removing_people.person_id
WHERE person.erased_at IS NULL AND person.merged_into_id IS NULL
  AND NOT EXISTS (SELECT FROM devices_installation WHERE person_id = person.id)
  AND NOT EXISTS (SELECT FROM devices_installationchange WHERE person_id = person.id)
  AND NOT EXISTS (SELECT FROM devices_event WHERE person_id = person.id)
  AND NOT EXISTS (SELECT FROM devices_erasure WHERE person_id = person.id)
  AND NOT EXISTS (SELECT FROM devices_consentevent
    WHERE person_id = person.id AND source NOT LIKE 'import%%')
FOR UPDATE OF person"""

# Lines of the consent ledger stay, and so does the empty row that they name.
EMPTY = """
UPDATE devices_person SET external_id = NULL, attributes = '{}', locale = '',
  country = '', zone = '', erased_at = %(at)s
WHERE id IN (SELECT id FROM bare_people) AND EXISTS (
  SELECT FROM devices_consentevent AS line WHERE line.person_id = devices_person.id)"""

DELETE = """
DELETE FROM devices_person WHERE id IN (SELECT id FROM bare_people) AND NOT EXISTS (
  SELECT FROM devices_consentevent AS line WHERE line.person_id = devices_person.id)"""


def remove(*, at: datetime) -> int:
    """Take ``removing_people`` (person_id) away again; how many could be.

    Who has done or said anything since they came stays as they are.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.bare_people")
        cursor.execute(BARE, {})
        for table in ("preference", "topicpreference", "attributeorigin"):
            cursor.execute(
                f"DELETE FROM devices_{table}"  # noqa: S608
                " WHERE person_id IN (SELECT id FROM bare_people)"
            )
        cursor.execute(EMPTY, {"at": at})
        emptied = int(cursor.rowcount)
        cursor.execute(DELETE)
        return emptied + int(cursor.rowcount)
