"""What the ledger knew of people who were erased: rows stay, and lead to nobody.

A row's hash of the token keeps a run from reaching one device twice, so it goes when
the run is over; everything else went at once (`registration.erase`).
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from campaigns.models import TestSend
from campaigns.models.states import RunState
from devices import privacy
from devices.events import erasing as past
from devices.models import Erasure

SETTLED = timedelta(minutes=1)
"""What was under way when somebody was erased has been written by then."""

OVER = [
    RunState.FINISHED.value,
    RunState.STOPPED.value,
    RunState.MISSED.value,
    RunState.CANCELLED.value,
]

FORGET = """
WITH theirs AS MATERIALIZED (
  SELECT d.run_id, d.seq FROM campaigns_delivery d
    JOIN campaigns_run r ON r.id = d.run_id AND r.state = ANY(%(over)s)
   WHERE d.person_id = ANY(%(people)s)
), hashes AS (
  UPDATE campaigns_delivery d SET token_hash = NULL
    FROM theirs WHERE d.run_id = theirs.run_id AND d.seq = theirs.seq
     AND d.token_hash IS NOT NULL
), names AS (
  UPDATE campaigns_outcome o SET ref = ''
    FROM theirs WHERE o.run_id = theirs.run_id AND o.seq = theirs.seq AND o.ref <> ''
)
SELECT count(*) FROM theirs"""

LEFT = """
SELECT count(*) FROM campaigns_delivery
 WHERE person_id = ANY(%(people)s) AND token_hash IS NOT NULL"""


def finish(*, at: datetime) -> int:
    """Go on with the erasures that are not over; returns how many are now."""
    return sum(_finish(each, at) for each in privacy.unfinished())


def _finish(erasure: Erasure, at: datetime) -> int:
    people = privacy.family(erasure.person)
    past.erase(people)
    TestSend.objects.filter(installation__person__in=people).delete()
    with connection.cursor() as cursor:
        facts: dict[str, Any] = {"people": people, "over": OVER}
        cursor.execute(FORGET, facts)
        rows = cursor.fetchone()[0]
        cursor.execute(LEFT, facts)
        waiting = cursor.fetchone()[0]
    if waiting or at < erasure.at + SETTLED:
        return 0
    return privacy.finish(erasure, {"deliveries": rows}, at)
