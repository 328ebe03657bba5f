"""When pushes were accepted and opened, from a bounded look at the ledger.

Up to 20,000 rows of a run are read, spread evenly over it; of a larger run each stands
for several, and the numbers are about. The price is the same for ten million rows.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from campaigns.audience import limits
from campaigns.models import Run

LOOKED_AT = 20_000
PATIENCE = 3.0
ROW_BY_ROW = {
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "enable_material": "off",
}
"""A run that has just ended is in no statistics: taken for a few rows, it would be read
from end to end for each row that is looked at."""
MOST = 40
"""Intervals that a chart of 320 pixels can show apart."""
STEPS = (10, 60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400)
"""Seconds of an interval: the shortest with which everything fits is taken."""

# One row of each stretch, at a place that wanders: a fixed one could fall in step with
# the order in which devices were written down.
SECONDS = """
WITH looked AS MATERIALIZED (
    SELECT k * %(stride)s + 1 + (k * 7919) %% %(stride)s AS seq
      FROM generate_series(0, (%(rows)s - 1) / %(stride)s) AS k
)
SELECT 'accepted', floor(extract(epoch FROM o.at))::bigint, count(*)
  FROM looked
  JOIN campaigns_outcome o ON o.run_id = %(run)s AND o.seq = looked.seq
 WHERE o.reason BETWEEN 100 AND 199
 GROUP BY 2
 UNION ALL
SELECT 'opened', floor(extract(epoch FROM r.at))::bigint, count(*)
  FROM looked
  JOIN campaigns_receipt r ON r.run_id = %(run)s AND r.seq = looked.seq
   AND r.kind = 'opened'
 GROUP BY 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Numbers of devices for each interval from ``starts``; ``step`` is its length.

    ``exact`` is False when the rows that were looked at stand for others too.
    """

    starts: list[datetime]
    step: timedelta
    accepted: list[int]
    opened: list[int]
    exact: bool


def of(run: Run, *, offset: timedelta) -> Timeline | None:
    """The run's timeline, None before anything happened.

    ``offset`` is the reader's from UTC, so that days begin at their midnight. Raises
    limits.TooSlow after three seconds.
    """
    stride = max(1, -(-run.audience // LOOKED_AT))
    values = {"run": run.pk, "rows": run.audience, "stride": stride}
    with limits.seconds(PATIENCE, **ROW_BY_ROW), connection.cursor() as cursor:
        cursor.execute(SECONDS, values)
        rows = cursor.fetchall()
    return _cut(rows, stride=stride, shift=int(offset.total_seconds()))


def _cut(
    rows: list[tuple[str, int, int]], *, stride: int, shift: int
) -> Timeline | None:
    """Seconds put together to intervals, and each row for those that it stands for."""
    if not rows:
        return None
    first = min(second for _what, second, _n in rows) + shift
    last = max(second for _what, second, _n in rows) + shift
    step = next((s for s in STEPS if last // s - first // s < MOST), STEPS[-1])
    places = range(first // step, min(last // step, first // step + MOST) + 1)
    counted: Counter[tuple[str, int]] = Counter()
    for what, second, number in rows:
        counted[what, (second + shift) // step] += number * stride
    return Timeline(
        starts=[datetime.fromtimestamp(n * step - shift, UTC) for n in places],
        step=timedelta(seconds=step),
        accepted=[counted["accepted", n] for n in places],
        opened=[counted["opened", n] for n in places],
        exact=stride == 1,
    )
