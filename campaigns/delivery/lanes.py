"""How wide a run's way to one gateway is, where every worker can see it.

A lane is narrow until its answers are good: one batch of it is claimable at a time,
and that one sends small chunks. What is found out there is written on the lane, so a
restart, another worker or another key begins where it should. An open lane costs a
look at one row for each chunk, and no write.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, F
from django.db.models.functions import Coalesce, Now

from campaigns.delivery import waking
from campaigns.delivery.breakers import Breaker
from campaigns.delivery.claims import Claim
from campaigns.delivery.pacing import LONGEST_ASKED
from campaigns.models import Batch, Lane
from campaigns.models.lanes import LaneQuerySet

NARROW = 50
"""Rows of a chunk in a narrow lane: as many as may be wrong in a row (reference F4)."""

HOLD, LONGEST = 30.0, 600.0
"""Seconds of the first hold and of the longest; each is twice the one before."""

MAKE = """
INSERT INTO campaigns_lane (run_id, gateway, environment, proved_with, batch_id,
       counts, held_until, holds, waiting_since, trouble, broken_at, barred)
VALUES (%(run)s, %(gateway)s, %(environment)s, '', NULL,
        '{}', NULL, 0, NULL, '', NULL, '{}')
ON CONFLICT DO NOTHING
"""
LOCK = """
SELECT proved_with, counts, barred FROM campaigns_lane
 WHERE run_id = %(run)s AND gateway = %(gateway)s AND environment = %(environment)s
   FOR UPDATE
"""
# A statement of its own: in the one that waited for the lock, the batch would be seen
# as it was before the wait.
ENTER = """
UPDATE campaigns_lane l SET batch_id = %(batch)s
 WHERE l.run_id = %(run)s AND l.gateway = %(gateway)s
   AND l.environment = %(environment)s
   AND (l.held_until IS NULL OR l.held_until <= clock_timestamp())
   AND NOT EXISTS (
       SELECT 1 FROM campaigns_batch h
        WHERE h.id = l.batch_id AND h.id <> %(batch)s AND h.state = 1
          AND h.until >= clock_timestamp())
RETURNING counts
"""


class Occupied(Exception):
    """Another worker just entered this narrow lane: look for another batch."""


def enter(claim: Claim) -> None:
    """Take the narrow lane of a batch that is being claimed. Raises Occupied."""
    place: dict[str, Any] = {
        "run": claim.run,
        "gateway": claim.gateway,
        "environment": claim.environment,
        "batch": claim.batch,
    }
    with connection.cursor() as cursor:
        cursor.execute(MAKE, place)
        cursor.execute(LOCK, place)
        cursor.execute(ENTER, place)
        if cursor.fetchone() is None:
            raise Occupied
    lane = of(claim).get()
    claim.counts = lane.counts
    claim.barred = lane.barred


def of(claim: Claim) -> LaneQuerySet:
    """The lane of a claim, as a set of at most one."""
    return Lane.objects.filter(
        run=claim.run, gateway=claim.gateway, environment=claim.environment
    )


def held(claim: Claim) -> LaneQuerySet:
    """The narrow lane in which this claim is the one that sends."""
    batch = Batch.objects.filter(pk=claim.batch, token=claim.token)
    return of(claim).filter(Exists(batch), batch_id=claim.batch)


def keep(claim: Claim, breaker: Breaker) -> None:
    """Write down what a narrow lane has shown so far: it moves, if slowly."""
    held(claim).update(counts=breaker.counts(), waiting_since=None)


def prove(claim: Claim, *, at: datetime) -> None:
    """The answers are good: every worker may send, with this credential."""
    moved = held(claim).update(
        proved_with=claim.fingerprint,
        counts={},
        held_until=None,
        holds=0,
        waiting_since=None,
        trouble="",
    )
    if moved:
        waking.senders(claim.run, at=at)


def hold(claim: Claim, *, trouble: str, seconds: float | None, lost: int = 0) -> None:
    """Let nothing leave for a while; then a narrow lane tries whether it works again.

    ``seconds`` as the provider asked, or None: twice as long as the last time.
    ``lost`` answers so far are remembered, since each may be a push that arrived.
    Of several workers that find the same, the first one's word counts.
    """
    lane = of(claim).free().first()
    if lane is None:
        return
    grown = min(LONGEST, HOLD * 2 ** min(lane.holds, 10))
    wait = grown if seconds is None else min(seconds, LONGEST_ASKED)
    of(claim).free().filter(holds=lane.holds).update(
        proved_with="",
        counts={"lost": lost, "asked": lost, "recent": lost} if lost else {},
        held_until=Now() + timedelta(seconds=wait),
        holds=F("holds") + int(seconds is None),
        waiting_since=Coalesce("waiting_since", Now()),
        trouble=trouble[:60],
    )


def distrust(claim: Claim, *, blameless: bool) -> None:
    """A breaker broke: whoever goes on later begins narrow, in every run.

    ``blameless``: its devices are not at fault for what was answered.
    """
    if claim.fingerprint:
        Lane.objects.filter(
            gateway=claim.gateway,
            environment=claim.environment,
            proved_with=claim.fingerprint,
        ).update(proved_with="", counts={})
    facts = {"broken_at": Now()} if blameless else {}
    of(claim).update(proved_with="", counts={}, **facts)


def bar(claim: Claim, platform: str, *, until: float) -> None:
    """Devices of a platform wait until that Unix time; the others go on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_lane SET barred = barred || %s::jsonb"
            " WHERE run_id = %s AND gateway = %s AND environment = %s",
            [json.dumps({platform: until}), *_place(claim)],
        )


def unbar(claim: Claim, platform: str) -> None:
    """One of them was accepted: they may all go."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_lane SET barred = barred - %s::text"
            " WHERE run_id = %s AND gateway = %s AND environment = %s",
            [platform, *_place(claim)],
        )


def _place(claim: Claim) -> tuple[int, str, str]:
    return claim.run, claim.gateway, claim.environment
