"""Answers by the million: with one line of the ledger each, as one by one.

Consent is lowered by anybody's word, and raised only by a word that has its proof.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from devices.models.consents import PreferenceState

from .ledger import Said, wording
from .topics import word


class BulkPreference(NamedTuple):
    person_id: int
    state: str
    at: datetime


class BulkTopicAnswer(NamedTuple):
    person_id: int
    topic_id: int
    is_on: bool
    at: datetime


class Imported(NamedTuple):
    """People whose answer changed, did not, or was held back for want of a proof."""

    changed: int
    unchanged: int
    held: int


STAGE = """
DROP TABLE IF EXISTS pg_temp.answering;
CREATE TEMPORARY TABLE answering (person_id bigint, state text, at timestamptz)
ON COMMIT DROP"""

APPLY = """
WITH latest AS (
  SELECT DISTINCT ON (person_id) person_id, state, at
  FROM answering ORDER BY person_id, at DESC
), judged AS MATERIALIZED (
  SELECT latest.*, coalesce(kept.state, 'subscribed') AS old,
    array_position(%(ranks)s::text[], latest.state)
      > array_position(%(ranks)s::text[], coalesce(kept.state, 'subscribed')::text)
      AS raises
  FROM latest LEFT JOIN devices_preference AS kept USING (person_id)
  WHERE latest.state <> coalesce(kept.state, 'subscribed')
    AND (kept.changed_at IS NULL OR kept.changed_at <= latest.at)
), written AS (
  INSERT INTO devices_preference AS kept (person_id, state, changed_at, source)
  SELECT person_id, state, at, %(source)s FROM judged WHERE %(proved)s OR NOT raises
  ON CONFLICT (person_id) DO UPDATE
    SET state = excluded.state, changed_at = excluded.changed_at,
        source = excluded.source
    WHERE kept.changed_at <= excluded.changed_at
  RETURNING person_id
), told AS (
  INSERT INTO devices_consentevent (person_id, old, new, at, source, text_version,
    wording_id, locale, proof, actor)
  SELECT person_id, old, state, at, %(source)s, %(text_version)s, %(wording)s,
    %(locale)s, %(proof)s, %(actor)s
  FROM judged JOIN written USING (person_id)
)
SELECT (SELECT count(*) FROM latest), (SELECT count(*) FROM written),
  (SELECT count(*) FROM judged WHERE raises AND NOT %(proved)s)"""

RANKS = [
    PreferenceState.UNSUBSCRIBED.value,
    PreferenceState.SUBSCRIBED.value,
    PreferenceState.OPTED_IN.value,
]
"""From the least to the most that a person may be sent."""

STAGE_TOPICS = """
DROP TABLE IF EXISTS pg_temp.answering_topics;
CREATE TEMPORARY TABLE answering_topics
  (person_id bigint, topic_id bigint, is_on boolean, at timestamptz) ON COMMIT DROP"""

APPLY_TOPICS = """
WITH latest AS (
  SELECT DISTINCT ON (person_id, topic_id) person_id, topic_id, is_on, at
  FROM answering_topics ORDER BY person_id, topic_id, at DESC
), judged AS MATERIALIZED (
  SELECT latest.*,
    CASE kept.is_on WHEN true THEN 'on' WHEN false THEN 'off' ELSE 'default' END AS old,
    CASE WHEN latest.is_on THEN NOT coalesce(kept.is_on, topic.default_on)
         ELSE topic.is_required END AS must_wait,
    latest.is_on AS raises
  FROM latest JOIN devices_topic AS topic ON topic.id = latest.topic_id
  LEFT JOIN devices_topicpreference AS kept USING (person_id, topic_id)
  WHERE latest.is_on IS DISTINCT FROM kept.is_on
    AND (kept.changed_at IS NULL OR kept.changed_at <= latest.at)
), written AS (
  INSERT INTO devices_topicpreference AS kept (person_id, topic_id, is_on, changed_at)
  SELECT person_id, topic_id, is_on, at FROM judged
  WHERE NOT must_wait OR (raises AND %(proved)s)
  ON CONFLICT (person_id, topic_id) DO UPDATE
    SET is_on = excluded.is_on, changed_at = excluded.changed_at
    WHERE kept.changed_at <= excluded.changed_at
  RETURNING person_id, topic_id
), told AS (
  INSERT INTO devices_consentevent (person_id, topic_id, old, new, at, source,
    text_version, wording_id, locale, proof, actor)
  SELECT person_id, topic_id, old, CASE WHEN is_on THEN 'on' ELSE 'off' END, at,
    %(source)s, %(text_version)s, %(wording)s, %(locale)s, %(proof)s, %(actor)s
  FROM judged JOIN written USING (person_id, topic_id)
)
SELECT (SELECT count(*) FROM latest), (SELECT count(*) FROM written),
  (SELECT count(*) FROM judged WHERE must_wait AND NOT (raises AND %(proved)s))"""


@transaction.atomic
def import_answers(
    rows: Iterable[BulkPreference], said: Said, at: datetime
) -> Imported:
    """Keep the answers of people who are there: the newest word of each wins.

    What would raise consent (subscribing somebody who unsubscribed, opting anybody
    in) is held back while ``said`` has no proof.
    """
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy("COPY answering (person_id, state, at) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    return keep_staged(said, at)


def keep_staged(said: Said, at: datetime) -> Imported:
    """`import_answers` for rows that the caller's transaction put into a temporary
    table ``answering`` (person_id bigint, state text, at timestamptz)."""
    return _apply("answering", APPLY, said, at)


def keep_staged_topics(said: Said, at: datetime) -> Imported:
    """The same for topics: ``answering_topics`` (person_id bigint, topic_id bigint,
    is_on boolean, at timestamptz). Switching on what is off asks for the proof, and
    a required topic is never switched off."""
    return _apply("answering_topics", APPLY_TOPICS, said, at)


def _apply(table: str, sql: str, said: Said, at: datetime) -> Imported:
    shown = wording(said, at)
    facts: dict[str, Any] = {
        "ranks": RANKS,
        "proved": bool(said.proof),
        "source": said.source,
        "text_version": said.text_version,
        "wording": shown.pk if shown else None,
        "locale": said.locale,
        "proof": said.proof,
        "actor": said.actor,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")
        cursor.execute(sql, facts)
        people, changed, held = cursor.fetchone()
    return Imported(changed, people - changed - held, held)


def import_many(rows: Iterable[BulkPreference], *, source: str) -> int:
    """Load answers of people who have none yet, with one ledger line each.

    By COPY: a million rows in seconds. Returns how many were loaded.
    """
    kept = list(rows)
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.copy(
            "COPY devices_preference (person_id, state, changed_at, source) FROM STDIN"
        ) as copy:
            for row in kept:
                copy.write_row((row.person_id, row.state, row.at, source))
        with cursor.copy(
            "COPY devices_consentevent (person_id, old, new, source, text_version,"
            " actor, at) FROM STDIN"
        ) as copy:
            for row in kept:
                if row.state != PreferenceState.SUBSCRIBED:
                    copy.write_row(
                        (row.person_id, "subscribed", row.state, source, "", "", row.at)
                    )
    return len(kept)


def import_topic_answers(rows: Iterable[BulkTopicAnswer], *, source: str) -> int:
    """Load topic answers of people who have none yet, with one ledger line each.

    By COPY; returns how many were loaded.
    """
    kept = list(rows)
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.copy(
            "COPY devices_topicpreference (person_id, topic_id, is_on, changed_at)"
            " FROM STDIN"
        ) as copy:
            for row in kept:
                copy.write_row(row)
        with cursor.copy(
            "COPY devices_consentevent (person_id, topic_id, old, new, source,"
            " text_version, actor, at) FROM STDIN"
        ) as copy:
            for row in kept:
                new = word(row.is_on)
                copy.write_row(
                    (
                        row.person_id,
                        row.topic_id,
                        word(None),
                        new,
                        source,
                        "",
                        "",
                        row.at,
                    )
                )
    return len(kept)
