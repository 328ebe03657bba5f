"""Which variants a run sent, and what came of each: counts, and no verdict."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from campaigns.audience import limits
from campaigns.models import LeftOut, Run, variants
from campaigns.models.reasons import Reason

PATIENCE = 2.0
"""Seconds that a page may wait for people and opens of each variant."""

TALLIED = """
SELECT variant, coalesce(sum(hi - lo) FILTER (WHERE members IS NULL), 0),
       sum(accepted), sum(failed), sum(skipped), sum(unknown)
  FROM campaigns_batch WHERE run_id = %s GROUP BY variant"""

SPANS = """
SELECT array_agg(lo ORDER BY lo) AS los, array_agg(variant ORDER BY lo) AS numbers
  FROM campaigns_batch WHERE run_id = %(run)s AND members IS NULL"""
"""Where the batches of the snapshot begin, and whose each is: a row's own is found by
halves, where a join would look at every batch for every row."""

PEOPLE = f"""
WITH spans AS MATERIALIZED ({SPANS}), each AS (
  SELECT person_id, min(seq) AS seq FROM campaigns_delivery
   WHERE run_id = %(run)s AND reason IS NULL GROUP BY person_id)
SELECT numbers[width_bucket(seq - 1, los)], 'people', count(*)
  FROM each, spans GROUP BY 1"""  # noqa: S608 (our own words)

OPENED = f"""
WITH spans AS MATERIALIZED ({SPANS})
SELECT numbers[width_bucket(seq - 1, los)], 'opened', count(*)
  FROM campaigns_receipt, spans
 WHERE run_id = %(run)s AND kind = 'opened' GROUP BY 1"""  # noqa: S608

OF_ROW = """
SELECT variant FROM campaigns_batch
 WHERE run_id = %s AND members IS NULL AND lo < %s AND hi >= %s"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Devices ``due`` one variant and what became of them; ``share`` as it was set.

    ``people`` and ``opened`` are None where counting them would hold a page up.
    """

    key: str
    share: int
    title: str
    people: int | None
    due: int
    accepted: int
    failed: int
    skipped: int
    unknown: int
    opened: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The group that got nothing: its share, and the devices left out for it."""

    share: int
    devices: int


def of_run(run: Run) -> list[Variant]:
    """Every variant of the run's message, A first; none where everybody gets it."""
    content = run.revision.content
    known = variants.keys_in(content)
    if len(known) < 2 and not content.get("control"):
        return []
    tallies = _tallied(run)
    came = {name: _counted(run, sql) for name, sql in COUNTS.items()}
    said = zip(
        known, variants.shares_in(content), variants.contents(content), strict=True
    )
    return [
        Variant(
            key=key,
            share=share,
            title=str(each.get("title", "")),
            people=_of(came["people"], number),
            opened=_of(came["opened"], number),
            **tallies.get(number, dict.fromkeys(STATES, 0)),
        )
        for number, (key, share, each) in enumerate(said)
    ]


STATES = ("due", "accepted", "failed", "skipped", "unknown")
COUNTS = {"people": PEOPLE, "opened": OPENED}


def control_of(run: Run) -> Control | None:
    """The control group of a run; None without one."""
    share = run.revision.content.get("control", 0)
    if not share:
        return None
    rows = LeftOut.objects.filter(run=run, reason=Reason.CONTROL_GROUP)
    return Control(
        share=share, devices=rows.values_list("rows", flat=True).first() or 0
    )


def name_of(run: Run, seq: int) -> str:
    """The key of the variant that a ledger row is due; "" where there is one only."""
    known = variants.keys_in(run.revision.content)
    if len(known) < 2:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(OF_ROW, [run.pk, seq, seq])
        row = cursor.fetchone()
    return known[row[0]] if row and row[0] < len(known) else ""


def _tallied(run: Run) -> dict[int, dict[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(TALLIED, [run.pk])
        return {
            number: dict(zip(STATES, map(int, counts), strict=True))
            for number, *counts in cursor.fetchall()
        }


def _counted(run: Run, sql: str) -> dict[int, int] | None:
    found: dict[int, int] = defaultdict(int)
    try:
        with limits.seconds(PATIENCE), connection.cursor() as cursor:
            cursor.execute(sql, {"run": run.pk})
            for number, _what, count in cursor.fetchall():
                found[number or 0] += count
    except limits.TooSlow:
        return None
    return found


def _of(counted: dict[int, int] | None, number: int) -> int | None:
    return None if counted is None else counted.get(number, 0)
