"""Claim a batch, settle what a dead owner left, gather retries (design.md 4).

Grants and leases go by the database's clock only. Lock order: run, batch, delivery.
"""

import json
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from campaigns.delivery import flight, lanes, ledger, outcomes
from campaigns.delivery.claims import Claim
from campaigns.delivery.grants import PACED
from campaigns.delivery.ledger import OVER
from campaigns.delivery.outcomes import Entry
from campaigns.models.reasons import Reason
from devices.gateways.base import Result

CLAIMABLE = f"""
SELECT b.id, b.run_id, r.campaign_id, b.application_id, b.gateway, b.environment,
       b.variant, b.lo, b.hi, b.members, b.attempt, b.tries, b.deaths, b.token + 1,
       b.done, b.next, r.revision_id, r.epoch, r.policy, r.stopping,
       coalesce(c.fingerprint, ''), coalesce(l.proved_with = c.fingerprint, false),
       {OVER}, {PACED}, coalesce(l.barred, '{{}}'::jsonb)
  FROM campaigns_batch b
  JOIN campaigns_run r ON r.id = b.run_id
  LEFT JOIN devices_credential c
    ON c.application_id = b.application_id AND c.gateway = b.gateway
   AND c.environment = b.environment
  LEFT JOIN campaigns_lane l
    ON l.run_id = b.run_id AND l.gateway = b.gateway AND l.environment = b.environment
 WHERE b.state <> 2
   AND (b.until IS NULL OR b.until < clock_timestamp())
   AND (r.stopping OR (
        r.state = 'sending'
        AND b.due <= clock_timestamp()
        AND EXISTS (SELECT 1 FROM campaigns_switch s WHERE s.is_on)
        AND ({OVER} OR (
            c.paused_at IS NULL
            AND (l.held_until IS NULL OR l.held_until <= clock_timestamp())
            AND (l.proved_with = c.fingerprint OR NOT EXISTS (
                SELECT 1 FROM campaigns_batch h
                 WHERE h.id = l.batch_id AND h.id <> b.id AND h.state = 1
                   AND h.until >= clock_timestamp()))))))
 ORDER BY b.due, b.id
 LIMIT 1
   FOR UPDATE OF b SKIP LOCKED
"""  # noqa: S608

TAKE = """
UPDATE campaigns_batch
   SET state = 1, token = token + 1, owner = %(owner)s,
       until = clock_timestamp() + %(lease)s * interval '1 second'
 WHERE id = %(batch)s
"""

RELEASE = """
UPDATE campaigns_batch
   SET until = CASE WHEN state = 1 THEN clock_timestamp() END
 WHERE id = %s AND token = %s AND state <> 2 AND done < hi
RETURNING state = 1
"""

# statement_timestamp() is one moment, so the index on due serves; clock_timestamp()
# read every waiting row, at every look of every worker (134 ms for 300,000).
GATHER = """
WITH ripe AS (
    SELECT run_id, seq FROM campaigns_parked WHERE due <= statement_timestamp()
     ORDER BY run_id, seq LIMIT 5000 FOR UPDATE SKIP LOCKED),
taken AS (
    DELETE FROM campaigns_parked p USING ripe
     WHERE p.run_id = ripe.run_id AND p.seq = ripe.seq RETURNING p.*)
INSERT INTO campaigns_batch (run_id, application_id, gateway, environment, variant,
       lo, hi, members, attempt, tries, deaths, state, token, owner, due, done, next,
       accepted, failed, skipped, unknown, parked)
SELECT t.run_id, b.application_id, b.gateway, b.environment, b.variant,
       0, count(*), array_agg(t.seq ORDER BY t.seq), t.attempt, t.tries, t.deaths,
       0, 0, '', clock_timestamp(), 0, 0, 0, 0, 0, 0, 0
  FROM taken t JOIN campaigns_batch b ON b.id = t.batch_id
 GROUP BY t.run_id, b.application_id, b.gateway, b.environment, b.variant,
       t.attempt, t.tries, t.deaths,
       t.seq / (CASE WHEN t.deaths >= %(few)s THEN (%(sizes)s::int[])
                     [least(t.deaths, %(alone)s) - %(few)s + 1] END)
"""

FAIL = """
UPDATE campaigns_batch
   SET deaths = deaths + 1, state = 0, until = NULL,
       due = clock_timestamp() + %(wait)s * interval '1 second'
 WHERE id = %(batch)s AND token = %(token)s AND state = 1
RETURNING deaths
"""

FIRST_WAIT = 5.0
"""Seconds before a batch that failed is tried again; doubled each time."""

FEW = 3
"""Rows that were held by this many workers that died travel in smaller company."""

COMPANIES = (100, 10, 1)
"""Of how many rows, at FEW deaths, at one more, and from there on: a row that kills is
found, and those beside it are not sent one by one for it."""

ALONE = FEW + len(COMPANIES) - 1
"""A row that was held by this many workers that died travels alone."""

GIVEN_UP = 6
"""And after this many, it is an error of ours: no further worker is risked."""


def claim(owner: str, *, lease: float, flights: Path) -> Claim | None:
    """Take the batch that waits longest, settled; None when there is nothing to do.

    A batch of a stopping run is closed here and the next one looked at.
    """
    while True:
        try:
            with transaction.atomic():
                found = _take(owner, lease)
                if found is None:
                    return None
                ended = _settle(found, flights)
        except lanes.Occupied:
            continue
        flight.forget(flights, batch=found.batch, token=found.token - 1)
        if not ended:
            return found


def gather() -> int:
    """Put the parked rows whose time has come into batches; how many batches."""
    with connection.cursor() as cursor:
        facts: dict[str, Any] = {"few": FEW, "alone": ALONE, "sizes": [*COMPANIES]}
        cursor.execute(GATHER, facts)
        return int(cursor.rowcount)


def company(deaths: int) -> int | None:
    """How many rows may travel together; None where nothing speaks against them."""
    return COMPANIES[min(deaths, ALONE) - FEW] if deaths >= FEW else None


def fail(claim: Claim) -> int:
    """Give back a batch that cannot be worked on; how often that has happened.

    From FEW on its rows travel in small chunks; at GIVEN_UP those left are errors of
    ours.
    """
    wait = FIRST_WAIT * 2**claim.deaths
    facts = {"wait": wait, "batch": claim.batch, "token": claim.token}
    with connection.cursor() as cursor:
        cursor.execute(FAIL, facts)
        row = cursor.fetchone()
    return row[0] if row else 0


def release_dead(flights: Path) -> int:
    """End the leases whose owners are proved dead on this machine, at once."""
    released = 0
    for batch, token in flight.dead_claims(flights):
        with connection.cursor() as cursor:
            cursor.execute(RELEASE, [batch, token])
            row = cursor.fetchone()
        if row is None:
            flight.forget(flights, batch=batch, token=token)
        else:
            released += row[0]
    return released


def _take(owner: str, lease: float) -> Claim | None:
    with connection.cursor() as cursor:
        cursor.execute(CLAIMABLE)
        row = cursor.fetchone()
        if row is None:
            return None
        found = Claim(*row)
        found.barred = json.loads(row[-1])
        if not (found.proved or found.over or found.stopping):
            lanes.enter(found)
        cursor.execute(TAKE, {"owner": owner, "lease": lease, "batch": row[0]})
    return found


def _settle(found: Claim, flights: Path) -> bool:
    """Give every row that a dead owner intended its outcome; True when it ended.

    Chunks are recorded in order, so nothing in (done, next] has an outcome yet.
    """
    entries = _left_behind(found, flights)
    if found.stopping:
        rest = found.seqs(found.next, found.hi)
        entries = [_stopped(e) for e in entries]
        entries += [Entry(seq=seq, reason=Reason.STOPPED) for seq in rest]
        found.next = found.hi
    elif found.deaths >= GIVEN_UP:
        rest = found.seqs(found.next, found.hi)
        entries += [Entry(seq=seq, reason=Reason.INTERNAL_ERROR) for seq in rest]
        found.next = found.hi
    if entries:
        ledger.settle(found, entries)
    found.done = found.next
    return found.done == found.hi


def _stopped(entry: Entry) -> Entry:
    """In a stopping run, nothing is parked again."""
    if not entry.parks:
        return entry
    if entry.reason is Reason.RETRY_UNKNOWN:
        return Entry(seq=entry.seq, reason=Reason.WORKER_LOST)
    return Entry(seq=entry.seq, reason=Reason.STOPPED)


def _left_behind(found: Claim, flights: Path) -> list[Entry]:
    positions = range(found.done + 1, found.next + 1)
    if not positions:
        return []
    told = flight.marks(
        flights, batch=found.batch, token=found.token - 1, positions=positions
    )
    known = told or [flight.HANDED] * len(positions)
    return [
        _entry_of_mark(found, position, mark)
        for position, mark in zip(positions, known, strict=True)
    ]


def _entry_of_mark(found: Claim, position: int, mark: int) -> Entry:
    seq = found.seq(position)
    if mark < flight.ANSWERED:
        touched = mark == flight.HANDED
        return outcomes.unanswered(seq, found.standing, touched=touched)
    verdict = flight.VERDICTS[mark - flight.ANSWERED]
    answer = Result(reference=position, verdict=verdict, code=outcomes.SETTLED)
    return outcomes.entry_of(seq, answer, found.standing)
