"""What new rules of a segment mean for the campaigns that are scheduled with it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.admin import asking
from campaigns.audience import estimate, rules, segments
from campaigns.audience.estimate import Count
from campaigns.audience.limits import TooSlow
from campaigns.audience.select import NoAudience
from campaigns.delivery import clock, lifecycle
from campaigns.models import Campaign, Segment
from campaigns.models.campaigns import AudienceKind
from campaigns.models.states import CampaignState
from campaigns.review import funnel
from devices.admin import pages

PATIENCE = (1.0, 0.5, 0.5)
"""Seconds of each count: whoever saves waits for two of them."""

APPLY, KEEP = "apply", "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """People before and after, in words, and whether the number is to be typed."""

    before: str
    after: str
    people: int
    is_typed: bool


def scheduled_with(segment: Segment | None) -> list[Campaign]:
    """The first ten scheduled campaigns that use it."""
    if segment is None:
        return []
    rows = Campaign.objects.filter(segment=segment, state=CampaignState.SCHEDULED)
    return list(rows[:10])


def undecided(
    request: HttpRequest, segment: Segment | None, wording: segments.Wording
) -> Impact | None:
    """What to decide before these rules are saved; None when there is nothing to.

    Raises rules.RuleError or segments.Refused for what could not be saved anyway.
    """
    if segment is None or not scheduled_with(segment):
        return None
    inside = (segment.pk,)
    kept = segments.checked(
        wording, application_id=segment.application_id, inside=inside
    )
    if kept["rule"] == segment.rule or _decided(request):
        return None
    before, after = (_count(segment, rule) for rule in (segment.rule, kept["rule"]))
    people = after.people if after else 0
    return Impact(
        before=_said(before),
        after=_said(after),
        people=people,
        is_typed=people >= lifecycle.TYPED_FROM,
    )


def _decided(request: HttpRequest) -> bool:
    decision = request.POST.get("decision", "")
    if decision != APPLY:
        return decision == KEEP
    wanted = request.POST.get("impact", "")
    typed = "".join(each for each in request.POST.get("typed", "") if each.isdecimal())
    is_large = asking.number_of(wanted) >= lifecycle.TYPED_FROM
    return not is_large or typed == wanted


def _count(segment: Segment, rule: Any) -> Count | None:
    audience = {"kind": AudienceKind.SEGMENT, "rule": rule}
    try:
        return estimate.count(
            segment.application_id, audience, at=clock.now(), patience=PATIENCE
        )
    except (TooSlow, NoAudience, rules.RuleError):
        return None


def _said(found: Count | None) -> str:
    if found is None:
        return _("not known: counting takes too long now")
    number = asking.shown(found.people, exact=found.exact)
    return ngettext("%(n)s person", "%(n)s people", found.people) % {"n": number}


def follow(request: HttpRequest, segment: Segment) -> None:
    """Do for the scheduled campaigns what was decided, and say it."""
    if request.POST.get("decision") != APPLY:
        return
    for campaign in scheduled_with(segment):
        _retarget(request, campaign)


def _retarget(request: HttpRequest, campaign: Campaign) -> None:
    at = clock.now()
    found = funnel.count(Campaign.objects.get(pk=campaign.pk), at=at)
    facts = {"name": campaign.name}
    if found is None:
        sentence = _("“%(name)s” keeps its rules: it cannot be counted now.")
        messages.error(request, sentence % facts)
        return
    reached = found.reached_people
    try:
        lifecycle.retarget(
            campaign, user=pages.staff(request), counted_people=reached, at=at
        )
    except lifecycle.Refused as refused:
        sentence = _("“%(name)s” keeps its rules: %(why)s")
        messages.error(request, sentence % {**facts, "why": refused})
        return
    sentence = ngettext(
        "“%(name)s” goes by the new rules: it reaches %(n)s person.",
        "“%(name)s” goes by the new rules: it reaches %(n)s people.",
        reached,
    )
    messages.success(request, sentence % {**facts, "n": intcomma(reached)})
