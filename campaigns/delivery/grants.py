"""Leased grants: how many pushes may leave from when on, told by PostgreSQL alone.

One statement, its own short transaction, moves on the moment from which a channel and
a run may send next (``tat``, as in GCRA) and answers with equal slots that nobody else
has. Slots are never in the past and never saved up, so there is no burst to come.
Lock order: channel, run; nothing else is locked while it runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

SPAN = 0.1
"""Seconds' worth of a grant: what a worker that dies takes with it."""

JOINT_SPAN = 0.03
"""The same of a run whose pushes leave at the distances of a limited channel."""

AHEAD = 0.02
"""Seconds before a slot at which it may be had: a statement's time."""

SLACK = 0.15
"""Seconds by which a push may reach the gateway later than another did: slots lie so
far apart that even then no second sees more than 1.1 times the limit."""

RAMP = 60.0
"""Seconds of the climb to full speed (reference A4), and of the rest before it."""

STEEP = 1000
"""Pushes a second above which a channel or run climbs."""

RECOVERY = 0.005
"""Share of the full speed that a channel regains each second: 5 % in 10 s (F5)."""

NOW = "coalesce(%(at)s::timestamptz, clock_timestamp())"

LIMITED = "({c}.per_minute IS NOT NULL OR {c}.recovers_at > {now})"
"""Whether a channel's row says anything now."""

FULL = "coalesce({c}.per_minute / 60.0::float8, {c}.base)"

RECOVERED = f"""
least({FULL}, CASE WHEN {{c}}.slowed_at IS NULL THEN {FULL}
              ELSE {{c}}.slowed_to + {RECOVERY} * {FULL} * greatest(
                   0, extract(epoch FROM {{now}} - {{c}}.held_until)) END)
"""
"""Pushes a second that a channel may have: its limit, less what it was slowed by."""

RAMPED = f"""
CASE WHEN %(ramp)s::float8 > 0 AND {{full}} > {STEEP}
     THEN {{full}} * least(1, greatest(1 / 60.0::float8,
          extract(epoch FROM now - began) / greatest(%(ramp)s::float8, 0.001)))
     ELSE {{full}} END
"""

DISTANCE = f"""
greatest(1 / {{rate}},
         {1 + SLACK} / greatest(1, floor({{rate}} * 11 / 10 + 1e-9)))
"""

BEGAN = f"""
CASE WHEN {{x}}.began IS NULL OR {{x}}.tat < now - interval '{RAMP:.0f} seconds'
     THEN now ELSE {{x}}.began END
"""

FREE = f"""
CASE WHEN {{tat}} > t.now + ({AHEAD} + greatest({SPAN}, {{distance}}))
                           * interval '1 second'
     THEN t.now ELSE greatest(t.now, {{tat}}) END
"""
"""The moment is never further off than one grant: if it is, the limit was raised or
the clock set back, and nothing that was granted is still to come."""

TAKE = f"""
WITH c AS MATERIALIZED (
    SELECT * FROM campaigns_channelrate c
     WHERE application_id = %(application)s AND gateway = %(gateway)s
       AND environment = %(environment)s AND {LIMITED.format(c="c", now=NOW)}
       FOR UPDATE),
r AS MATERIALIZED (
    SELECT * FROM campaigns_runrate
     WHERE (SELECT count(*) FROM c) >= 0
       AND run_id = %(run)s AND per_minute IS NOT NULL
       FOR UPDATE),
t AS MATERIALIZED (
    SELECT {NOW} AS now FROM (SELECT count(*) FROM c) a, (SELECT count(*) FROM r) b),
cb AS (SELECT c.*, now, {BEGAN.format(x="c")} AS since,
              {RECOVERED.format(c="c", now="now")} AS level FROM c, t),
cd AS (SELECT id, now, began, held_until, tat,
              {DISTANCE.format(rate="rate")} AS distance
         FROM (SELECT id, now, since AS began, held_until, tat,
                      {RAMPED.format(full="level").replace("began", "since")} AS rate
                 FROM cb) x),
rb AS (SELECT r.run_id, r.tat, now, {BEGAN.format(x="r")} AS since,
              r.per_minute / 60.0::float8 AS level FROM r, t),
rd AS (SELECT run_id, now, began, tat, {DISTANCE.format(rate="rate")} AS distance
         FROM (SELECT run_id, now, since AS began, tat,
                      {RAMPED.format(full="level").replace("began", "since")} AS rate
                 FROM rb) x),
f AS (SELECT t.now, cd.id, cd.began AS c_began, cd.distance AS c_distance,
             rd.run_id, rd.began AS r_began, rd.distance AS r_distance,
             greatest(cd.held_until,
                      {FREE.format(tat="cd.tat", distance="cd.distance")}) AS c_free,
             {FREE.format(tat="rd.tat", distance="rd.distance")} AS r_free
        FROM t LEFT JOIN cd ON true LEFT JOIN rd ON true),
g AS MATERIALIZED (
      SELECT f.*, CASE WHEN id IS NULL THEN r_free ELSE c_free END AS start,
             coalesce(c_distance, r_distance) AS distance,
             greatest(c_free, r_free) <= f.now + {AHEAD} * interval '1 second' AS ok,
             least(%(want)s::int,
                   CASE WHEN id IS NOT NULL
                        THEN greatest(1, floor({SPAN} / c_distance)) END,
                   CASE WHEN run_id IS NOT NULL THEN greatest(1, floor(
                        CASE WHEN id IS NULL THEN {SPAN} ELSE {JOINT_SPAN} END
                        / r_distance)) END)::int AS n
        FROM f WHERE id IS NOT NULL OR run_id IS NOT NULL),
uc AS (UPDATE campaigns_channelrate u
          SET tat = g.start + g.n * g.c_distance * interval '1 second',
              began = g.c_began
         FROM g WHERE u.id = g.id AND g.ok),
ur AS (UPDATE campaigns_runrate u
          SET tat = greatest(g.start, g.r_free)
                    + g.n * g.r_distance * interval '1 second',
              began = g.r_began
         FROM g WHERE u.run_id = g.run_id AND g.ok)
SELECT CASE WHEN ok THEN n ELSE 0 END, distance,
       extract(epoch FROM CASE WHEN ok THEN start
                          ELSE greatest(c_free, r_free) END)::float8,
       extract(epoch FROM {NOW})::float8
  FROM g
"""  # noqa: S608

PACED = f"""
(EXISTS (SELECT FROM campaigns_channelrate pace
          WHERE pace.application_id = b.application_id AND pace.gateway = b.gateway
            AND pace.environment = b.environment
            AND {LIMITED.format(c="pace", now="clock_timestamp()")})
 OR EXISTS (SELECT FROM campaigns_runrate pace
             WHERE pace.run_id = b.run_id AND pace.per_minute IS NOT NULL))
"""  # noqa: S608
"""Of a batch b: whether its channel or its run has a limit now."""


@dataclass(frozen=True, slots=True)
class Grant:
    """``count`` slots, one each ``distance`` seconds from ``start`` on.

    ``count`` 0: none before ``start``. ``told`` is when the database said so; both
    are Unix times by its clock.
    """

    count: int
    distance: float
    start: float
    told: float


def take(
    place: Mapping[str, Any], *, want: int, ramp: float, at: datetime | None = None
) -> Grant | None:
    """Up to ``want`` slots for application, gateway, environment and run.

    ``ramp``: seconds of a climb above STEEP, 0 for none. ``at`` stands in for the
    database's clock in tests. None when neither has a limit any more. Call it outside
    of any transaction: what it locks is everybody's.
    """
    facts = {**place, "want": want, "ramp": ramp, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(TAKE, facts)
        row = cursor.fetchone()
    return None if row is None else Grant(*row)
