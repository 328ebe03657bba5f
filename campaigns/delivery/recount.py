"""Count a run again from the ledger's rows: the tallies must always agree."""

from dataclasses import dataclass

from django.db import connection

from campaigns.models.reasons import state_of
from campaigns.models.states import DeliveryState

LAST = """
SELECT coalesce(o.reason, d.reason, 0), count(*)
  FROM campaigns_delivery d
  LEFT JOIN LATERAL (
        SELECT reason FROM campaigns_outcome o
         WHERE o.run_id = d.run_id AND o.seq = d.seq
         ORDER BY attempt DESC LIMIT 1) o ON d.reason IS NULL
 WHERE d.run_id = %s
 GROUP BY 1
"""
TALLIED = """
SELECT coalesce(sum(accepted), 0), coalesce(sum(failed), 0), coalesce(sum(unknown), 0),
       coalesce(sum(skipped), 0)
         + (SELECT coalesce(sum(rows), 0) FROM campaigns_leftout WHERE run_id = %(run)s)
  FROM campaigns_batch WHERE run_id = %(run)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Deliveries of one run by state."""

    accepted: int = 0
    failed: int = 0
    unknown: int = 0
    skipped: int = 0
    waiting: int = 0


def from_rows(run: int) -> Count:
    """What the rows say: for each delivery the outcome of its highest attempt."""
    states: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(LAST, [run])
        for reason, rows in cursor.fetchall():
            state = state_of(reason) if reason else DeliveryState.WAITING
            states[state.name.lower()] = states.get(state.name.lower(), 0) + rows
    return Count(**states)


def from_tallies(run: int, *, audience: int) -> Count:
    """What the tallies on the batches say; the rest of the audience is waiting."""
    with connection.cursor() as cursor:
        cursor.execute(TALLIED, {"run": run})
        accepted, failed, unknown, skipped = map(int, cursor.fetchone())
    return Count(
        accepted=accepted,
        failed=failed,
        unknown=unknown,
        skipped=skipped,
        waiting=audience - accepted - failed - unknown - skipped,
    )
