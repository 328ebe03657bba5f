"""The list of campaigns: tabs, search, and a page found by its position.

A page costs the same however far down it is, and nothing here counts all rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.admin import status
from campaigns.models import Batch, Campaign, Run
from campaigns.models.states import CampaignState

PAGE = 25
UNDER_WAY = Run.objects.filter(campaign=OuterRef("pk"), state__in=status.OPEN)


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    word: str | Promise
    only: Q


TABS = (
    Tab("", pgettext_lazy("campaigns", "All"), ~Q(state=CampaignState.ARCHIVED)),
    Tab("drafts", _("Drafts"), Q(state=CampaignState.DRAFT)),
    Tab("scheduled", _("Scheduled"), Q(state=CampaignState.SCHEDULED)),
    Tab("running", _("Running"), Q(Exists(UNDER_WAY))),
    Tab("done", _("Done"), Q(state=CampaignState.FINISHED)),
    Tab("archived", _("Archived"), Q(state=CampaignState.ARCHIVED)),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One campaign as the list shows it; numbers are None before its first run."""

    campaign: Campaign
    run: Run | None
    address: str
    """Of the run's page, or "" before there is one."""
    status: status.Status
    when: datetime | None
    zone: str
    coming: bool
    reach: int | None
    accepted: int | None


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    older: str
    """The position to ask for next, or "" at the end."""


def tab(key: str) -> Tab:
    """The tab of that key, or All."""
    return next((each for each in TABS if each.key == key), TABS[0])


def page(chosen: Tab, *, words: str, before: str) -> Page:
    """At most PAGE campaigns, newest change first, after the position ``before``."""
    found = Campaign.objects.filter(chosen.only).filter(_older_than(before))
    if words:
        found = found.filter(Q(name__icontains=words) | Q(title__icontains=words))
    newest = Run.objects.filter(campaign=OuterRef("pk")).order_by("-due_at", "-id")
    rows = list(
        found.select_related("application")
        .annotate(last_run=Subquery(newest.values("pk")[:1]))
        .order_by("-updated_at", "-id")[: PAGE + 1]
    )
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    older = f"{last.updated_at.isoformat()}~{last.pk}" if last else ""
    return Page(lines=_lines(rows[:PAGE]), older=older)


def _older_than(position: str) -> Q:
    moment, _tilde, pk = position.partition("~")
    try:
        at, number = datetime.fromisoformat(moment), int(pk)
    except ValueError:
        return Q()
    if timezone.is_naive(at):
        return Q()
    return Q(updated_at__lt=at) | Q(updated_at=at, pk__lt=number)


def _lines(campaigns: Iterable[Any]) -> list[Line]:
    campaigns = list(campaigns)
    runs = Run.objects.in_bulk([each.last_run for each in campaigns if each.last_run])
    accepted = accepted_by(Run.objects.filter(pk__in=runs))
    return [_line(each, runs.get(each.last_run), accepted) for each in campaigns]


def _line(campaign: Campaign, run: Run | None, accepted: dict[int, int]) -> Line:
    coming = campaign.next_at is not None
    started = run.due_at if run else None
    return Line(
        campaign=campaign,
        run=run,
        address=status.page_of(run) if run else "",
        status=status.of_campaign(campaign, run),
        when=campaign.next_at if coming else started,
        zone=zone_of(campaign),
        coming=coming,
        reach=run.people if run else None,
        accepted=accepted.get(run.pk, 0) if run else None,
    )


def accepted_by(runs: QuerySet[Run]) -> dict[int, int]:
    """Accepted deliveries of each run, from the tallies of its batches."""
    sums = Batch.objects.filter(run__in=runs).values("run")
    return dict(sums.annotate(n=Sum("accepted")).values_list("run", "n"))


def zone_of(campaign: Campaign) -> str:
    """The IANA name of the zone that its schedule speaks of."""
    wanted = campaign.schedule.get("zone") if campaign.schedule else None
    return str(wanted or timezone.get_current_timezone_name())


def in_zone(moment: datetime, zone: str) -> datetime:
    """The same instant on that zone's clocks; UTC when the name is unknown."""
    try:
        return moment.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError):
        return moment
