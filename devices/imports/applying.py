"""Write what a slice of rows changes, with what is needed to put it back."""

from datetime import datetime

from django.db import connection

from devices import consent
from devices.attributes import staged as people
from devices.models import Import
from devices.registration import staged as devices
from devices.registration import tokens

from . import judging

SOURCE = "import"

PEOPLE = """
INSERT INTO devices_importchange (upload_id, number, kind, person_id, before, after)
SELECT %(upload)s, number, 'person', person_id, before, after
FROM compared_people WHERE was IN ('new', 'changed') ORDER BY number"""

DEVICES = """
INSERT INTO devices_importchange (upload_id, number, kind, person_id, installation_id)
SELECT %(upload)s, number, 'device', person_id, installation_id
FROM added_devices ORDER BY number"""

ANSWERS = """
INSERT INTO devices_importchange (upload_id, number, kind, person_id, before, after)
SELECT %(upload)s, number, 'answer', person_id,
  jsonb_build_object('state', coalesce(old, 'subscribed')),
  jsonb_build_object('state', state, 'at', at)
FROM answers WHERE was IN ('raised', 'lowered') ORDER BY number"""

TOPICS = """
INSERT INTO devices_importchange (upload_id, number, kind, person_id, before, after)
SELECT %(upload)s, number, 'topic', person_id,
  jsonb_build_object('is_on', old),
  jsonb_build_object('topic', topic_id, 'is_on', is_on, 'at', at)
FROM topic_answers WHERE was IN ('raised', 'lowered') ORDER BY number"""

SAID = """
CREATE TEMPORARY TABLE answering ON COMMIT DROP AS
SELECT person_id, state, at FROM answers WHERE was IN ('raised', 'lowered')"""

SAID_OF_TOPICS = """
CREATE TEMPORARY TABLE answering_topics ON COMMIT DROP AS
SELECT person_id, topic_id, is_on, at FROM topic_answers
WHERE was IN ('raised', 'lowered')"""


def apply(upload: Import, *, upto: int, at: datetime) -> None:
    """Write the rows after ``upload.cursor`` up to ``upto``; call in a transaction.

    The judging tables stay for `judging.tally`. Raises IntegrityError when the same
    people or devices came by another road meanwhile: nothing is kept, try again.
    """
    actor = upload.created_by.get_username() if upload.created_by else ""
    # Whoever is erased meanwhile is judged as erased, or erased after this slice.
    tokens.claim_people(upload.application_id)
    judging.judge(upload, upto=upto, at=at)
    people.write(upload.application, at=at)
    _join_new_people()
    judging.judge_devices(upload)
    devices.write(upload.application, cause=SOURCE, actor=actor)
    said = said_of(upload, actor)
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS pg_temp.answering, pg_temp.answering_topics"
        )
        cursor.execute(SAID)
        consent.keep_staged(said, at)
        cursor.execute(SAID_OF_TOPICS)
        consent.keep_staged_topics(said, at)
        for sql in (PEOPLE, DEVICES, ANSWERS, TOPICS):
            cursor.execute(sql, {"upload": upload.pk})


def _join_new_people() -> None:
    """Whoever is new has an id by now; rows of an earlier slice have theirs already."""
    with connection.cursor() as cursor:
        for table in ("answers", "topic_answers"):
            cursor.execute(
                f"UPDATE {table} AS said SET person_id = one.person_id"  # noqa: S608
                " FROM compared_people AS one"
                " WHERE one.number = said.number AND said.person_id IS NULL"
            )


def said_of(upload: Import, actor: str) -> consent.Said:
    """Where these answers come from; the proof only where it was asked to raise."""
    return consent.Said(
        source=SOURCE,
        text_version=f"import {upload.pk}",
        actor=actor,
        proof=str(upload.options.get("proof", "")),
    )
