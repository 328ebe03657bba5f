"""The list of campaigns: tabs, search, and a page found by its position.

A page costs the same however far down it is, and nothing here counts all rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.admin import looks, status, tags
from campaigns.content import personalisation
from campaigns.models import Batch, Campaign, LeftOut, Rendition, Run
from campaigns.models.media import RenditionKind
from campaigns.models.states import CampaignState, RunState
from devices.simulator import screens

PAGE = 25
MOVING = frozenset({RunState.SENDING, RunState.PAUSED})
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
    done: int | None
    """Per cent of its devices, of a run that is sending; else None."""
    said: str
    """The first line of the message, as somebody unknown reads it."""
    thumb: str
    """Where a small picture of the message is, or ""."""
    languages: list[str]


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    older: str
    """The position to ask for next, or "" at the end."""


def tab(key: str) -> Tab:
    """The tab of that key, or All."""
    return next((each for each in TABS if each.key == key), TABS[0])


def page(chosen: Tab, *, words: str, before: str, tag: str = "") -> Page:
    """At most PAGE campaigns, newest change first, after the position ``before``.

    With ``tag``, or with one in the folder of its name.
    """
    found = Campaign.objects.filter(chosen.only).filter(_older_than(before))
    if tag:
        found = tags.tagged(found, tag)
    if words:
        said = Q(name__icontains=words) | Q(title__icontains=words)
        found = found.filter(said | tags.worded(words))
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
    mine = Run.objects.filter(pk__in=runs)
    numbers = Numbers(accepted_by(mine), _done_by(runs.values()), _thumbs(campaigns))
    return [_line(each, runs.get(each.last_run), numbers) for each in campaigns]


class Numbers(NamedTuple):
    """What a page's lines share: by run, by run, and by asset."""

    accepted: dict[int, int]
    done: dict[int, int]
    thumbs: dict[int, str]


def _line(campaign: Campaign, run: Run | None, numbers: Numbers) -> Line:
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
        accepted=numbers.accepted.get(run.pk, 0) if run else None,
        done=numbers.done.get(run.pk) if run else None,
        said=first_line(campaign),
        thumb=numbers.thumbs.get(campaign.asset_id or 0)
        or screens.here(campaign.image),
        languages=looks.languages_of(campaign),
    )


def first_line(campaign: Campaign) -> str:
    """The title, else the text, with what stands in for unknown values."""
    return spoken(campaign.title.strip() or campaign.body.strip())


def spoken(text: str) -> str:
    """A text as somebody reads it whom nothing is known of, or as it was written."""
    try:
        said = personalisation.compile(text, known=None).render({})
    except personalisation.TemplateError:
        return text
    return said if isinstance(said, str) else text


def _thumbs(campaigns: Iterable[Campaign]) -> dict[int, str]:
    wanted = {each.asset_id for each in campaigns if each.asset_id}
    addresses = Rendition.objects.urls(wanted)
    return {
        asset: screens.here(kinds.get(RenditionKind.THUMB, ""))
        for asset, kinds in addresses.items()
    }


def _done_by(runs: Iterable[Run]) -> dict[int, int]:
    """Per cent of the devices of each run that is on its way, rounded down."""
    going = {each.pk: each for each in runs if each.state in MOVING}
    tallies = F("accepted") + F("failed") + F("skipped") + F("unknown")
    sums = Batch.objects.filter(run__in=going).values("run")
    done = dict(sums.annotate(n=Sum(tallies)).values_list("run", "n"))
    left = LeftOut.objects.filter(run__in=going).values("run")
    out = dict(left.annotate(n=Sum("rows")).values_list("run", "n"))
    return {
        pk: min(100, 100 * done.get(pk, 0) // max(1, run.audience - out.get(pk, 0)))
        for pk, run in going.items()
    }


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
