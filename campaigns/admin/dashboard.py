"""The first page: now, what needs somebody, reach, last results.

Each card is made by itself: one that cannot be made says so, the others stay.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.cache import cache
from django.db import Error, connection, transaction
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.admin import (
    charts,
    health,
    listing,
    needs,
    progress,
    result_charts,
    setup,
    status,
)
from campaigns.audience import limits
from campaigns.models import Batch, Campaign, Run, Switch
from campaigns.models.states import CampaignState, RunState
from campaigns.reports import pulse
from campaigns.reports import run as reports
from devices.admin import pages

log = logging.getLogger(__name__)

SHOWN = 5
KEPT = 60
"""Seconds that a figure is kept for everybody."""
Made = TypeVar("Made")
COUNTED_WELL = 10_000
"""Below this many rows a table is counted, above it the planner's figure serves."""


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's dashboard callback: adds what the template shows."""
    now = timezone.now()
    may_see = request.user.has_perm("campaigns.view_campaign")
    cards: dict[str, Callable[[], Any]] = {
        "switch": lambda: Switch.objects.filter(is_on=False).first(),
        "needs": lambda: needs.everything(at=now),
        "under_way": under_way,
        "coming": coming,
        "last": last_results,
        "reach": lambda: reach(at=now),
        "week": lambda: week(at=now),
        "health": lambda: health.strip(at=now),
        "setup": lambda: setup.steps(pages.staff(request)),
    }
    context |= {
        "title": _("Dashboard"),
        "at": timezone.localtime(now),
        "may_see": may_see,
        "may_add": request.user.has_perm("campaigns.add_campaign"),
        "may_switch": request.user.has_perm("campaigns.switch_sending"),
        "may_see_run": request.user.has_perm("campaigns.view_run"),
    }
    if may_see:
        context |= {name: card(make) for name, make in cards.items()}
    return context


def card(make: Callable[[], Any]) -> dict[str, Any]:
    """What one card shows, or ``failed`` when the database could not say."""
    try:
        with transaction.atomic():
            return {"value": make(), "failed": False}
    except Error:
        log.exception("A card of the dashboard could not be made")
        return {"value": None, "failed": True}


def under_way() -> list[dict[str, Any]]:
    """Runs that are on their way, the newest first, with how far each is."""
    runs = Run.objects.filter(state__in=status.OPEN).select_related("campaign")
    shown = [_shown(run) for run in runs.order_by("-due_at")[:SHOWN]]
    return [
        each | {"progress": progress.of(each["run"], each["numbers"])} for each in shown
    ]


def _shown(run: Run) -> dict[str, Any]:
    return {"run": run, "status": status.of_run(run), "numbers": reports.numbers(run)}


def coming() -> list[dict[str, Any]]:
    """The next campaigns to start, with their zones."""
    planned = Campaign.objects.filter(
        state=CampaignState.SCHEDULED, next_at__isnull=False
    )
    return [
        {"campaign": each, "zone": listing.zone_of(each)}
        for each in planned.order_by("next_at")[:SHOWN]
    ]


def last_results() -> list[dict[str, Any]]:
    """The last runs that ended after something was sent."""
    ended = Run.objects.filter(state__in=(RunState.FINISHED, RunState.STOPPED))
    runs = ended.select_related("campaign").order_by("-due_at", "-id")[:SHOWN]
    return [_shown(run) for run in runs]


def reach(*, at: datetime) -> dict[str, Any]:
    """How many people there are, and devices that can be reached by platform."""
    people, people_exact = rows_of("devices_person")
    devices, devices_exact = rows_of("devices_installation")
    found = bounded("reach", lambda: pulse.reach(at=at))
    return {
        "people": people,
        "devices": devices,
        "exact": people_exact and devices_exact,
        "chart": None if found is None else reach_chart(found),
        "empty": found is not None and not any(each.devices for each in found),
    }


def reach_chart(found: list[pulse.Reach]) -> charts.Chart:
    """A bar for each platform, with what changed in seven days."""
    total = sum(each.devices for each in found)
    return charts.bars(
        "reach-today",
        title=_("Devices that can be reached today"),
        summary=ngettext(
            "%(n)s device can be reached.", "%(n)s devices can be reached.", total
        )
        % {"n": intcomma(total)},
        what=_("Platform"),
        unit=_("Devices"),
        rows=[
            charts.Bar(
                label=each.platform.label,
                value=each.devices,
                note=_("In 7 days: %(gained)s new, %(lost)s gone.")
                % {"gained": intcomma(each.gained), "lost": intcomma(each.lost)},
            )
            for each in found
        ],
    )


def week(*, at: datetime) -> dict[str, Any]:
    """What left in seven days, who opened in 28, who left in seven."""
    runs = Run.objects.filter(due_at__gt=at - timedelta(days=7), due_at__lte=at)
    sent = Batch.objects.filter(run__in=runs).aggregate(n=Sum("accepted"))["n"] or 0
    opens = bounded("opens", lambda: pulse.opens(at=at))
    return {
        "accepted": sent,
        "runs": runs.exclude(state__in=(RunState.CANCELLED, RunState.MISSED)).count(),
        "opens": opens,
        "open_rate": opens and result_charts.rate(opens.opened, opens.accepted),
        "opt_outs": bounded("opt-outs", lambda: pulse.opt_outs(at=at)),
    }


def bounded(name: str, make: Callable[[], Made]) -> Made | None:
    """A figure at most a minute old, or None when it would hold the page up."""
    key = f"dashboard-{name}"
    known: Made | None = cache.get(key)
    if known is not None:
        return known
    try:
        made = make()
    except limits.TooSlow:
        return None
    cache.set(key, made, KEPT)
    return made


def rows_of(table: str) -> tuple[int, bool]:
    """Rows of a table and whether they were counted; never a scan of a large one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)",
            [table],
        )
        (planned,) = cursor.fetchone() or (0,)
        if planned >= COUNTED_WELL:
            return planned, False
        cursor.execute(
            f"SELECT count(*) FROM (SELECT FROM {table} LIMIT %s) AS few",  # noqa: S608
            [COUNTED_WELL],
        )
        (counted,) = cursor.fetchone()
        return counted, counted < COUNTED_WELL
