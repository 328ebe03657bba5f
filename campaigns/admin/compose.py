"""The compose page: one draft, saved as it is written, seen as it will be seen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from campaigns.admin import (
    attributes,
    conditions,
    differing,
    draft_form,
    languages,
    option_page,
    preview,
    reach,
    status,
    steps,
    tags,
    translating,
    variant_form,
    variant_page,
    when,
)
from campaigns.cases import lints
from campaigns.content import emoji
from campaigns.delivery import clock, lifecycle
from campaigns.media import library
from campaigns.models import Campaign, ContentBlock, Segment, variants
from campaigns.models.campaigns import DeviceReach, Purpose
from campaigns.models.states import CampaignState
from campaigns.schedule.rule import Weekday
from devices.admin import pages
from devices.models import Application, Topic

EDIT = "campaigns.change_campaign"
TEMPLATE = "admin/campaigns/compose.html"


def find(campaign_id: int | str) -> Campaign:
    """The campaign with what its pages name, or 404."""
    rows = Campaign.objects.select_related(
        "application", "segment", "topic", "owner", "asset", "icon", "replaces"
    )
    return get_object_or_404(rows, pk=campaign_id)


def page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """A draft to write in, or what a campaign says once it is no draft any more."""
    campaign = find(campaign_id)
    if request.method == "POST":
        return save(request, campaign)
    if campaign.state != CampaignState.DRAFT or not request.user.has_perm(EDIT):
        return read_only(request, campaign)
    return write(request, campaign)


def write(
    request: HttpRequest, campaign: Campaign, *, variant: str = "", **more: Any
) -> HttpResponse:
    """The form, filled from ``campaign``: as it is saved, or as it was posted.

    It writes one variant: the one that is asked for, A without.
    """
    open_ = variant or variant_form.opened(_asked(request), campaign)
    draft = variants.view(campaign, open_)
    application = draft.application
    seen = preview.panel(draft, request.POST, user=user_of(request))
    told = when.tell(draft.schedule, at=timezone.now())
    errors: dict[str, str] = more.get("errors", {})
    context = {
        **seen,
        **languages.context(draft, errors),
        **option_page.context(draft, seen["shown"]["errors"] | errors),
        "missing": variant_page.named(translating.named(errors), campaign, open_),
        "split": variant_page.context(campaign, open_),
        "version": draft.version,
        "was": request.POST.get("was") or differing.marks(campaign),
        "status": status.of_campaign(draft, None),
        "applications": Application.objects.all(),
        "topics": Topic.objects.filter(application=application, archived_at=None),
        "reaches": DeviceReach.choices,
        "segments": Segment.objects.filter(application=application, archived_at=None),
        "assets": library.choices(application.pk),
        "lifetimes": draft_form.lifetimes(draft.ttl),
        "when": when.show(draft.schedule),
        "told": told,
        "steps": steps.of(draft, seen["shown"], told),
        "zones": sorted(available_timezones()),
        "own_zone": timezone.get_current_timezone_name(),
        "weekdays": [(day.value, WEEKDAYS[day.number]) for day in Weekday],
        "months": MONTHS.items(),
        **attributes.context(application, user=user_of(request)),
        "left_out_sentence": conditions.sentence(draft.leave_out),
        "blocks": ContentBlock.objects.filter(application=application),
        "is_transactional": draft.purpose == Purpose.TRANSACTIONAL,
        "tags": tags.in_use(),
        "emoji": emoji.offered(request.LANGUAGE_CODE),
        "case": lints.of(draft),
        "doubts": [sentence for _field, sentence in lints.doubts(draft)],
        "errors": {},
        **more,
    }
    return pages.draw(request, TEMPLATE, title=draft.name, **context)


def _asked(request: HttpRequest) -> Mapping[str, str]:
    """What was posted, or stands in the address."""
    return request.POST if "variant" in request.POST else request.GET


def read_only(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """What was frozen, when it runs, and every run so far (the newest 20)."""
    runs = list(campaign.runs.order_by("-due_at", "-id")[:20])
    return pages.draw(
        request,
        "admin/campaigns/campaign.html",
        title=campaign.name,
        **preview.panel(campaign, request.GET, user=user_of(request)),
        status=status.of_campaign(campaign, runs[0] if runs else None),
        runs=[(run, status.of_run(run), status.page_of(run)) for run in runs],
        translated=languages.tabs_of(campaign, {})[1:],
        sentence=when.words(campaign.schedule),
        lifetime=draft_form.lifetime(campaign.ttl),
        may=rights(request, campaign),
        rewriting=Campaign.objects.filter(replaces=campaign, state="draft").first(),
    )


def rights(request: HttpRequest, campaign: Campaign) -> dict[str, bool]:
    """Which buttons to offer; the functions behind them decide."""
    user, state = request.user, campaign.state
    may_edit = user.has_perm(EDIT)
    movable = user.has_perm("campaigns.launch_campaign") or user.has_perm(
        "campaigns.stop_run"
    )
    return {
        "unschedule": state == CampaignState.SCHEDULED and movable,
        "duplicate": user.has_perm("campaigns.add_campaign"),
        "rewrite": user.has_perm("campaigns.add_campaign")
        and state == CampaignState.SCHEDULED,
        "archive": may_edit and state in (CampaignState.DRAFT, CampaignState.FINISHED),
        "review": state == CampaignState.DRAFT
        and user.has_perm("campaigns.launch_campaign"),
    }


def save(request: HttpRequest, draft: Campaign) -> HttpResponse:
    """Write what was posted; what the button asked for comes next.

    A script asks for JSON and gets the new version; a page that was open elsewhere
    gets both texts to choose from, and nothing of what was typed is lost.
    """
    wants_json = request.headers.get("accept") == "application/json"
    if variant_form.is_gone(request.POST, draft):
        sentence = _("Nothing was saved: somebody removed this variant meanwhile.")
        return _refused(request, draft, sentence, as_json=wants_json)
    said = draft_form.changes(request.POST, variant_form.view(request.POST, draft))
    posted = variant_form.whole(request.POST, draft, said)
    try:
        version = _write(draft, differing.settled(posted, draft, request.POST), request)
    except lifecycle.Changed as changed:
        return _conflict(request, draft, posted, str(changed), as_json=wants_json)
    except lifecycle.Refused as refused:
        return _refused(request, draft, str(refused), as_json=wants_json)
    if wants_json:
        was = differing.marks(find(draft.pk))
        return JsonResponse({"version": version, "was": was, "saved": _saved_at()})
    return _next(
        request, find(draft.pk), variant=variant_form.follows(request.POST, draft)
    )


def _refused(
    request: HttpRequest, draft: Campaign, sentence: str, *, as_json: bool
) -> HttpResponse:
    if as_json:
        return JsonResponse({"refused": sentence}, status=409)
    messages.error(request, sentence)
    return redirect("admin:campaigns_campaign_change", draft.pk)


def _write(draft: Campaign, posted: dict[str, Any], request: HttpRequest) -> int:
    asked = request.POST.get("overwrite") or request.POST.get("version", "")
    return lifecycle.save_draft(
        draft,
        posted,
        user=user_of(request),
        version=int(asked) if asked.isdecimal() else 0,
        at=clock.now(),
    )


def _next(request: HttpRequest, draft: Campaign, *, variant: str) -> HttpResponse:
    wanted = request.POST.get("do", "save")
    asked = wanted.partition(":")[0]
    if asked in ("language", "remove", "fits"):
        return _in_languages(request, draft, variant=variant)
    if asked in ("variant", "variants"):
        return redirect(variant_page.there(draft, variant, part="variants"))
    if wanted == "test":
        address = reverse("admin:campaigns_campaign_test", args=[draft.pk])
        asks = "" if variant == variants.FIRST else f"?preview_variant={variant}"
        return redirect(address + asks)
    if wanted != "review":
        messages.success(request, _("Saved."))
        return redirect(variant_page.there(draft, variant))
    for key, each in variants.views(draft):
        if errors := problems(each, at=timezone.now()):
            return write(request, draft, variant=key, errors=errors)
    if wrong := variants.problem(draft):
        return write(request, draft, variant=variant, errors={"variants": wrong})
    return redirect("admin:campaigns_campaign_review", draft.pk)


def _in_languages(
    request: HttpRequest, draft: Campaign, *, variant: str
) -> HttpResponse:
    """Back to the page, where the language that was asked for is open."""
    refused = translating.refusal(request.POST, draft)
    if refused:
        messages.error(request, refused)
    return redirect(variant_page.there(draft, variant, part="languages"))


def problems(draft: Campaign, *, at: datetime) -> dict[str, str]:
    """What must be mended before a review, by form field, the text's errors too."""
    found = preview.show(draft, None)["errors"]
    return found | draft_form.problems(draft, at=at)


def _conflict(
    request: HttpRequest,
    draft: Campaign,
    posted: dict[str, Any],
    sentence: str,
    *,
    as_json: bool,
) -> HttpResponse:
    theirs = find(draft.pk)
    context = {
        "sentence": sentence,
        "version": theirs.version,
        "at": theirs.updated_at,
        "differences": differing.of_conflict(
            posted, theirs, was=request.POST.get("was", "")
        ),
    }
    if as_json:
        html = render_to_string("admin/campaigns/conflict.html", context, request)
        return JsonResponse({"conflict": html}, status=409)
    for name, value in posted.items():
        setattr(draft, name, value)
    return write(request, draft, conflict=context)


def _saved_at() -> str:
    time = date_format(timezone.localtime(), "TIME_FORMAT")
    return _("Saved at %(time)s") % {"time": time}


def user_of(request: HttpRequest) -> User:
    """The member of staff who asks; every page here needs one."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@require_POST
def live(request: HttpRequest, campaign_id: int) -> JsonResponse:
    """Preview, errors, sizes and schedule of what is typed, without saving it."""
    campaign = find(campaign_id)
    draft = variant_form.typed(request.POST, campaign)
    told = when.tell(draft.schedule, at=timezone.now())
    seen = preview.panel(draft, request.POST, user=user_of(request))
    return JsonResponse(
        {
            **preview.told(seen["shown"]),
            **preview.drawn(seen, request),
            "languages": languages.told(draft, seen["shown"]["errors"]),
            "left_out": conditions.sentence(draft.leave_out),
            "steps": steps.said(steps.of(draft, seen["shown"], told)),
            "when": told,
            **variant_page.told(campaign, request.POST),
        }
    )


@require_GET
def look(request: HttpRequest, campaign_id: int) -> JsonResponse:
    """The preview of a campaign as it is saved, for pages that only show it."""
    seen = preview.panel(find(campaign_id), request.GET, user=user_of(request))
    return JsonResponse(preview.drawn(seen, request))


@require_POST
def in_languages(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The languages of what is typed, after one was added or fits: nothing is saved."""
    draft = variant_form.typed(request.POST, find(campaign_id))
    refused = translating.refusal(request.POST, draft)
    context = {
        "campaign": draft,
        "refused": refused,
        "assets": library.choices(draft.application_id),
        **languages.context(draft, {}),
    }
    return render(request, "admin/campaigns/compose_languages.html", context)


@require_POST
def count(request: HttpRequest, campaign_id: int) -> JsonResponse:
    """How many people and devices match what is chosen, without saving it."""
    draft = find(campaign_id)
    variant_form.typed(request.POST, draft)
    now = timezone.now()
    counted, sentence = reach.counted(draft, at=now)
    readers = languages.reach(draft, counted, at=now) if counted else {}
    return JsonResponse({"sentence": sentence, "languages": readers})
