"""The statements that write the ledger: whoever holds a batch, and nobody else.

Every part of a statement reads from the fenced UPDATE of the batch row, so no row
from it means that nothing happened at all.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from campaigns.delivery import arrays, outcomes
from campaigns.delivery.claims import Claim
from campaigns.delivery.grants import PACED
from campaigns.delivery.outcomes import PARKING, Entry
from campaigns.models.reasons import Reason
from campaigns.models.states import DeliveryState

WRITE = """
o AS (
    INSERT INTO campaigns_outcome (run_id, seq, attempt, reason, code, ref)
    SELECT b.run_id, u.seq, b.attempt, u.reason, u.code, u.ref
      FROM b, unnest(%(seqs)s::int[], %(reasons)s::smallint[], %(codes)s::text[],
                     %(refs)s::text[]) AS u(seq, reason, code, ref)),
k AS (
    INSERT INTO campaigns_parked (run_id, seq, attempt, tries, deaths, due, batch_id)
    SELECT b.run_id, u.seq, b.attempt + 1, u.tries, u.deaths,
           clock_timestamp() + u.wait * interval '1 second', b.id
      FROM b, unnest(%(parked)s::int[], %(waits)s::float8[], %(tries)s::smallint[],
                     %(deaths)s::smallint[]) AS u(seq, wait, tries, deaths)),
g AS (
    INSERT INTO campaigns_batchreason AS t (batch_id, reason, rows)
    SELECT b.id, u.reason, u.n
      FROM b, unnest(%(kinds)s::smallint[], %(counts)s::int[]) AS u(reason, n)
    ON CONFLICT (batch_id, reason) DO UPDATE SET rows = t.rows + excluded.rows)
"""

TALLIES = """
       accepted = b.accepted + %(accepted)s::int, failed = b.failed + %(failed)s::int,
       skipped = b.skipped + %(skipped)s::int, unknown = b.unknown + %(unknown)s::int,
       parked = b.parked + %(waiting)s::int
              - CASE WHEN b.members IS NULL THEN 0 ELSE %(n)s::int END
"""

OVER = """
(coalesce(r.started_at, r.due_at) + r.ttl * interval '1 second' <= clock_timestamp())
"""
"""The message's life is over: its rows may end as expired, whatever is paused."""

ALLOWED = f"""
(r.state = 'sending' AND r.epoch = %(epoch)s AND s.is_on AND ({OVER} OR (
    NOT EXISTS (
        SELECT 1 FROM devices_credential c
         WHERE c.application_id = %(application)s AND c.gateway = %(gateway)s
           AND c.environment = %(environment)s AND c.paused_at IS NOT NULL)
    AND NOT EXISTS (
        SELECT 1 FROM campaigns_lane l
         WHERE l.run_id = %(run)s AND l.gateway = %(gateway)s
           AND l.environment = %(environment)s
           AND (l.held_until > clock_timestamp()
                OR (l.proved_with <> %(fingerprint)s AND l.batch_id <> %(batch)s))))))
"""  # noqa: S608

SETTLE = f"""
WITH b AS (
    UPDATE campaigns_batch b
       SET done = %(end)s::int, next = %(end)s::int,
           state = CASE WHEN %(end)s::int >= b.hi THEN 2 ELSE 1 END,
           until = CASE WHEN %(end)s::int >= b.hi THEN NULL ELSE b.until END,
           {TALLIES}
     WHERE b.id = %(batch)s AND b.token = %(token)s AND b.done = %(done)s::int
    RETURNING b.id, b.run_id, b.attempt),
{WRITE}
SELECT id FROM b
"""  # noqa: S608

ADVANCE = f"""
WITH b AS (
    UPDATE campaigns_batch b
       SET done = %(end)s::int,
           next = CASE WHEN g.ok AND %(want)s::int > 0
                       THEN least(b.hi, b.next + %(want)s::int) ELSE b.next END,
           state = CASE WHEN %(end)s::int >= b.hi THEN 2
                        WHEN g.rests THEN 0 ELSE 1 END,
           until = CASE WHEN %(end)s::int >= b.hi OR g.rests THEN NULL
                   ELSE clock_timestamp() + %(lease)s * interval '1 second' END,
           due = CASE WHEN %(hold)s > 0
                 THEN clock_timestamp() + %(hold)s * interval '1 second'
                 ELSE b.due END,
           {TALLIES}
      FROM (SELECT ok, dead_tokens,
                   %(idle)s AND NOT (ok AND %(want)s::int > 0) AS rests
              FROM (SELECT {ALLOWED} AS ok, r.dead_tokens
                      FROM campaigns_run r, campaigns_switch s
                     WHERE r.id = %(run)s) allowed) g
     WHERE b.id = %(batch)s AND b.token = %(token)s AND b.done = %(done)s::int
    RETURNING b.id, b.run_id, b.attempt, b.next, g.ok, g.dead_tokens),
{WRITE}
"""  # noqa: S608

RENEW = f"""
UPDATE campaigns_batch b
   SET until = clock_timestamp() + %(lease)s * interval '1 second'
  FROM campaigns_run r, campaigns_switch s
 WHERE b.id = %(batch)s AND b.token = %(token)s AND b.state = 1 AND r.id = %(run)s
RETURNING {ALLOWED}, {PACED}
"""  # noqa: S608


class Lost(Exception):
    """The batch belongs to somebody else now. Start no request; report late truth."""


def settle(claim: Claim, entries: Sequence[Entry]) -> None:
    """Record ``entries`` for (done, next] of a batch that was just claimed."""
    parameters = {
        "batch": claim.batch,
        "token": claim.token,
        "done": claim.done,
        "end": claim.next,
        **columns(entries),
    }
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, parameters)
        if cursor.fetchone() is None:
            raise Lost


def renew(claim: Claim, *, lease: float) -> bool:
    """Prolong the lease; whether requests may still start. Raises Lost.

    What it finds about a limit of speed is noted on the claim.
    """
    with connection.cursor() as cursor:
        cursor.execute(RENEW, {**who(claim), "lease": lease})
        row = cursor.fetchone()
    if row is None:
        raise Lost
    claim.paced = bool(row[1])
    return bool(row[0])


def who(claim: Claim) -> dict[str, Any]:
    """The parameters that guard every statement of a claim."""
    return {
        "batch": claim.batch,
        "token": claim.token,
        "run": claim.run,
        "epoch": claim.epoch,
        "application": claim.application,
        "gateway": claim.gateway,
        "environment": claim.environment,
        "fingerprint": claim.fingerprint,
    }


def columns(entries: Sequence[Entry]) -> dict[str, Any]:
    """Entries as the arrays and the tallies that the statements take."""
    reasons = Counter([entry.reason for entry in entries])
    kinds = {int(reason): n for reason, n in reasons.items() if reason not in PARKING}
    parked = [entry for entry in entries if entry.parks] if _any_parks(reasons) else []
    states = outcomes.tally(reasons)
    return {
        "n": len(entries),
        "accepted": states[DeliveryState.ACCEPTED],
        "failed": states[DeliveryState.FAILED],
        "skipped": states[DeliveryState.SKIPPED],
        "unknown": states[DeliveryState.UNKNOWN],
        "waiting": len(parked),
        "seqs": arrays.numbers([entry.seq for entry in entries]),
        "reasons": arrays.numbers([entry.reason.value for entry in entries]),
        "codes": arrays.texts([entry.code for entry in entries]),
        "refs": arrays.texts([entry.ref for entry in entries]),
        "parked": arrays.numbers([entry.seq for entry in parked]),
        "waits": arrays.numbers([entry.wait or 0.0 for entry in parked]),
        "tries": arrays.numbers([entry.tries for entry in parked]),
        "deaths": arrays.numbers([entry.deaths for entry in parked]),
        "kinds": arrays.numbers(kinds),
        "counts": arrays.numbers(kinds.values()),
    }


def _any_parks(reasons: Mapping[Reason, int]) -> bool:
    return not PARKING.isdisjoint(reasons)
