"""How far a run is: what the live page draws and says."""

from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from campaigns.models import Run
from campaigns.reports import run as reports

PARTS = {
    "accepted": _("accepted"),
    "failed": _("failed"),
    "skipped": _("skipped"),
    "unknown": _("unknown"),
    "waiting": _("waiting"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One stretch of the bar: ``share`` is its width in per cent of the bar."""

    key: str
    label: object
    rows: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Devices that were due a push, by what became of them.

    ``left_out`` devices and people were never due one: the snapshot gave each its
    reason, and they are no part of the bar. ``percent`` is rounded down, so that 100
    means all of them.
    """

    total: int
    done: int
    percent: int
    left_out: int
    parts: list[Part]
    numbers: reports.Numbers


def of(run: Run, numbers: reports.Numbers) -> Progress:
    """The run's progress, from its tallies alone."""
    left_out = run.left_out.aggregate(rows=Sum("rows"))["rows"] or 0
    total = max(numbers.audience - left_out, 0)
    rows = {key: getattr(numbers, key) for key in PARTS}
    rows["skipped"] = max(rows["skipped"] - left_out, 0)
    done = total - rows["waiting"]
    return Progress(
        total=total,
        done=done,
        percent=100 * done // total if total else 0,
        left_out=left_out,
        parts=[
            Part(
                key=key,
                label=label,
                rows=rows[key],
                share=round(100 * rows[key] / total, 3) if total else 0,
            )
            for key, label in PARTS.items()
        ],
        numbers=numbers,
    )
