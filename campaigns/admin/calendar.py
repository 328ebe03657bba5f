"""The calendar: what ran and what is to come, by month, by week or as a list."""

import calendar
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from campaigns.admin import status
from campaigns.delivery import clock
from campaigns.models import Run
from campaigns.models.states import CampaignState, RunState
from campaigns.reports import planned
from devices.admin import pages

VIEWS: dict[str, str | Promise] = {
    "month": gettext_lazy("Month"),
    "week": gettext_lazy("Week"),
    "list": gettext_lazy("List"),
}
WEEK = timedelta(days=7)
SHOWN = 4
"""Entries of a day in the month's grid; the week shows all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One run or occurrence: where it leads, and what became or will become of it."""

    at: datetime
    name: str
    url: str
    status: status.Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day on the reader's clock. ``near`` campaigns of one application start on it,
    0 unless they are several; ``outside`` days belong to another month."""

    date: date
    items: list[Item]
    near: int
    today: bool
    past: bool
    outside: bool

    @property
    def more(self) -> int:
        """Entries that the month's grid leaves to the week."""
        return max(0, len(self.items) - SHOWN)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """``view`` is month, week or list; ``day`` any day of what is shown."""
    now = timezone.localtime(clock.now())
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "month"
    day = chosen(request.GET.get("day", ""), now.date())
    weeks = weeks_of(day, view)
    first, last = weeks[0][0], weeks[-1][-1]
    plan = planned.between(midnight(first), midnight(last + timedelta(days=1)))
    rows = [list(days_of(week, plan, now=now, of=day, view=view)) for week in weeks]
    busy = [each for row in rows for each in row if each.items and not each.outside]
    return pages.draw(
        request,
        "admin/campaigns/calendar.html",
        title=_("Calendar"),
        view=view,
        views=VIEWS,
        day=day,
        today=now.date(),
        weeks=rows,
        busy=busy,
        whole=plan.whole,
        heading=heading(day, view, first=first, last=last),
        before=step(day, view, -1),
        after=step(day, view, 1),
        sent_before=0 if busy else sent_last_month(day),
        may_add=request.user.has_perm("campaigns.add_campaign"),
        may_see_run=request.user.has_perm("campaigns.view_run"),
    )


def chosen(text: str, today: date) -> date:
    """The day that the address names; today when it names none that can be shown."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if 2000 <= day.year <= 2098 else today


def weeks_of(day: date, view: str) -> list[list[date]]:
    """Whole weeks from Monday: of the month around ``day``, or its own alone."""
    if view == "week":
        monday = day - timedelta(days=day.weekday())
        return [[monday + timedelta(days=n) for n in range(7)]]
    return calendar.Calendar(calendar.MONDAY).monthdatescalendar(day.year, day.month)


def days_of(
    week: list[date], plan: planned.Plan, *, now: datetime, of: date, view: str
) -> Iterator[Day]:
    for each in week:
        mine = [
            entry
            for entry in plan.entries
            if timezone.localtime(entry.at).date() == each
        ]
        yield Day(
            date=each,
            items=[item(entry) for entry in mine],
            near=near(mine),
            today=each == now.date(),
            past=each < now.date(),
            outside=view != "week" and each.month != of.month,
        )


def near(entries: list[planned.Entry]) -> int:
    """How many different campaigns of one application are to come that day."""
    coming = {
        (entry.campaign.application_id, entry.campaign.pk)
        for entry in entries
        if entry.run is None
    }
    most = Counter(application for application, _campaign in coming)
    busiest = max(most.values(), default=0)
    return busiest if busiest > 1 else 0


def item(entry: planned.Entry) -> Item:
    if entry.run is not None:
        there = status.page_of(entry.run)
        said = status.of_run(entry.run)
    else:
        args = [entry.campaign.pk]
        there = reverse("admin:campaigns_campaign_change", args=args)
        said = status.CAMPAIGN[CampaignState.SCHEDULED]
    return Item(at=entry.at, name=entry.campaign.name, url=there, status=said)


def midnight(day: date) -> datetime:
    """When that day begins in the reader's zone."""
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def heading(day: date, view: str, *, first: date, last: date) -> str:
    if view == "week":
        days = {
            "first": date_format(first, "DATE_FORMAT"),
            "last": date_format(last, "DATE_FORMAT"),
        }
        return _("%(first)s to %(last)s") % days
    return date_format(day, "F Y").capitalize()


def step(day: date, view: str, by: int) -> date:
    """A day of the week or the month before (-1) or after (1)."""
    if view == "week":
        return day + by * WEEK
    month = day.month - 1 + by
    return date(day.year + month // 12, month % 12 + 1, 1)


def sent_last_month(day: date) -> int:
    """Runs that sent something in the month before: for a page with nothing on it."""
    start = midnight(step(day, "month", -1))
    runs = Run.objects.filter(
        due_at__gte=start, due_at__lt=midnight(day.replace(day=1))
    )
    return runs.exclude(state__in=(RunState.CANCELLED, RunState.MISSED)).count()
