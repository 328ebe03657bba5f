"""Signs of life, in the database: what health pages and the sweep go by."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from campaigns.models import Heartbeat

ALIVE = timedelta(seconds=30)
"""A part that did not show itself for so long counts as gone."""

KEPT = timedelta(days=1)

SEND_WORKER = "send worker "
CONTROL_WORKER = "control worker "


def beat(part: str, *, at: datetime, **facts: object) -> None:
    """``part`` works at ``at``; ``facts`` replace the earlier ones."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(part=part, at=at, facts=facts)],
        update_conflicts=True,
        unique_fields=["part"],
        update_fields=["at", "facts"],
    )


def claim(part: str, *, every: timedelta, at: datetime) -> bool:
    """Whether it is this caller's turn to do ``part``: once in ``every``."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(part=part, at=at - every)], ignore_conflicts=True
    )
    due = Heartbeat.objects.filter(part=part, at__lte=at - every)
    return bool(due.update(at=at))


def alive(kind: str, *, at: datetime) -> QuerySet[Heartbeat]:
    """The parts whose names begin with ``kind`` and that showed life lately."""
    return Heartbeat.objects.filter(part__startswith=kind, at__gt=at - ALIVE)


def forget(*, at: datetime) -> None:
    """Drop workers that are long gone."""
    workers = (SEND_WORKER, CONTROL_WORKER)
    for kind in workers:
        Heartbeat.objects.filter(part__startswith=kind, at__lt=at - KEPT).delete()
