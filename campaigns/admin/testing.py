"""Test sends: to one's own enrolled phones, and what came of each, in words."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.admin import compose, looks, personas, preview, translating
from campaigns.delivery import clock, lifecycle, test_sends
from campaigns.models import Campaign, TestSend
from devices.admin import pages
from devices.models import Installation

SHOWN = 20


def phones_of(request: HttpRequest, campaign: Campaign) -> QuerySet[Installation]:
    """The user's own enrolled devices of the campaign's application."""
    return Installation.objects.filter(
        application=campaign.application,
        is_test=True,
        tester=compose.user_of(request),
        retired_at=None,
    ).order_by("-last_seen_at")


def answers(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """This user's newest tests of the campaign, and whether any is under way."""
    mine = TestSend.objects.filter(
        campaign=campaign, asked_by=compose.user_of(request)
    ).select_related("installation")
    sends = list(mine[:SHOWN])
    return {"sends": sends, "waiting": any(each.answered_at is None for each in sends)}


def page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Choose phones and a person's data; the answers come in below."""
    campaign = compose.find(campaign_id)
    if request.method == "POST":
        return ask(request, campaign)
    if request.GET.get("part") == "answers":
        context = answers(request, campaign)
        return render(request, "admin/campaigns/test_answers.html", context)
    seen = preview.panel(campaign, request.GET, user=pages.staff(request))
    return pages.draw(
        request,
        "admin/campaigns/test.html",
        title=_("Send a test"),
        mine=list(phones_of(request, campaign)),
        **seen,
        missing=translating.named(seen["shown"]["errors"]),
        **answers(request, campaign),
    )


def ask(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Send to the chosen phones, none of which can be anybody else's."""
    wanted = [each for each in request.POST.getlist("phone") if each.isdecimal()]
    chosen = list(phones_of(request, campaign).filter(pk__in=wanted))
    sees_people = request.user.has_perm(personas.RIGHT)
    look = looks.read(request.POST, sees_people=sees_people)
    person = personas.chosen(campaign.application, look.person)
    if look.person.startswith("=") and person is None:
        messages.error(request, _("Nobody here has this external id."))
        return redirect("admin:campaigns_campaign_test", campaign.pk)
    if not chosen:
        messages.error(request, _("Choose at least one phone."))
        return redirect("admin:campaigns_campaign_test", campaign.pk)
    try:
        test_sends.send(
            campaign,
            chosen,
            user=compose.user_of(request),
            as_person=person or personas.unknown(campaign.application),
            # The language of the preview beside it, whatever each phone speaks.
            locale=look.locale or personas.language_of(person) or campaign.locale,
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
