"""Test sends: to one's own phones and to test groups, and what came of each."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.admin import (
    compose,
    looks,
    person_search,
    personas,
    preview,
    translating,
)
from campaigns.delivery import clock, lifecycle, test_sends
from campaigns.models import Campaign, TestSend, variants
from devices import registration
from devices.admin import pages
from devices.models import Application, Installation, TestGroup

SHOWN = 50
PHONES = "admin:devices_installation_changelist"


def phones_of(request: HttpRequest, campaign: Campaign) -> QuerySet[Installation]:
    """The user's own enrolled devices of the campaign's application."""
    return Installation.objects.filter(
        application=campaign.application,
        is_test=True,
        tester=compose.user_of(request),
        retired_at=None,
    ).order_by("-last_seen_at")


def groups_of(application: Application) -> list[TestGroup]:
    """The test groups of an application that reach any device."""
    groups = TestGroup.objects.filter(application=application)
    return [each for each in registration.with_reach(groups) if each.reached]


def chosen_by(request: HttpRequest, campaign: Campaign) -> list[Installation]:
    """The ticked devices and those of ticked groups, as far as they are in reach."""
    ticked = {
        name: [each for each in request.POST.getlist(name) if each.isdecimal()]
        for name in ("phone", "group")
    }
    groups = TestGroup.objects.filter(pk__in=ticked["group"])
    grouped = {each.pk for group in groups for each in registration.of_group(group)}
    reached = registration.within_reach(
        campaign.application_id, compose.user_of(request)
    )
    return list(reached.filter(pk__in=[*ticked["phone"], *grouped]))


def answers(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """This user's newest tests of the campaign, and whether any is under way."""
    mine = TestSend.objects.filter(
        campaign=campaign, asked_by=compose.user_of(request)
    ).select_related("installation__tester")
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
        groups=groups_of(campaign.application),
        simulated=bool(settings.SIMULATOR),
        pair_url=f"{reverse(PHONES)}?{urlencode({'back': request.path})}",
        **seen,
        missing=translating.named(seen["shown"]["errors"]),
        **answers(request, campaign),
    )


def locales_of(request: HttpRequest, campaign: Campaign, spoken: str) -> list[str]:
    """The language that was chosen, or each one that the message has."""
    if request.POST.get("languages") != "each":
        return [spoken]
    return looks.languages_of(campaign)


def ask(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Send to the chosen phones, none of which can be a customer's."""
    chosen = chosen_by(request, campaign)
    sees_people = request.user.has_perm(personas.RIGHT)
    look = looks.read(request.POST, sees_people=sees_people)
    real = person_search.chosen(campaign.application, look.person)
    person = personas.customised(campaign.application, real, look.values)
    if look.person.startswith("=") and real is None:
        messages.error(request, _("Nobody was found by these words."))
        return redirect("admin:campaigns_campaign_test", campaign.pk)
    # The language of the preview beside it, whatever each phone speaks.
    spoken = look.locale or personas.language_of(person) or campaign.locale
    return _sent(
        request,
        variants.view(campaign, look.variant),
        chosen,
        as_person=person or personas.unknown(campaign.application),
        locales=locales_of(request, campaign, spoken),
        variant=look.variant if look.variant in variants.keys(campaign) else "",
    )


def _sent(
    request: HttpRequest,
    campaign: Campaign,
    chosen: list[Installation],
    **how: Any,
) -> HttpResponse:
    """Back to the page, which says that the test is on its way, or why it is not."""
    user, at = compose.user_of(request), clock.now()
    try:
        test_sends.send(campaign, chosen, user=user, at=at, **how)
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
