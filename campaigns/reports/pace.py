"""How fast messages left the last time: the only honest guess for the next."""

from datetime import timedelta

from django.db.models import F, Sum

from campaigns.models import Batch, Run
from campaigns.models.states import RunState

ENOUGH = 100
"""Devices: fewer say nothing about speed."""


def last_measured(application_id: int) -> float | None:
    """Devices a second of the newest finished run that was large enough, or None."""
    finished = Run.objects.filter(
        application=application_id,
        state=RunState.FINISHED,
        devices__gte=ENOUGH,
        finished_at__gt=F("started_at"),
    )
    run = finished.order_by("-finished_at").first()
    if run is None or run.started_at is None or run.finished_at is None:
        return None
    sums = Batch.objects.filter(run=run).aggregate(
        accepted=Sum("accepted"), failed=Sum("failed"), unknown=Sum("unknown")
    )
    sent = sum(each or 0 for each in sums.values())
    seconds = (run.finished_at - run.started_at).total_seconds()
    return sent / seconds if sent >= ENOUGH else None


def lasts(devices: int, *, per_second: float) -> timedelta:
    """How long so many devices take at that pace."""
    return timedelta(seconds=devices / per_second)
