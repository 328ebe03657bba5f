"""A provider asks for less: its channel halves its speed at once, and climbs slowly.

Whatever worker hears it writes it on the channel's row, where the next grant of every
worker finds it. Many answers that say so at the same time count as one.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.delivery.claims import Claim
from campaigns.delivery.grants import LIMITED, NOW, RECOVERED, RECOVERY
from campaigns.delivery.pacing import LONGEST_ASKED
from devices.gateways.base import Result, Scope, Verdict

HALF = 0.5
"""What is left of a speed that was too high (reference F5)."""

ONCE = 1.0
"""Seconds in which all workers together slow a channel once."""

UNTOLD = 60.0
"""Seconds of rest where the provider names none (reference A4)."""

LEAST = 1.0
"""Pushes a second below which nothing is slowed: a channel must be able to recover."""

JITTER = 0.1
"""A rest is up to this share longer than was asked for."""

# A channel without a limit is measured: what this worker began with in a second, times
# the batches that are being sent over it now.
SLOW = f"""
INSERT INTO campaigns_channelrate AS c (application_id, gateway, environment,
       base, slowed_to, slowed_at, held_until, recovers_at)
SELECT %(application)s, %(gateway)s, %(environment)s, x.base,
       greatest({LEAST}, x.base * {HALF}), x.now, x.rested,
       x.rested + (1 - {HALF}) / {RECOVERY} * interval '1 second'
  FROM (SELECT {NOW} AS now,
               {NOW} + %(rest)s * (1 + {JITTER} * random()) * interval '1 second'
               AS rested,
               greatest({LEAST}, %(pace)s::float8 * (
                   SELECT greatest(1, count(*)) FROM campaigns_batch b
                    WHERE b.application_id = %(application)s
                      AND b.gateway = %(gateway)s AND b.environment = %(environment)s
                      AND b.state = 1 AND b.until > clock_timestamp())) AS base) x
    ON CONFLICT (application_id, gateway, environment) DO UPDATE
   SET base = CASE WHEN c.recovers_at > excluded.slowed_at THEN c.base
                   ELSE excluded.base END,
       slowed_to = CASE WHEN {LIMITED.format(c="c", now="excluded.slowed_at")}
           THEN greatest({LEAST}, {HALF} *
                {RECOVERED.format(c="c", now="excluded.slowed_at")})
           ELSE excluded.slowed_to END,
       slowed_at = excluded.slowed_at, held_until = excluded.held_until,
       recovers_at = excluded.held_until + interval '1 second' / {RECOVERY}
 WHERE c.slowed_at IS NULL
    OR excluded.slowed_at >= greatest(c.held_until,
                                      c.slowed_at + {ONCE} * interval '1 second')
"""  # noqa: S608


def asks_for_less(result: Result) -> bool:
    """Whether an answer speaks of the whole channel, and of too much."""
    if result.scope is Scope.DEVICE or not result.left:
        return False
    if result.verdict is Verdict.THROTTLED:
        return True
    return result.verdict is Verdict.NOT_ACCEPTED and result.retry_after is not None


def slow(
    claim: Claim, result: Result, *, pace: float, at: datetime | None = None
) -> bool:
    """Halve the speed of a claim's channel; False when that was done just now.

    ``pace`` is how many rows a second the claim began with. "Too many" rests the
    channel for as long as the provider asks; a busy provider only slows it.
    """
    throttled = result.verdict is Verdict.THROTTLED
    facts: dict[str, Any] = {
        "application": claim.application,
        "gateway": claim.gateway,
        "environment": claim.environment,
        "pace": pace,
        "rest": min(result.retry_after or UNTOLD, LONGEST_ASKED) if throttled else 0.0,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(SLOW, facts)
        return bool(cursor.rowcount)
