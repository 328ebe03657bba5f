"""Put back what an import changed, where nothing came since; the rest is told."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import connection

from devices import consent
from devices.attributes import staged as people
from devices.models import Import
from devices.models.imports import ImportState
from devices.registration import staged as devices

SLICE = 20_000
SOURCE = "import undone"

UNDOING = """
CREATE TEMPORARY TABLE undoing ON COMMIT DROP AS
SELECT * FROM devices_importchange
WHERE upload_id = %(upload)s AND id > %(after)s ORDER BY id LIMIT %(most)s"""

REMOVING = """
CREATE TEMPORARY TABLE removing_devices ON COMMIT DROP AS
SELECT installation_id, person_id FROM undoing WHERE kind = 'device'"""

RESTORING = """
CREATE TEMPORARY TABLE restoring_people ON COMMIT DROP AS
SELECT person_id, before, after FROM undoing
WHERE kind = 'person' AND before IS NOT NULL"""

# An answer is put back while it is still the import's own.
ANSWERING = """
CREATE TEMPORARY TABLE answering ON COMMIT DROP AS
SELECT undoing.person_id, undoing.before ->> 'state' AS state,
  %(at)s::timestamptz AS at
FROM undoing JOIN devices_preference AS kept ON kept.person_id = undoing.person_id
WHERE undoing.kind = 'answer' AND kept.state = undoing.after ->> 'state'
  AND kept.changed_at = (undoing.after ->> 'at')::timestamptz"""

ANSWERING_TOPICS = """
CREATE TEMPORARY TABLE answering_topics ON COMMIT DROP AS
SELECT undoing.person_id, topic.id AS topic_id,
  coalesce((undoing.before ->> 'is_on')::boolean, topic.default_on) AS is_on,
  %(at)s::timestamptz AS at
FROM undoing
JOIN devices_topic AS topic ON topic.id = (undoing.after ->> 'topic')::bigint
JOIN devices_topicpreference AS kept
  ON kept.person_id = undoing.person_id AND kept.topic_id = topic.id
WHERE undoing.kind = 'topic' AND kept.is_on = (undoing.after ->> 'is_on')::boolean
  AND kept.changed_at = (undoing.after ->> 'at')::timestamptz"""

NEW_PEOPLE = """
CREATE TEMPORARY TABLE removing_people ON COMMIT DROP AS
SELECT person_id FROM undoing WHERE kind = 'person' AND before IS NULL"""

TABLES = [
    *("pg_temp.undoing", "pg_temp.removing_devices", "pg_temp.restoring_people"),
    *("pg_temp.answering", "pg_temp.answering_topics", "pg_temp.removing_people"),
]


def undo_slice(upload: Import, at: datetime) -> bool:
    """One slice of what was changed; two passes, so that devices go before people.

    ``upload.offset`` is the pass: people whom the import brought can only go when
    their devices have gone.
    """
    facts: dict[str, Any] = {
        "upload": upload.pk,
        "after": upload.cursor,
        "most": SLICE,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(TABLES)}")
        cursor.execute(UNDOING, facts)
        cursor.execute("ANALYZE undoing")
        cursor.execute("SELECT count(*), max(id) FROM undoing")
        count, last = cursor.fetchone()
    if upload.offset != LAST_PASS:
        counted = _put_back(facts, upload)
    else:
        counted = _remove_people(at)
    told = Counter(upload.tally.get("undo", {}))
    told.update(counted)
    upload.tally = {**upload.tally, "undo": dict(told)}
    upload.cursor = last or upload.cursor
    return count == SLICE or _next_pass(upload)


LAST_PASS = -1


def _next_pass(upload: Import) -> bool:
    if upload.offset != LAST_PASS:
        upload.offset, upload.cursor = LAST_PASS, 0
        return True
    upload.state = ImportState.UNDONE
    return False


def _put_back(facts: dict[str, Any], upload: Import) -> Counter[str]:
    at = facts["at"]
    assert isinstance(at, datetime)  # noqa: S101
    actor = upload.created_by.get_username() if upload.created_by else ""
    said = consent.Said(
        source=SOURCE, actor=actor, proof=f"The import {upload.pk} was undone."
    )
    with connection.cursor() as cursor:
        for sql in (REMOVING, RESTORING, ANSWERING, ANSWERING_TOPICS):
            cursor.execute(sql, facts)
        cursor.execute(
            "SELECT count(*) FILTER (WHERE kind = 'device'),"
            " count(*) FILTER (WHERE kind IN ('answer', 'topic')),"
            " count(*) FILTER (WHERE kind = 'person' AND before IS NOT NULL)"
            " FROM undoing"
        )
        came, answers, changed = cursor.fetchone()
    removed, restored = devices.remove(), people.restore()
    answered = consent.keep_staged(said, at).changed
    answered += consent.keep_staged_topics(said, at).changed
    return Counter(
        {
            "devices removed": removed,
            "devices kept": came - removed,
            "people restored": restored,
            "people gone": changed - restored,
            "answers restored": answered,
            "answers kept": answers - answered,
        }
    )


def _remove_people(at: datetime) -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute(NEW_PEOPLE)
        cursor.execute("SELECT count(*) FROM removing_people")
        (came,) = cursor.fetchone()
    removed = people.remove(at=at)
    return Counter({"people removed": removed, "people kept": came - removed})
