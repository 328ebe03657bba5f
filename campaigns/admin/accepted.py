"""Ambers of a review that somebody takes upon them, one by one or by launching."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.admin import compose
from campaigns.delivery import clock, lifecycle
from campaigns.models import Campaign
from campaigns.review import accepting, checks
from campaigns.review.problem import Problem


def seen(
    campaign: Campaign,
    found: Sequence[Problem],
    keys: Collection[str],
    *,
    user: User,
    at: datetime,
) -> None:
    """Whoever launches accepts what the page asked them to look at, and no more."""
    looks = [each for each in found if each.severity == "look"]
    waiting = accepting.sort(campaign, looks).open
    mine = [each for each in waiting if each.key in keys]
    rows = accepting.rows(campaign, mine)
    lifecycle.accept_checks(campaign, rows, user=user, at=at)


@require_POST
def one(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Accept one amber by name, or have it ask again."""
    campaign = compose.find(campaign_id)
    user, key = compose.user_of(request), request.POST.get("key", "")
    try:
        if request.POST.get("do") == "again":
            lifecycle.ask_again(campaign, key, user=user)
        else:
            found = checks.problems(campaign, at=clock.now())
            looks = [each for each in found if each.severity == "look"]
            mine = [each for each in looks if each.key == key]
            rows = accepting.rows(campaign, mine[:1])
            lifecycle.accept_checks(campaign, rows, user=user, at=clock.now())
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
    there = reverse("admin:campaigns_campaign_review", args=[campaign.pk])
    return redirect(f"{there}#checks")
