"""A run's numbers, from its tallies alone: they cost the same for ten and ten million.

The tallies are written in the transaction that writes the outcomes, so a recount of
the ledger's rows always agrees (campaigns.delivery.recount).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import Now

from campaigns.models import Batch, BatchReason, LeftOut, Receipt, Run
from campaigns.models.reasons import Reason
from campaigns.models.states import RunState
from devices.models.applications import GatewayKind

STATES = ("accepted", "failed", "skipped", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayNumbers:
    """Devices of one push service, by what became of them."""

    gateway: str
    label: str
    accepted: int
    failed: int
    skipped: int
    unknown: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Ledger rows of a run by state; they sum to ``audience`` at every moment.

    A row is a person's device, or a person who has none. ``people`` and ``devices``
    are those the audience stands for. ``skipped`` includes what the snapshot left
    out. ``opened`` counts devices that reported it. ``per_second`` is the mean since
    the start and ``ends_at`` what it promises; both None where they mean nothing.
    """

    audience: int
    people: int
    devices: int
    waiting: int
    accepted: int
    failed: int
    skipped: int
    unknown: int
    opened: int
    per_second: float | None
    ends_at: datetime | None
    by_gateway: list[GatewayNumbers]

    @property
    def done(self) -> int:
        """Rows that have their outcome."""
        return self.audience - self.waiting


def numbers(run: Run) -> Numbers:
    """The numbers of a run as they are now. ``run`` may be a little old."""
    by_gateway = _by_gateway(run)
    left_out = LeftOut.objects.filter(run=run).aggregate(rows=Sum("rows"))["rows"] or 0
    tallies = {
        state: sum(getattr(row, state) for row in by_gateway) for state in STATES
    }
    tallies["skipped"] += left_out
    waiting = sum(row.waiting for row in by_gateway)
    sent = sum(tallies.values()) - left_out
    per_second, ends_at = _pace(run, sent=sent, waiting=waiting)
    return Numbers(
        audience=waiting + sum(tallies.values()),
        people=run.people,
        devices=run.devices,
        waiting=waiting,
        opened=Receipt.objects.filter(run=run, kind="opened").count(),
        per_second=per_second,
        ends_at=ends_at,
        by_gateway=by_gateway,
        **tallies,
    )


def reasons(run: Run) -> list[tuple[Reason, int]]:
    """How many rows ended with which reason, the most frequent first.

    The sum is the run's audience without what is waiting.
    """
    rows: Counter[int] = Counter()
    batches = BatchReason.objects.filter(batch__run=run)
    for found in (batches, LeftOut.objects.filter(run=run)):
        for each in found.values("reason").annotate(total=Sum("rows")):
            rows[each["reason"]] += each["total"]
    named = [(Reason(code), total) for code, total in rows.items() if total]
    return sorted(named, key=lambda pair: (-pair[1], pair[0]))


def _by_gateway(run: Run) -> list[GatewayNumbers]:
    """Retry batches hold rows of first batches again: only the latter's are counted."""
    sums = {state: Sum(state) for state in STATES}
    batches = Batch.objects.filter(run=run).order_by().values("gateway")
    first = batches.filter(members=None).annotate(rows=Sum(F("hi") - F("lo")))
    size = {row["gateway"]: row["rows"] for row in first}
    return [
        _of_gateway(row, size=size[row["gateway"]])
        for row in batches.annotate(**sums).order_by("gateway")
    ]


def _of_gateway(row: Mapping[str, Any], *, size: int) -> GatewayNumbers:
    tallies = {state: int(row[state]) for state in STATES}
    gateway = GatewayKind(row["gateway"])
    return GatewayNumbers(
        gateway=gateway.value,
        label=str(gateway.label),
        waiting=size - sum(tallies.values()),
        **tallies,
    )


def _pace(run: Run, *, sent: int, waiting: int) -> tuple[float | None, datetime | None]:
    """Rows a second since the start, and when the rest is done at that pace."""
    if run.started_at is None or not sent:
        return None, None
    now = Run.objects.filter(pk=run.pk).values_list(Now(), flat=True).first()
    until = run.finished_at or now or run.started_at
    seconds = (until - run.started_at).total_seconds()
    if seconds < 1:
        return None, None
    per_second = sent / seconds
    if run.state != RunState.SENDING or not waiting:
        return per_second, None
    return per_second, until + timedelta(seconds=waiting / per_second)
