"""How many send workers are worth waking, and by which bell."""

from datetime import datetime

from django.db.models import Q, QuerySet

from campaigns.delivery import bell, heartbeats
from campaigns.models import Batch, Parked
from campaigns.models.states import BatchState, RunState

MOST = 16
"""Bells at once: more workers than this wake each other as they find work."""


def senders(run_id: int | None = None, *, at: datetime) -> int:
    """Ring one send worker for each batch that may be claimed now; how many rang."""
    ready = claimable(at)
    if run_id is not None:
        ready = ready.filter(run=run_id)
    bells = ready[:MOST].count()
    for _each in range(bells):
        bell.ring(bell.SEND)
    return bells


def claimable(at: datetime) -> QuerySet[Batch]:
    """Open batches of runs that send or stop, free by lease, whose time has come."""
    free = Q(until=None) | Q(until__lt=at)
    wanted = Q(run__stopping=True) | Q(run__state=RunState.SENDING, due__lte=at)
    return Batch.objects.exclude(state=BatchState.CLOSED).filter(free, wanted)


def idle_senders(*, at: datetime) -> int:
    """Ring as many workers as have nothing to do, one at least, when there is work.

    A ripe parked row is work too: whoever wakes gathers it.
    """
    ready = claimable(at)[:MOST].count()
    if not ready:
        ready = int(Parked.objects.filter(due__lte=at).exists())
    idle = _processes(at) - Batch.objects.filter(until__gt=at).count()
    bells = min(ready, max(1, idle))
    for _each in range(bells):
        bell.ring(bell.SEND)
    return bells


def _processes(at: datetime) -> int:
    workers = heartbeats.alive(heartbeats.SEND_WORKER, at=at)
    return sum(int(each.facts.get("processes", 1)) for each in workers)
