"""The table of a run's variants, in the reader's words."""

from typing import Any

from campaigns.admin import listing, result_charts
from campaigns.models import Run
from campaigns.models.reasons import Reason
from campaigns.reports import variants


def context(
    run: Run, found: list[variants.Variant] | None, people: dict[int, int] | None
) -> dict[str, Any]:
    """What its template draws: each with its open rate, and the control group.

    ``people`` of the run by reason, None where they were not counted.
    """
    return {
        "variants": [
            (
                each,
                result_charts.rate(each.opened or 0, each.accepted),
                listing.spoken(each.title),
            )
            for each in found or []
        ],
        "control": variants.control_of(run),
        "control_people": people and people.get(Reason.CONTROL_GROUP, 0),
    }
