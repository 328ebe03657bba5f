"""The people behind a number of a run, a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.audience import limits
from campaigns.models import Run
from campaigns.models.reasons import Reason, state_of
from campaigns.models.states import DeliveryState
from campaigns.reports import languages
from devices.models import Installation, Person

SIZE = 50
PATIENCE = 5.0
"""Seconds that a page may wait for its answer."""

# A delivery's state is the outcome of its highest attempt; a row with a reason of its
# own was left out at the snapshot. Both are read in the order of the primary key, so
# that a page stops as soon as it is full.
PAGE = """
SELECT d.seq, d.person_id, d.installation_id, coalesce(d.reason, o.reason),
       coalesce(o.code, ''), o.at, d.translation
  FROM campaigns_delivery d
  LEFT JOIN LATERAL (
       SELECT reason, code, at FROM campaigns_outcome
        WHERE run_id = d.run_id AND seq = d.seq ORDER BY attempt DESC LIMIT 1
  ) o ON d.reason IS NULL
 WHERE d.run_id = %(run)s AND d.seq > %(after)s AND {chosen}
 ORDER BY d.seq LIMIT %(size)s
"""
BY_REASON = "coalesce(d.reason, o.reason) = ANY(%(reasons)s)"
WAITING = "d.reason IS NULL AND (o.reason IS NULL OR o.reason >= 500)"
OPENED = (
    "EXISTS (SELECT FROM campaigns_receipt r WHERE r.run_id = d.run_id"
    " AND r.seq = d.seq AND r.kind = 'opened')"
)
# Each person once, by the best that became of any device of theirs: accepted, then
# unknown, waiting, failed, skipped; of several reasons the one of the last gate, as
# in the funnel before the launch.
PEOPLE = """
WITH last AS (
    SELECT DISTINCT ON (seq) seq, reason FROM campaigns_outcome
     WHERE run_id = %(run)s ORDER BY seq, attempt DESC
), row AS (
    SELECT d.person_id, coalesce(d.reason, l.reason, 500) AS reason
      FROM campaigns_delivery d LEFT JOIN last l USING (seq)
     WHERE d.run_id = %(run)s
), best AS (
    SELECT person_id,
           max(reason + CASE reason / 100 WHEN 1 THEN 5000 WHEN 4 THEN 4000
               WHEN 5 THEN 3000 WHEN 2 THEN 2000 ELSE 1000 END) AS rank
      FROM row GROUP BY person_id
)
SELECT rank %% 1000, count(*) FROM best GROUP BY 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One delivery as a list shows it; ``reason`` is None while it waits.

    ``language`` is the name of the one it is sent in, "" where there is one only.
    """

    seq: int
    person: Person | None
    installation: Installation | None
    reason: Reason | None
    code: str
    at: datetime | None
    language: str = ""


def page(
    run: Run, *, reasons: Sequence[int] = (), chosen: str = "", after: int = 0
) -> tuple[list[Recipient], int | None]:
    """Up to 50 deliveries after ``after`` and where the next page begins, or None.

    ``chosen`` is "waiting" or "opened"; otherwise ``reasons`` says which ones.
    Raises limits.TooSlow after five seconds.
    """
    condition = {"waiting": WAITING, "opened": OPENED}.get(chosen, BY_REASON)
    values = {
        "run": run.pk,
        "after": after,
        "reasons": list(reasons),
        "size": SIZE + 1,
    }
    rows = _within_time(PAGE.format(chosen=condition), values)
    more = rows[SIZE - 1][0] if len(rows) > SIZE else None
    return _named(run, rows[:SIZE]), more


def people(run: Run) -> dict[int, int]:
    """How many people each reason stands for, each person once.

    The reason is the best that became of any of the person's devices; waiting ones
    are under 500. The values sum to the people of the run. Raises limits.TooSlow.
    """
    counted: dict[int, int] = {}
    # A run that has just ended is in no statistics: taken for one row, it would be
    # joined by comparing all with all.
    with limits.seconds(PATIENCE, enable_nestloop="off"):
        found = _rows(PEOPLE, {"run": run.pk})
    for reason, rows in found:
        key = reason if state_of(reason) != DeliveryState.WAITING else 500
        counted[key] = counted.get(key, 0) + rows
    return counted


def codes(run: Run, reason: int, *, sample: int = 1_000) -> list[tuple[str, int]]:
    """The provider's own words behind a reason, in a sample, most frequent first."""
    query = (
        "SELECT code, count(*) FROM (SELECT code FROM campaigns_outcome"
        " WHERE run_id = %(run)s AND reason = %(reason)s LIMIT %(sample)s) s"
        " WHERE code <> '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5"
    )
    return _within_time(query, {"run": run.pk, "reason": reason, "sample": sample})


def _within_time(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with limits.seconds(PATIENCE):
        return _rows(query, values)


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def _named(run: Run, rows: list[tuple[Any, ...]]) -> list[Recipient]:
    people_of = _by_key(Person.objects.in_bulk, {row[1] for row in rows})
    devices_of = _by_key(
        Installation.objects.in_bulk, {row[2] for row in rows if row[2]}
    )
    return [
        Recipient(
            seq=seq,
            person=people_of.get(person),
            installation=devices_of.get(installation),
            reason=None if reason is None or reason >= 500 else Reason(reason),
            code=code,
            at=at,
            language=languages.name_in(run.revision, translation),
        )
        for seq, person, installation, reason, code, at, translation in rows
    ]


def _by_key(read: Callable[..., dict[Any, Any]], keys: set[int]) -> dict[int, Any]:
    return read(keys) if keys else {}
