"""The test send that stands in for the token tables' bulk sends.

The library's own actions send at once to whatever is ticked. This one asks which
campaign, and takes one's own enrolled phones only.
"""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.admin import compose
from campaigns.delivery import clock, lifecycle, test_sends
from campaigns.models import Campaign
from campaigns.models.states import CampaignState
from devices.admin import pages
from devices.models import Installation

OFFERED = 50


def phones(request: HttpRequest, devices: QuerySet[Any]) -> list[Installation]:
    """The user's own enrolled phones among chosen token rows of one push service."""
    link = {"gcmdevice": "gcm", "apnsdevice": "apns", "webpushdevice": "webpush"}
    name = link.get(devices.model._meta.model_name or "", "wns")
    own = Installation.objects.filter(
        is_test=True, tester=compose.user_of(request), retired_at=None
    )
    chosen = devices.values("pk")[: test_sends.MOST]
    return list(own.filter(**{f"{name}__in": chosen}).select_related("application"))


def ask(request: HttpRequest, devices: QuerySet[Any]) -> HttpResponse | None:
    """Which campaign to test; once that is answered, send. None: back to the list."""
    own = phones(request, devices)
    if not own:
        sentence = _(
            "None of these is a test phone of yours. Enrol it under Settings, Test "
            "phones, first."
        )
        messages.error(request, sentence)
        return None
    campaigns = Campaign.objects.exclude(state=CampaignState.ARCHIVED).filter(
        application__in={each.application_id for each in own}
    )
    wanted = request.POST.get("campaign", "")
    campaign = campaigns.filter(pk=wanted).first() if wanted.isdecimal() else None
    if campaign is not None:
        return send(request, campaign, own)
    return pages.draw(
        request,
        "admin/campaigns/token_test.html",
        title=_("Send a test"),
        phones=own,
        campaigns=campaigns[:OFFERED],
        ticked=request.POST.getlist("_selected_action"),
    )


def send(
    request: HttpRequest, campaign: Campaign, own: list[Installation]
) -> HttpResponse:
    """Send to those that belong to the campaign's application."""
    chosen = [each for each in own if each.application_id == campaign.application_id]
    try:
        test_sends.send(
            campaign,
            chosen,
            user=compose.user_of(request),
            as_person=None,
            at=clock.now(),
        )
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
    else:
        sentence = ngettext(
            "The test is on its way to %(n)s phone.",
            "The test is on its way to %(n)s phones.",
            len(chosen),
        )
        messages.success(request, sentence % {"n": len(chosen)})
    return redirect("admin:campaigns_campaign_test", campaign.pk)
