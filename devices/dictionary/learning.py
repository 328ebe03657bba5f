"""Merging what a batch showed into what is known, in one statement."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection

from .observing import Name, Observed, Seen, of_attributes, of_events

AGAIN_AFTER = timedelta(seconds=10)
"""A name whose types were learnt just now is not learnt again by this process."""

MOST_NAMES = 3_000
"""Of one application: names that somebody makes up must not fill the disk."""

TOP = 50
"""Texts that are kept of one name."""

WINDOW = 10_000
"""Past so many values looked at, old ones count half: what is shown is of lately."""

REMEMBERED = 20_000
_learnt: dict[tuple[int, Name, frozenset[str]], datetime] = {}

# Whoever finds another batch at it leaves it alone: learning never waits, and two
# batches cannot lock each other out. A name whose texts are hardly ever the same is
# one of many different values, and keeps none from then on.
MERGE = """
WITH turn AS MATERIALIZED (
  SELECT pg_try_advisory_xact_lock(
    hashtextextended('dictionary ' || %(application)s::text, 0)) AS mine
), room AS (
  SELECT count(*) < %(most)s AS free FROM devices_dictionaryentry
  WHERE application_id = %(application)s
)
INSERT INTO devices_dictionaryentry AS kept
  (application_id, kind, event, name, types, first_seen_at, last_seen_at, sampled,
   values, varied, low, high, labels, description, hidden)
SELECT %(application)s, new.kind, new.event, new.name,
       ARRAY(SELECT jsonb_array_elements_text(new.types)), %(at)s, %(at)s, new.sampled,
       new.values, false, new.low, new.high, '{}', '', false
FROM unnest(%(kinds)s::text[], %(events)s::text[], %(names)s::text[],
            %(types)s::jsonb[], %(sampled)s::bigint[], %(values)s::jsonb[],
            %(lows)s::float8[], %(highs)s::float8[])
  AS new (kind, event, name, types, sampled, values, low, high), turn, room
WHERE turn.mine AND (room.free OR EXISTS (
  SELECT FROM devices_dictionaryentry AS there
  WHERE there.application_id = %(application)s AND there.kind = new.kind
    AND there.event = new.event AND there.name = new.name))
ORDER BY new.kind, new.event, new.name
ON CONFLICT (application_id, kind, event, name) DO UPDATE SET
  types = ARRAY(SELECT DISTINCT unnest(kept.types || excluded.types) ORDER BY 1),
  last_seen_at = greatest(kept.last_seen_at, excluded.last_seen_at),
  low = least(kept.low, excluded.low),
  high = greatest(kept.high, excluded.high),
  (sampled, values, varied) = (
    SELECT scale.sampled,
           CASE WHEN many.varied THEN '{}'::jsonb ELSE top.kept END,
           many.varied
    FROM (SELECT CASE WHEN kept.sampled > %(window)s THEN 2 ELSE 1 END AS by) AS half,
    LATERAL (SELECT kept.sampled / half.by + excluded.sampled AS sampled) AS scale,
    LATERAL (
      SELECT coalesce(jsonb_object_agg(best.text, best.n), '{}') AS kept,
             count(*) AS texts, coalesce(sum(best.n), 0) AS n
      FROM (
        SELECT both_.text, sum(both_.n) AS n
        FROM (SELECT key AS text, value::bigint / half.by AS n
              FROM jsonb_each_text(kept.values)
              UNION ALL
              SELECT key, value::bigint FROM jsonb_each_text(excluded.values)) AS both_
        GROUP BY both_.text HAVING sum(both_.n) > 0
        ORDER BY sum(both_.n) DESC, both_.text LIMIT %(top)s
      ) AS best) AS top,
    LATERAL (
      SELECT kept.varied OR (top.texts = %(top)s AND top.n < scale.sampled / 2)
        AS varied) AS many)
"""


def learn_events(
    application_id: int, happened: Iterable[tuple[str, Mapping[str, Any]]], at: datetime
) -> int:
    """From a batch of events: name and properties; returns the names merged."""
    return learn(application_id, of_events(happened), at)


def learn_attributes(
    application_id: int, people: Iterable[Mapping[str, Any]], at: datetime
) -> int:
    """From what was said of people: some thousand of many are enough."""
    return learn(application_id, of_attributes(people), at)


def learn(application_id: int, seen: Seen, at: datetime) -> int:
    """One statement, or none when this process looked at all of it just now.

    0 also when another batch is at it: the next one brings the same names again.
    """
    facts = {(application_id, name, frozenset(it.types)) for name, it in seen.items()}
    if all(at - AGAIN_AFTER < _learnt.get(each, at - AGAIN_AFTER) for each in facts):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(MERGE, _columns(application_id, seen, at))
        merged = int(cursor.rowcount)
    if merged:
        if len(_learnt) > REMEMBERED:
            _learnt.clear()
        _learnt.update(dict.fromkeys(facts, at))
    return merged


def _columns(application_id: int, seen: Seen, at: datetime) -> dict[str, Any]:
    rows: list[tuple[Name, Observed]] = list(seen.items())
    tops = [dict(it.values.most_common(TOP)) for _name, it in rows]
    return {
        "most": MOST_NAMES,
        "window": WINDOW,
        "top": TOP,
        "application": application_id,
        "at": at,
        "kinds": [str(name.kind) for name, _it in rows],
        "events": [name.event for name, _it in rows],
        "names": [name.name for name, _it in rows],
        "types": [orjson.dumps(sorted(it.types)).decode() for _name, it in rows],
        "sampled": [it.sampled for _name, it in rows],
        "values": [orjson.dumps(each).decode() for each in tops],
        "lows": [it.low for _name, it in rows],
        "highs": [it.high for _name, it in rows],
    }
