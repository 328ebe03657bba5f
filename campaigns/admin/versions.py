"""What a draft said before: who saved what and when, and how to take it back."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.admin import compose, differing
from campaigns.admin.asking import number_of
from campaigns.delivery import clock, lifecycle
from campaigns.models import Campaign, SavedDraft
from campaigns.models.states import CampaignState
from devices.admin import pages

EDIT = "campaigns.change_campaign"


@dataclass(frozen=True, slots=True)
class Line:
    """A saved version and the names of what it changed in the one before it."""

    saved: SavedDraft
    changed: list[str]


def page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Every version that was saved, newest first; the one asked for beside today's."""
    campaign = compose.find(campaign_id)
    rows = list(campaign.saved_drafts.select_related("author"))
    chosen = next(
        (each for each in rows if str(each.pk) == request.GET.get("version")), None
    )
    is_draft = campaign.state == CampaignState.DRAFT
    return pages.draw(
        request,
        "admin/campaigns/versions.html",
        title=_("Saved versions"),
        campaign=campaign,
        lines=lines(rows),
        chosen=chosen,
        differences=compared(chosen, campaign) if chosen else [],
        may_restore=is_draft and request.user.has_perm(EDIT),
    )


def lines(rows: list[SavedDraft]) -> list[Line]:
    """The versions with what each changed; ``rows`` newest first."""
    older = [*rows[1:], None][: len(rows)]
    pairs = zip(rows, older, strict=True)
    return [Line(each, _changed(each, before)) for each, before in pairs]


def _changed(saved: SavedDraft, before: SavedDraft | None) -> list[str]:
    if before is None:
        return []
    return [
        differing.label(name)
        for name in saved.names
        if saved.fields[name] != before.fields.get(name)
    ]


def compared(saved: SavedDraft, campaign: Campaign) -> list[differing.Difference]:
    """What differs between a saved version and the draft as it is."""
    then = saved.as_campaign()
    said = {name: getattr(then, name) for name in saved.names}
    return differing.between(said, campaign)


@require_POST
def restore(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Take up a saved version; what the draft says now stays among the versions."""
    campaign = compose.find(campaign_id)
    asked = number_of(request.POST.get("saved", ""))
    saved = get_object_or_404(campaign.saved_drafts, pk=asked)
    try:
        gone = lifecycle.restore(
            campaign,
            saved,
            user=compose.user_of(request),
            version=number_of(request.POST.get("version", "")),
            at=clock.now(),
        )
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
        return redirect("admin:campaigns_campaign_versions", campaign.pk)
    messages.success(
        request, _("The earlier version is back. Today’s stays among the versions.")
    )
    if gone:
        messages.warning(request, _left(gone))
    return redirect("admin:campaigns_campaign_change", campaign.pk)


def _left(gone: list[str]) -> str:
    sentence = ngettext(
        "What it used for “%(fields)s” was deleted since: this field stays as it is.",
        "What it used for “%(fields)s” was deleted since: these fields stay as they "
        "are.",
        len(gone),
    )
    facts: dict[str, Any] = {"fields": ", ".join(map(differing.label, gone))}
    return sentence % facts
