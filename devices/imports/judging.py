"""What a slice of rows would change: the same statements for a dry run and a run.

Fills ``arriving_people``, ``arriving_devices`` and ``answers`` of one transaction and
compares them with what is kept; `tally` counts them, and nothing is written.
"""

import json
from collections import Counter
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from devices import said
from devices.attributes import staged as people
from devices.models import Import
from devices.models.imports import ImportState
from devices.registration import staged as devices

SLICE = 25_000

# Whoever was erased does not come back by a file: neither a name nor a token.
COMING = """
CREATE TEMPORARY TABLE coming ON COMMIT DROP AS
SELECT line.*, coalesce(named.id, held.person_id) AS person_id,
  line.external_id IS NOT NULL AND EXISTS (
    SELECT FROM devices_suppression AS gone
    WHERE gone.application_id = %(application)s AND gone.kind = 'external_id'
      AND gone.hash = sha256(salt.bytes || convert_to(line.external_id, 'UTF8'))
  ) AS erased,
  line.device IS NOT NULL AND EXISTS (
    SELECT FROM devices_suppression AS gone
    WHERE gone.application_id = %(application)s AND gone.kind = 'token'
      AND gone.hash = sha256(salt.bytes || convert_to(line.device ->> 'token', 'UTF8'))
  ) AS token_erased
FROM devices_importline AS line
CROSS JOIN (SELECT uuid_send(suppression_salt) AS bytes FROM devices_application
            WHERE id = %(application)s) AS salt
LEFT JOIN devices_person AS named
  ON named.application_id = %(application)s AND named.external_id = line.external_id
LEFT JOIN devices_installation AS held
  ON line.external_id IS NULL AND held.application_id = %(application)s
  AND held.token_hash = line.token_hash AND held.retired_at IS NULL
WHERE line.upload_id = %(upload)s AND line.number > %(after)s
  AND line.number <= %(upto)s AND line.why = ''"""

PEOPLE = """
INSERT INTO arriving_people
SELECT number, person_id, external_id, attributes, locale, country, zone, made_at,
  seen_at
FROM coming WHERE same_as IS NULL AND NOT erased
  AND (external_id IS NOT NULL OR (device IS NOT NULL AND NOT token_erased))"""

DEVICES = """
INSERT INTO arriving_devices
SELECT coming.number, coalesce(coming.person_id, one.person_id), coming.device,
  coming.token_hash
FROM coming LEFT JOIN compared_people AS one
  ON one.number = coalesce(coming.same_as, coming.number)
WHERE coming.device IS NOT NULL AND NOT coming.erased AND NOT coming.token_erased"""

# A word that allows more needs the tick, and is later than what the person said; one
# that allows less is taken unless the person has said something since.
ANSWERS = """
CREATE TEMPORARY TABLE answers ON COMMIT DROP AS
SELECT one.number, one.person_id, coming.answer AS state,
  coalesce(coming.said_at, %(at)s) AS at, kept.state AS old,
  CASE
    WHEN coming.answer = coalesce(kept.state, 'subscribed') THEN 'same'
    WHEN ranks.new < ranks.old THEN
      CASE WHEN kept.changed_at > coalesce(coming.said_at, %(at)s) THEN 'later'
           ELSE 'lowered' END
    WHEN NOT %(raising)s THEN 'held'
    WHEN kept.person_id IS NOT NULL AND kept.source <> 'created'
      AND (coming.said_at IS NULL OR coming.said_at <= kept.changed_at) THEN 'later'
    ELSE 'raised'
  END AS was
FROM coming JOIN compared_people AS one USING (number)
LEFT JOIN devices_preference AS kept ON kept.person_id = one.person_id
CROSS JOIN LATERAL (SELECT
  array_position(ARRAY['unsubscribed', 'subscribed', 'opted_in'], coming.answer) AS new,
  array_position(ARRAY['unsubscribed', 'subscribed', 'opted_in'],
    coalesce(kept.state, 'subscribed')::text) AS old) AS ranks
WHERE coming.answer <> ''"""

TOPICS = """
CREATE TEMPORARY TABLE topic_answers ON COMMIT DROP AS
SELECT one.number, one.person_id, topic.id AS topic_id, each.value::boolean AS is_on,
  coalesce(coming.said_at, %(at)s) AS at, kept.is_on AS old,
  CASE
    WHEN each.value::boolean = coalesce(kept.is_on, topic.default_on) THEN 'same'
    WHEN NOT each.value::boolean THEN
      CASE WHEN kept.changed_at > coalesce(coming.said_at, %(at)s) THEN 'later'
           ELSE 'lowered' END
    WHEN NOT %(raising)s THEN 'held'
    WHEN kept.person_id IS NOT NULL
      AND (coming.said_at IS NULL OR coming.said_at <= kept.changed_at) THEN 'later'
    ELSE 'raised'
  END AS was
FROM coming JOIN compared_people AS one USING (number)
CROSS JOIN jsonb_each_text(coming.topics) AS each
JOIN devices_topic AS topic
  ON topic.application_id = %(application)s AND topic.key = each.key
LEFT JOIN devices_topicpreference AS kept
  ON kept.person_id = one.person_id AND kept.topic_id = topic.id
WHERE coming.topics IS NOT NULL"""

ERASED = gettext_noop("Whoever has this external id asked to be erased.")
TOKEN_ERASED = gettext_noop("The device's token was erased with its person.")
FULL = gettext_noop("The person would have more than 100 attributes.")
TAKEN = gettext_noop("The push token belongs to a device of somebody else.")
DEAD = gettext_noop("The push service said earlier that this token is gone.")
NAMED = gettext_noop("The installation id belongs to a device with another token.")

NOTES = """
UPDATE devices_importline AS line
SET why = CASE WHEN told.erased THEN %(erased)s WHEN told.was = 'full' THEN %(full)s
      ELSE '' END,
    device_why = CASE WHEN line.device_why <> '' THEN line.device_why
      WHEN told.token_erased THEN %(token_erased)s ELSE coalesce(%(words)s::jsonb
        ->> told.device_was, '') END
FROM (
  SELECT coming.number, coming.erased, coming.token_erased, one.was,
    device.was AS device_was
  FROM coming LEFT JOIN compared_people AS one USING (number)
  LEFT JOIN compared_devices AS device USING (number)
  WHERE coming.erased OR coming.token_erased OR one.was = 'full'
    OR device.was IN ('taken', 'dead', 'named')
) AS told
WHERE line.upload_id = %(upload)s AND line.number = told.number"""


def judge(upload: Import, *, upto: int, at: datetime) -> None:
    """Compare the people and the answers of the next rows; call in a transaction.

    Devices are compared by `judge_devices`: a run writes the people first.
    """
    facts = facts_of(upload, upto=upto, at=at)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS coming, answers, topic_answers")
        cursor.execute(COMING, facts)
        cursor.execute("ANALYZE coming")
        cursor.execute(people.STAGE)
        cursor.execute(PEOPLE)
    people.compare(upload.application)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE compared_people")
        cursor.execute(ANSWERS, facts)
        cursor.execute(TOPICS, facts)


def judge_devices(upload: Import) -> None:
    with connection.cursor() as cursor:
        cursor.execute(devices.STAGE)
        cursor.execute(DEVICES)
    devices.compare(upload.application)


def facts_of(upload: Import, *, upto: int, at: datetime) -> dict[str, Any]:
    return {
        "upload": upload.pk,
        "application": upload.application_id,
        "after": upload.cursor,
        "upto": upto,
        "raising": bool(upload.options.get("raise_consent")),
        "at": at,
    }


def note(upload: Import) -> None:
    """Write beside a row why it, or its device, was left out after all."""
    words = {"taken": TAKEN, "dead": DEAD, "named": NAMED}
    facts: dict[str, Any] = {
        "upload": upload.pk,
        "erased": said.keep(ERASED),
        "token_erased": said.keep(TOKEN_ERASED),
        "full": said.keep(FULL),
        "words": json.dumps({was: said.keep(word) for was, word in words.items()}),
    }
    with connection.cursor() as cursor:
        cursor.execute(NOTES, facts)


COUNTED = {
    "people": "SELECT was, count(*) FROM compared_people GROUP BY 1",
    "devices": "SELECT was, count(*) FROM compared_devices GROUP BY 1",
    "answers": "SELECT was, count(*) FROM answers GROUP BY 1",
    "topics": "SELECT was, count(*) FROM topic_answers GROUP BY 1",
}


def tally() -> Counter[str]:
    """How many of each kind, as "people new" or "devices taken"."""
    counted: Counter[str] = Counter()
    with connection.cursor() as cursor:
        for kind, sql in COUNTED.items():
            cursor.execute(sql)
            for was, count in cursor.fetchall():
                counted[f"{kind} {was}"] += count
        cursor.execute(
            "SELECT count(*) FILTER (WHERE erased),"
            " count(*) FILTER (WHERE token_erased)"
            " FROM coming"
        )
        counted["people erased"], counted["devices erased"] = cursor.fetchone()
    return +counted


EXAMPLES = 2_000
"""Rows that a page looks through for people who change."""


def examples(upload: Import, *, at: datetime, most: int = 10) -> list[dict[str, Any]]:
    """Some of the people whom the first rows would change: name, before and after.

    Compared anew at each call, by the statements of the run, and rolled back.
    """
    if not upload.tally or upload.state != ImportState.CHECKED:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        upload.cursor = 0
        judge(upload, upto=min(EXAMPLES, upload.lines), at=at)
        cursor.execute(
            "SELECT line.line, one.person_id, one.external_id, one.before, one.after"
            " FROM compared_people AS one JOIN coming AS line USING (number)"
            " WHERE one.was = 'changed' ORDER BY number LIMIT %s",
            [most],
        )
        found = [
            # Outside of a model's field JSON comes as text.
            dict(zip(EXAMPLE, [*who, *map(json.loads, (old, new))], strict=True))
            for *who, old, new in cursor.fetchall()
        ]
        transaction.set_rollback(True)
    return found


EXAMPLE = ("line", "person", "external_id", "before", "after")
