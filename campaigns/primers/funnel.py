"""What came of a primer, by day and platform: reads the counts, never the responses."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from campaigns.models import Primer, PrimerCount
from campaigns.models.primers import ResponseKind
from devices.models.installations import Platform

Counts = dict[str, int]
"""Showings by kind of response; a kind that never came is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One platform, or all of them."""

    platform: str
    counts: Counts

    @property
    def share_accepted(self) -> float | None:
        """Of the showings, per cent; None before the first."""
        return _share(self.counts[ResponseKind.ACCEPTED], self.counts["shown"])

    @property
    def share_granted(self) -> float | None:
        """Of the showings, per cent; None before the first."""
        return _share(self.counts[ResponseKind.GRANTED], self.counts["shown"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    day: date
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """``days`` has no gap, the oldest first; ``platforms`` only those that answered."""

    total: Line
    platforms: list[Line]
    days: list[Day]


def of(primer: Primer, *, last: date, days: int) -> Funnel:
    """The funnel of the days that end with ``last`` (UTC)."""
    first = last - timedelta(days=days - 1)
    rows = list(
        PrimerCount.objects.filter(primer=primer, day__range=(first, last)).values_list(
            "platform", "day", "kind", "total"
        )
    )
    platforms = {row[0] for row in rows}
    return Funnel(
        total=Line(platform="", counts=_sum((row[2], row[3]) for row in rows)),
        platforms=[
            Line(
                platform=each,
                counts=_sum((row[2], row[3]) for row in rows if row[0] == each),
            )
            for each in Platform.values
            if each in platforms
        ],
        days=[
            Day(day=day, counts=_sum((r[2], r[3]) for r in rows if r[1] == day))
            for day in (first + timedelta(days=n) for n in range(days))
        ],
    )


def totals(primers: Iterable[Primer]) -> dict[int, Counts]:
    """All that ever came of each of these primers, in one query."""
    rows = (
        PrimerCount.objects.filter(primer__in=[each.pk for each in primers])
        .values_list("primer", "kind")
        .annotate(sum=Sum("total"))
    )
    found: dict[int, Counts] = {}
    for primer, kind, total in rows:
        found.setdefault(primer, _sum(()))[kind] = total
    return found


def _sum(pairs: Iterable[tuple[str, int]]) -> Counts:
    counted: Counter[str] = Counter()
    for kind, total in pairs:
        counted[kind] += total
    return {kind: counted[kind] for kind in ResponseKind.values}


def _share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None
