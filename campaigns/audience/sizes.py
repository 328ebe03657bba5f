"""How many matched a segment, day by day: the only writer of SegmentSize."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from campaigns.models import Segment, SegmentSize

from .days import today
from .estimate import Count

DAYS = 30
"""What the builder shows."""

KEPT = timedelta(days=400)

AT_ONCE = 20
"""Segments that are begun to be counted in one minute."""


def note(segment: Segment, found: Count | None, *, at: datetime) -> None:
    """Keep the day's number: the last one counted; None: it took too long."""
    SegmentSize.objects.update_or_create(
        segment=segment,
        day=today(at),
        defaults={
            "version": segment.version,
            "people": found.people if found else None,
            "devices": found.devices if found else None,
            "is_exact": bool(found and found.exact),
        },
    )


def uncounted(*, at: datetime) -> list[int]:
    """Some segments that have no number of today yet."""
    mine = SegmentSize.objects.filter(segment=OuterRef("pk"), day=today(at))
    rows = Segment.objects.filter(~Exists(mine), archived_at=None).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:AT_ONCE])


def forget(*, at: datetime) -> None:
    """Drop what is older than the longest look back."""
    SegmentSize.objects.filter(day__lt=today(at) - KEPT).delete()


def history(segment: Segment, *, at: datetime) -> Sequence[SegmentSize]:
    """The days of the last thirty that have a number, oldest first."""
    first: date = today(at) - timedelta(days=DAYS - 1)
    return list(segment.sizes.filter(day__gte=first, people__isnull=False))
