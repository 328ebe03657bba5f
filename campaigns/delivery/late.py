"""Late truth: what a worker that lost its batch still learnt of its own attempt.

An unknown outcome gives way to accepted or failed of the same attempt; a parked
delivery that was in fact answered is taken out of the queue if it still waits there.
Nothing else changes a final outcome.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from campaigns.delivery import dead_tokens, lifecycle
from campaigns.delivery.claims import Claim
from campaigns.delivery.outcomes import Entry
from campaigns.delivery.reading import Recorded
from campaigns.models.reasons import state_of
from campaigns.models.states import DeliveryState

FINAL = {DeliveryState.ACCEPTED, DeliveryState.FAILED}

LOCK = "SELECT 1 FROM campaigns_run WHERE id = %s FOR SHARE"
LOCK_BATCH = "SELECT 1 FROM campaigns_batch WHERE id = %s FOR UPDATE"
UNKNOWN = """
SELECT seq, reason FROM campaigns_outcome
 WHERE run_id = %(run)s AND attempt = %(attempt)s AND seq = ANY(%(seqs)s::int[])
   AND reason BETWEEN 400 AND 499
"""
UNPARK = """
WITH gone AS (
    DELETE FROM campaigns_parked
     WHERE run_id = %(run)s AND attempt = %(attempt)s + 1
       AND seq = ANY(%(seqs)s::int[]) RETURNING seq)
SELECT o.seq, o.reason FROM campaigns_outcome o
 WHERE o.run_id = %(run)s AND o.attempt = %(attempt)s
   AND o.seq IN (SELECT seq FROM gone)
"""
CORRECT = """
INSERT INTO campaigns_outcome AS o (run_id, seq, attempt, reason, code, ref)
SELECT %(run)s, u.seq, %(attempt)s, u.reason, u.code, u.ref
  FROM unnest(%(seqs)s::int[], %(reasons)s::smallint[], %(codes)s::text[],
              %(refs)s::text[]) AS u(seq, reason, code, ref)
ON CONFLICT (run_id, seq, attempt)
DO UPDATE SET reason = excluded.reason, code = excluded.code, ref = excluded.ref
"""
TALLY = """
UPDATE campaigns_batch
   SET accepted = accepted + %(accepted)s, failed = failed + %(failed)s,
       unknown = unknown - %(unknown)s, parked = parked - %(parked)s
 WHERE id = %(batch)s
"""
REASON = """
INSERT INTO campaigns_batchreason AS t (batch_id, reason, rows) VALUES (%s, %s, %s)
ON CONFLICT (batch_id, reason) DO UPDATE SET rows = t.rows + excluded.rows
"""


def report(claim: Claim, recorded: Recorded) -> int:
    """Put right what a successor could not know; how many outcomes changed."""
    truths = {e.seq: e for e in recorded.entries if state_of(e.reason) in FINAL}
    if not truths:
        return 0
    with transaction.atomic():
        old = _doubted(claim, list(truths))
        changed = [truths[seq] for seq in old]
        if changed:
            _correct(claim, changed, Counter(old.values()))
        if recorded.dead:
            dead_tokens.found_late(claim.run, recorded.dead, at=recorded.at)
    return len(changed)


def _doubted(claim: Claim, seqs: list[int]) -> dict[int, int]:
    """Of ``seqs``, those whose outcome may still change: seq to its old reason."""
    guard: dict[str, Any] = {"run": claim.run, "attempt": claim.attempt, "seqs": seqs}
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [claim.run])
        cursor.execute(LOCK_BATCH, [claim.batch])
        cursor.execute(UNKNOWN, guard)
        old = dict(cursor.fetchall())
        cursor.execute(UNPARK, guard)
        return old | dict(cursor.fetchall())


def _correct(claim: Claim, changed: list[Entry], old: Counter[int]) -> None:
    new = Counter(int(entry.reason) for entry in changed)
    states = Counter(state_of(entry.reason) for entry in changed)
    was = Counter(state_of(reason) for reason in old.elements())
    old = Counter({r: n for r, n in old.items() if state_of(r) is not state_of(500)})
    with connection.cursor() as cursor:
        cursor.execute(
            CORRECT,
            {
                "run": claim.run,
                "attempt": claim.attempt,
                "seqs": [entry.seq for entry in changed],
                "reasons": [int(entry.reason) for entry in changed],
                "codes": [entry.code for entry in changed],
                "refs": [entry.ref for entry in changed],
            },
        )
        cursor.execute(
            TALLY,
            {
                "batch": claim.batch,
                "accepted": states[DeliveryState.ACCEPTED],
                "failed": states[DeliveryState.FAILED],
                "unknown": was[DeliveryState.UNKNOWN],
                "parked": was[DeliveryState.WAITING],
            },
        )
        new.subtract(old)
        for reason, rows in new.items():
            cursor.execute(REASON, [claim.batch, reason, rows])


def finish(run: int, *, at: datetime) -> None:
    """End the run if all is settled, with what its devices were found to be."""
    with transaction.atomic():
        if lifecycle.finish_if_done(run, at=at):
            dead_tokens.settle(run, at=at)
