"""Review and launch: what, who, when, what stands in the way; then the button.

The number of people that was shown travels signed, so that what is confirmed is what
was seen; after ten minutes it is counted anew.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.admin import (
    accepted,
    changes,
    compose,
    draft_form,
    preview,
    speed,
    status,
    when,
)
from campaigns.delivery import clock, lifecycle
from campaigns.models import Campaign, TestSend
from campaigns.models.states import CampaignState
from campaigns.reports import pace
from campaigns.review import accepting, checks, funnel, languages, links
from campaigns.review.funnel import Funnel
from campaigns.review.problem import Problem
from campaigns.schedule.rule import Kind
from devices.admin import pages
from devices.gateways.base import Verdict
from devices.models.installations import Platform

SALT = "campaigns.review"
COUNT_KEPT = 600
"""Seconds that a count may be confirmed for."""
TESTS = 10


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page showed when the button was pressed: ``looks`` by their keys."""

    version: int
    people: int
    about: bool
    looks: frozenset[str] = frozenset()


def seal(
    campaign: Campaign, people: int, *, about: bool, looks: Iterable[str] = ()
) -> str:
    """What the page shows, bound to the campaign and its version."""
    shown = [campaign.pk, campaign.version, people, about, sorted(looks)]
    return signing.dumps(shown, salt=SALT, compress=True)


def unseal(token: str, campaign: Campaign) -> Seen | None:
    """What was shown, or None when it is too old, foreign or made up."""
    try:
        shown = signing.loads(token, salt=SALT, max_age=COUNT_KEPT)
        pk, version, people, about, looks = shown
    except (signing.BadSignature, ValueError, TypeError):
        return None
    seen = Seen(version, people, about, frozenset(looks))
    return seen if pk == campaign.pk else None


def page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Read all of it; launch only a draft."""
    campaign = compose.find(campaign_id)
    if request.method == "POST":
        return launch(request, campaign)
    if campaign.state != CampaignState.DRAFT:
        return redirect("admin:campaigns_campaign_change", campaign.pk)
    return show(request, campaign, launch_key=str(uuid.uuid4()))


def show(
    request: HttpRequest, campaign: Campaign, *, launch_key: str, refused: str = ""
) -> HttpResponse:
    """The page, with what refused the launch when something did."""
    now = timezone.now()
    counted = funnel.count(campaign, at=now)
    measured = pace.last_measured(campaign.application_id)
    found = checks.problems(campaign, at=now, counted=counted, pace=measured)
    looks = accepting.sort(campaign, _of(found, "look"))
    people = counted.reached_people if counted else 0
    seen = preview.panel(campaign, request.GET, user=pages.staff(request))
    stops = _of(found, "stop")
    return pages.draw(
        request,
        "admin/campaigns/review.html",
        title=_("Review and launch"),
        **seen,
        status=status.of_campaign(campaign, None),
        funnel=counted,
        readers=languages.audiences(campaign, counted) if counted else [],
        devices_of=_devices(counted),
        told=when.tell(campaign.schedule, at=now),
        lasts=_lasts(measured, counted),
        since=changes.since_last(campaign),
        choice=_speed(campaign, counted),
        lifetime=draft_form.lifetime(campaign.ttl),
        tests=_tests(campaign),
        is_now=campaign.schedule.get("kind") == Kind.NOW,
        stops=stops,
        looks=looks.open,
        accepted=looks.accepted,
        fine=_of(found, "ok"),
        visitable=links.visitable(campaign),
        launch_key=launch_key,
        sealed=seal(
            campaign,
            people,
            about=bool(counted and not counted.exact),
            looks=[each.key for each in looks.open],
        ),
        people=people,
        typed=people >= lifecycle.TYPED_FROM,
        refused=refused,
        may=_rights(request, people, stops),
    )


def _of(found: list[Problem], severity: str) -> list[Problem]:
    return [each for each in found if each.severity == severity]


def _devices(counted: Funnel | None) -> list[tuple[str, int]]:
    """Devices that will be sent to, by platform in words."""
    if counted is None:
        return []
    words = dict(Platform.choices)
    reached = counted.by_platform.items()
    return [(str(words.get(each, each)), number) for each, number in sorted(reached)]


def _lasts(measured: float | None, counted: Funnel | None) -> str:
    """How long it takes at the pace of the last run; "" where that is not known."""
    if measured is None or counted is None:
        return ""
    seconds = pace.lasts(counted.reached_devices, per_second=measured).total_seconds()
    minutes = ceil(seconds / 60)
    if minutes <= 1:
        return _("At the pace of the last run it takes less than a minute.")
    sentence = ngettext(
        "At the pace of the last run it takes about %(minutes)d minute.",
        "At the pace of the last run it takes about %(minutes)d minutes.",
        minutes,
    )
    return sentence % {"minutes": minutes}


def _speed(campaign: Campaign, counted: Funnel | None) -> speed.Choice:
    return speed.Choice(
        per_minute=campaign.per_minute,
        devices=counted.reached_devices if counted else 0,
        ttl=campaign.ttl,
    )


def _tests(campaign: Campaign) -> list[TestSend]:
    """What was seen on phones since the last change, one for each phone."""
    sent = TestSend.objects.filter(
        campaign=campaign, verdict=Verdict.ACCEPTED, asked_at__gte=campaign.updated_at
    )
    newest = sent.select_related("installation").order_by("installation", "-asked_at")
    return list(newest.distinct("installation")[:TESTS])


def _rights(request: HttpRequest, people: int, stops: list[Any]) -> dict[str, bool]:
    user = request.user
    launch = user.has_perm("campaigns.launch_campaign")
    large = people > lifecycle.LARGE
    too_large = large and not user.has_perm("campaigns.launch_large_campaign")
    return {
        "launch": launch,
        "too_large": launch and too_large,
        "press": launch and not too_large and not stops,
        "people": user.has_perm("devices.view_person"),
        "accept": launch or user.has_perm("campaigns.change_campaign"),
    }


def launch(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Launch or schedule what was seen; a refusal is said where it was asked."""
    key = _key(request.POST.get("launch_key", ""))
    seen = unseal(request.POST.get("counted", ""), campaign)
    if key is None or seen is None:
        sentence = _("The count is older than ten minutes: look again, then launch.")
        return _again(request, campaign, uuid.uuid4(), sentence)
    try:
        return _go(request, campaign, seen, key)
    except lifecycle.AlreadyLaunched as launched:
        messages.info(request, str(launched))
        return redirect("admin:campaigns_run_live", launched.run.pk)
    except lifecycle.Refused as refused:
        return _again(request, compose.find(campaign.pk), key, str(refused))


def _again(
    request: HttpRequest, campaign: Campaign, key: uuid.UUID, sentence: str
) -> HttpResponse:
    if campaign.state != CampaignState.DRAFT:
        messages.error(request, sentence)
        return redirect("admin:campaigns_campaign_change", campaign.pk)
    return show(request, campaign, launch_key=str(key), refused=sentence)


def _go(
    request: HttpRequest, campaign: Campaign, seen: Seen, key: uuid.UUID
) -> HttpResponse:
    asked: dict[str, Any] = {
        "user": compose.user_of(request),
        "version": seen.version,
        "counted_people": seen.people,
        "confirmed_people": _typed(request.POST.get("typed", "")),
        "at": clock.now(),
        "speed": speed.chosen(request.POST),
    }
    measured = pace.last_measured(campaign.application_id)
    found = checks.problems(campaign, at=asked["at"], pace=measured)
    stops = _of(found, "stop")
    if stops:
        return _again(request, campaign, key, str(stops[0].sentence))
    with transaction.atomic():
        there = _start(request, campaign, seen, key, asked)
        accepted.seen(campaign, found, seen.looks, user=asked["user"], at=asked["at"])
    return there


def _start(
    request: HttpRequest,
    campaign: Campaign,
    seen: Seen,
    key: uuid.UUID,
    asked: dict[str, Any],
) -> HttpResponse:
    if campaign.schedule.get("kind") == Kind.NOW:
        run = lifecycle.launch_now(campaign, launch_key=key, about=seen.about, **asked)
        return redirect("admin:campaigns_run_live", run.pk)
    lifecycle.schedule(campaign, **asked)
    messages.success(request, _("Scheduled. Nothing leaves before its time."))
    return redirect("admin:campaigns_campaign_change", campaign.pk)


def _typed(text: str) -> int | None:
    """The number as people type it: with or without separators of thousands."""
    digits = "".join(each for each in text if each.isdecimal())
    return int(digits) if digits and len(digits) < 12 else None


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
