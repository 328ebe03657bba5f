"""What ran and what is to come between two moments, for the calendar: bounded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile

from campaigns.models import Campaign, Run
from campaigns.models.states import CampaignState
from campaigns.schedule import form, instants
from campaigns.schedule.rule import ScheduleError

MOST_RUNS = 400
MOST_CAMPAIGNS = 100
MOST_OF_ONE = 62
"""Of one campaign: twice a day for a month is more than any schedule makes."""

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A run, or with ``run`` None an occurrence that is to come, at an instant."""

    at: datetime
    campaign: Campaign
    run: Run | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Entries in order of time; ``whole`` is False when there were too many."""

    entries: list[Entry]
    whole: bool


def between(start: datetime, end: datetime) -> Plan:
    """Everything from ``start`` until before ``end``; two statements."""
    ran = Run.objects.filter(due_at__gte=start, due_at__lt=end)
    runs = list(ran.select_related("campaign").order_by("due_at")[: MOST_RUNS + 1])
    planned = Campaign.objects.filter(
        state=CampaignState.SCHEDULED, next_at__isnull=False, next_at__lt=end
    )
    campaigns = list(planned.order_by("next_at")[: MOST_CAMPAIGNS + 1])
    entries = [
        *(Entry(at=run.due_at, campaign=run.campaign, run=run) for run in runs),
        *(
            entry
            for campaign in campaigns[:MOST_CAMPAIGNS]
            for entry in _coming(campaign, start, end)
        ),
    ]
    whole = len(runs) <= MOST_RUNS and len(campaigns) <= MOST_CAMPAIGNS
    return Plan(entries=sorted(entries, key=lambda each: each.at), whole=whole)


def _coming(campaign: Campaign, start: datetime, end: datetime) -> Iterator[Entry]:
    """Its occurrences from the next one on: what is before it has a run already."""
    if campaign.next_at is None:
        return
    try:
        schedule = form.from_json(campaign.schedule)
    except ScheduleError:
        return
    after = max(start, campaign.next_at) - MOMENT
    found = takewhile(
        lambda each: each.instant < end, instants.occurrences(schedule, after=after)
    )
    for each in islice(found, MOST_OF_ONE):
        yield Entry(at=each.instant, campaign=campaign)
