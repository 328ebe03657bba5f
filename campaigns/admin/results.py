"""What came of a run: one table in which every number has a reason."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from campaigns.admin import by_variant, listing, result_charts, status
from campaigns.audience import limits
from campaigns.delivery import clock
from campaigns.models import Run
from campaigns.models.reasons import Reason, state_of
from campaigns.models.states import DeliveryState
from campaigns.reports import (
    advice,
    corrections,
    languages,
    reactions,
    recipients,
    timeline,
    variants,
)
from campaigns.reports import run as reports
from devices.admin import pages

Made = TypeVar("Made")
KEPT = 60
"""Seconds that a picture of a run that is over is kept: late answers still arrive."""
GROUPS = {
    DeliveryState.ACCEPTED: (
        _("Accepted"),
        _("Handed to the push service. It is not proof that it was shown."),
    ),
    DeliveryState.FAILED: (
        _("Failed"),
        _("We tried, and the push service or we refused for good."),
    ),
    DeliveryState.SKIPPED: (
        _("Skipped"),
        _("On purpose not sent: skipped is not failed."),
    ),
    DeliveryState.UNKNOWN: (
        _("Unknown"),
        _(
            "The answer was lost on the way. They may or may not have it; we do not "
            "send again, so that nobody gets it twice."
        ),
    ),
    DeliveryState.WAITING: (_("Waiting"), _("Their turn has not come yet.")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One reason: ``people`` is None when they were not counted."""

    reason: Reason
    words: str | Promise
    rows: int
    people: int | None
    advice: advice.Advice | None
    codes: list[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One outcome with its reasons; ``share`` is of all devices, in words."""

    key: str
    label: str | Promise
    meaning: str | Promise
    rows: int
    people: int | None
    share: str
    reasons: list[Row]


@require_GET
def page(request: HttpRequest, run_id: int) -> HttpResponse:
    rows = Run.objects.select_related("campaign", "application", "revision")
    run = get_object_or_404(rows, pk=run_id)
    numbers = reports.numbers(run)
    people = people_of(run, numbers)
    drawn = pictures(request, run, numbers, people)
    if found := drawn["reactions"]:
        # One source for the whole page: the charts are up to a minute old.
        numbers = replace(numbers, opened=found.opened)
    groups = table(run, numbers, people)
    context = {
        **drawn,
        "run": run,
        "status": status.of_run(run),
        "tab": "results",
        "numbers": numbers,
        "said": said(run),
        "corrections": corrections.of_run(run),
        "languages": in_languages(run, numbers.opened),
        **by_variant.context(
            run,
            in_time(run, f"variants-{numbers.opened}", lambda: variants.of_run(run)),
            people,
        ),
        "groups": groups,
        "people": people,
        "agree": sum(group.rows for group in groups) == numbers.audience,
        "opened_share": result_charts.rate(numbers.opened, numbers.accepted),
        "moving_until": moving_until(run),
        "others": Run.objects.filter(campaign=run.campaign_id)
        .exclude(pk=run.pk)
        .order_by("-due_at", "-id")[:10],
        "can": {
            "people": request.user.has_perm("devices.view_person"),
            "launch": request.user.has_perm("campaigns.launch_campaign"),
            "devices": request.user.has_perm("devices.change_installation"),
            "add": request.user.has_perm("campaigns.add_campaign"),
        },
        "over": run.state in status.OVER,
    }
    return pages.draw(
        request,
        "admin/campaigns/run/results.html",
        title=run.campaign.name,
        **context,
    )


def said(run: Run) -> str:
    """Title and text as somebody reads them whom nothing is known of."""
    content = run.revision.content
    texts = (content.get("title", ""), content.get("body", ""))
    return " — ".join(listing.spoken(text) for text in texts if text.strip())


def pictures(
    request: HttpRequest,
    run: Run,
    numbers: reports.Numbers,
    people: dict[int, int] | None,
) -> dict[str, Any]:
    """The charts; each is None by itself when it would hold the page up."""
    zone = timezone.get_current_timezone()
    offset = (run.started_at or run.due_at).astimezone(zone).utcoffset() or timedelta()
    found = in_time(run, "reactions", lambda: reactions.of(run))
    opened = numbers.opened if found is None else found.opened
    times = in_time(
        run,
        f"timeline-{offset.total_seconds():.0f}-{opened}",
        lambda: timeline.of(run, offset=offset),
    )
    by_people = request.GET.get("count") == "people" and people is not None
    stages = found and result_charts.of_devices(numbers, found)
    if by_people and people is not None:
        reported = in_time(run, "reported", lambda: reactions.people(run))
        stages = reported and result_charts.of_people(run, people, reported)
    return {
        "reactions": found,
        "by_people": by_people,
        "funnel": stages and result_charts.funnel(stages, people=by_people),
        "timeline": times and result_charts.timeline(times),
        "services": result_charts.services(numbers, found),
        "confirmed_rate": found and result_charts.rate(found.opened, found.received),
    }


def in_languages(run: Run, opened: int) -> list[tuple[languages.Language, str]]:
    """Every language in the reader's words, and its open rate as of ``opened``."""
    name = f"languages-{get_language()}-{opened}"
    made = in_time(run, name, lambda: languages.of_run(run))
    return [
        (each, result_charts.rate(each.opened or 0, each.accepted or 0))
        for each in made or []
    ]


def in_time(run: Run, name: str, make: Callable[[], Made]) -> Made | None:
    """At most some seconds old, or None when making it would hold the page up."""
    key = f"{name}-of-run-{run.pk}-{run.state}"
    known: Made | None = cache.get(key)
    if known is not None:
        return known
    try:
        made = make()
    except limits.TooSlow:
        return None
    cache.set(key, made, KEPT if run.state in status.OVER else 5)
    return made


def moving_until(run: Run) -> datetime | None:
    """When late answers end: a day after the message expires; None once it is past."""
    if run.started_at is None:
        return None
    until = run.started_at + timedelta(seconds=run.ttl) + timedelta(days=1)
    return until if until > clock.now() else None


def people_of(run: Run, numbers: reports.Numbers) -> dict[int, int] | None:
    """People by reason, or None when counting them would hold the page up.

    A run that is over is counted once an hour, and when a late answer moves a number.
    """
    is_over = run.state in status.OVER
    tallies = (numbers.accepted, numbers.failed, numbers.skipped, numbers.unknown)
    stands = "-".join(map(str, tallies)) if is_over else ""
    key = f"people-of-run-{run.pk}-{run.state}-{stands}"
    known: dict[int, int] | None = cache.get(key)
    if known is not None:
        return known
    try:
        counted = recipients.people(run)
    except limits.TooSlow:
        return None
    cache.set(key, counted, 3600 if is_over else 10)
    return counted


def table(
    run: Run, numbers: reports.Numbers, people: dict[int, int] | None
) -> list[Group]:
    """Every outcome with its reasons; their rows sum to the run's audience."""
    counted = reports.reasons(run)
    return [
        group(run, state, counted, numbers=numbers, people=people)
        for state in GROUPS
        if state != DeliveryState.WAITING or numbers.waiting
    ]


def group(
    run: Run,
    state: DeliveryState,
    counted: list[tuple[Reason, int]],
    *,
    numbers: reports.Numbers,
    people: dict[int, int] | None,
) -> Group:
    label, meaning = GROUPS[state]
    mine = [] if state == DeliveryState.WAITING else of_state(state, counted)
    rows = (
        numbers.waiting if state == DeliveryState.WAITING else sum(n for _r, n in mine)
    )
    return Group(
        key=state.name.lower(),
        label=label,
        meaning=meaning,
        rows=rows,
        people=None if people is None else people_in(state, people),
        share=result_charts.rate(rows, numbers.audience),
        reasons=[row(run, reason, n, people=people) for reason, n in mine],
    )


def of_state(
    state: DeliveryState, counted: list[tuple[Reason, int]]
) -> list[tuple[Reason, int]]:
    """The reasons of one outcome, most frequent first."""
    mine = [(reason, n) for reason, n in counted if reason.state == state and n]
    return sorted(mine, key=lambda pair: (-pair[1], pair[0]))


def people_in(state: DeliveryState, people: dict[int, int]) -> int:
    return sum(n for reason, n in people.items() if state_of(reason) == state)


def row(run: Run, reason: Reason, rows: int, *, people: dict[int, int] | None) -> Row:
    failed = reason.state == DeliveryState.FAILED
    return Row(
        reason=reason,
        words=reason.label,
        rows=rows,
        people=None if people is None else people.get(reason, 0),
        advice=advice.of(reason),
        codes=words_of_provider(run, reason) if failed else [],
    )


def words_of_provider(run: Run, reason: Reason) -> list[tuple[str, int]]:
    try:
        return recipients.codes(run, reason)
    except limits.TooSlow:
        return []


def troubles(run: Run) -> list[dict[str, Any]]:
    """Failed, unknown and waiting reasons of a run so far, most frequent first."""
    told = [
        (reason, n)
        for reason, n in reports.reasons(run)
        if n > 0 and reason.value // 100 in (2, 4, 5)
    ]
    return [
        {"words": reason.label, "rows": n, "advice": advice.of(reason)}
        for reason, n in sorted(told, key=lambda pair: -pair[1])[:20]
    ]
