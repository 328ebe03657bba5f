"""What devices reported of a run: received and opened, by push service and by people.

An opening proves that it was received, so any report of a delivery counts as one. Of a
device that reports nothing, nobody can know.
"""

from dataclasses import dataclass

from django.db import connection

from campaigns.audience import limits
from campaigns.models import Run

PATIENCE = 3.0
"""Seconds that a page may wait for its answer."""

# First batches are ranges of seq of one push service: each reads its own stretch of
# the receipts' primary key.
BY_GATEWAY = """
SELECT b.gateway, count(*), count(*) FILTER (WHERE r.opened)
  FROM campaigns_batch b
  JOIN LATERAL (
       SELECT seq, bool_or(kind = 'opened') AS opened
         FROM campaigns_receipt
        WHERE run_id = b.run_id AND seq > b.lo AND seq <= b.hi GROUP BY seq
  ) r ON true
 WHERE b.run_id = %(run)s AND b.members IS NULL
 GROUP BY 1
"""
PEOPLE = """
SELECT count(DISTINCT d.person_id),
       count(DISTINCT d.person_id) FILTER (WHERE r.kind = 'opened')
  FROM campaigns_receipt r
  JOIN campaigns_delivery d ON d.run_id = r.run_id AND d.seq = r.seq
 WHERE r.run_id = %(run)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactions:
    """Devices that reported; ``by_gateway`` holds (received, opened) of each."""

    received: int
    opened: int
    by_gateway: dict[str, tuple[int, int]]


def of(run: Run) -> Reactions:
    """Every report so far. Raises limits.TooSlow after three seconds."""
    with limits.seconds(PATIENCE), connection.cursor() as cursor:
        cursor.execute(BY_GATEWAY, {"run": run.pk})
        rows = {gateway: (received, opened) for gateway, received, opened in cursor}
    return Reactions(
        received=sum(received for received, _opened in rows.values()),
        opened=sum(opened for _received, opened in rows.values()),
        by_gateway=rows,
    )


def people(run: Run) -> tuple[int, int]:
    """People of whom a device received it, and opened it. Raises limits.TooSlow."""
    with limits.seconds(PATIENCE), connection.cursor() as cursor:
        cursor.execute(PEOPLE, {"run": run.pk})
        received, opened = cursor.fetchone()
    return received, opened
