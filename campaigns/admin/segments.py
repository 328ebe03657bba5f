"""Segments: their list, and the page on which one is built."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from unfold.admin import ModelAdmin

from campaigns.admin import (
    asking,
    catalogue,
    measuring,
    people_lists,
    segment_impact,
    segment_sizes,
)
from campaigns.admin import segment_actions as actions
from campaigns.admin.segment_actions import act
from campaigns.audience import rules, segments, sentences
from campaigns.audience.known import known
from campaigns.audience.recipes import RECIPES
from campaigns.delivery import bell, clock
from campaigns.models import Campaign, PersonList, Segment
from campaigns.models.states import CampaignState
from devices.admin import pages
from devices.models import Application

LIST = "admin:campaigns_segment_changelist"
SHOWN = 100


@dataclass(kw_only=True)
class Draft:
    """What the builder shows: a saved segment, a recipe, or what was not saved."""

    segment: Segment | None
    application: Application
    name: str = ""
    description: str = ""
    rule: Any = None
    errors: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    from_version: int = 0
    impact: segment_impact.Impact | None = None


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The list, by name; ``q`` looks for a part of the name."""
    wanted = request.GET.get("q", "").strip()[:120]
    rows = Segment.objects.filter(archived_at=None).select_related("application")
    if wanted:
        rows = rows.filter(name__icontains=wanted)
    found = list(rows[: SHOWN + 1])
    used = used_by_scheduled(found)
    return pages.draw(
        request,
        "admin/campaigns/segment/list.html",
        title=_("Segments"),
        rows=[(each, used.get(each.pk, 0)) for each in found[:SHOWN]],
        more=len(found) > SHOWN,
        wanted=wanted,
        recipes=RECIPES.values(),
        may_add=request.user.has_perm("campaigns.add_segment"),
        may_change=request.user.has_perm("campaigns.change_segment"),
    )


def used_by_scheduled(found: list[Segment]) -> dict[int, int]:
    """How many scheduled campaigns use each of these segments."""
    counted: dict[int, int] = {}
    rows = Campaign.objects.filter(
        segment__in=found, state=CampaignState.SCHEDULED
    ).values_list("segment_id", flat=True)
    for segment in rows:
        counted[segment] = counted.get(segment, 0) + 1
    return counted


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    application = chosen_application(request)
    if application is None:
        return pages.draw(
            request,
            "admin/campaigns/segment/no_application.html",
            title=_("New segment"),
        )
    draft = begun(request, application)
    if request.method == "POST":
        return saved(request, draft) or build(request, draft)
    return build(request, draft)


def begun(request: HttpRequest, application: Application) -> Draft:
    """Empty, or with what a recipe or another segment (``?like=``) gives."""
    draft = Draft(segment=None, application=application)
    if recipe := RECIPES.get(request.GET.get("recipe", "")):
        draft.name, draft.rule = str(recipe.name), recipe.rule
        draft.description = str(recipe.purpose)
    if number := asking.number_of(request.GET.get("list", "")):
        found = get_object_or_404(PersonList, pk=number, archived_at=None)
        draft.application, draft.name = found.application, found.name
        on_it = {"field": "list", "name": str(number), "operator": "is_on"}
        draft.rule = {"version": 1, "match": "all", "rules": [on_it]}
    if model := asking.number_of(request.GET.get("like", "")):
        like = get_object_or_404(Segment, pk=model)
        draft.application = like.application
        draft.name = _("Copy of %(name)s") % {"name": like.name}
        draft.description, draft.rule = like.description, like.rule
    return draft


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, segment_id: int) -> HttpResponse:
    rows = Segment.objects.select_related("application")
    segment = get_object_or_404(rows, pk=segment_id)
    draft = Draft(
        segment=segment,
        application=segment.application,
        name=segment.name,
        description=segment.description,
        rule=segment.rule,
    )
    if request.method == "POST":
        return saved(request, draft) or build(request, draft)
    restored(request, draft)
    return build(request, draft)


def restored(request: HttpRequest, draft: Draft) -> None:
    """Put the rule of an earlier version (``?version=``) on the page, not saved yet."""
    wanted = asking.number_of(request.GET.get("version", ""))
    if draft.segment is None or not wanted:
        return
    for version in segments.versions(draft.segment):
        if version.number == wanted:
            draft.rule, draft.from_version = version.rule, version.number


def chosen_application(request: HttpRequest) -> Application | None:
    """The application that the page names, else the first; None when there is none."""
    named = request.POST.get("application") or request.GET.get("application", "")
    if wanted := asking.number_of(named):
        return get_object_or_404(Application, pk=wanted)
    return Application.objects.first()


def saved(request: HttpRequest, draft: Draft) -> HttpResponse | None:
    """Save what was posted; None after putting on the draft why it was not saved."""
    draft.name = request.POST.get("name", "")
    draft.description = request.POST.get("description", "")
    draft.rule = asking.json_or_none(request.POST.get("rule", ""))
    wording = segments.Wording(
        name=draft.name, description=draft.description, rule=draft.rule
    )
    try:
        draft.impact = segment_impact.undecided(request, draft.segment, wording)
        if draft.impact is not None:
            return None
        segment = write(request, draft, wording)
    except rules.RuleError as wrong:
        draft.problems = wrong.problems
        draft.errors = list(wrong.problems.values())
    except segments.Refused as refused:
        draft.errors = [str(refused)]
    else:
        bell.ring(bell.COUNT_SEGMENT, segment.pk)
        messages.success(request, _("Saved. It is being counted."))
        segment_impact.follow(request, segment)
        return redirect(LIST)
    return None


def write(request: HttpRequest, draft: Draft, wording: segments.Wording) -> Segment:
    if draft.segment is None:
        return segments.create(
            wording,
            application_id=draft.application.pk,
            user=pages.staff(request),
            at=clock.now(),
        )
    segments.change(
        draft.segment,
        wording,
        version=asking.number_of(request.POST.get("version", "")),
        user=pages.staff(request),
    )
    return draft.segment


def build(request: HttpRequest, draft: Draft) -> HttpResponse:
    segment = draft.segment
    right = "campaigns.change_segment" if segment else "campaigns.add_segment"
    sees_people = request.user.has_perm("devices.view_person")
    return pages.draw(
        request,
        "admin/campaigns/segment/form.html",
        title=segment.name if segment else _("New segment"),
        segment=segment or Segment(),
        application=draft.application,
        applications=[] if segment else list(Application.objects.all()[:50]),
        name=draft.name,
        description=draft.description,
        rule=draft.rule,
        errors=draft.errors,
        problems=draft.problems,
        used_by=segment_impact.scheduled_with(segment),
        impact=draft.impact,
        chart=segment_sizes.chart(segment) if segment else None,
        may_add_campaign=request.user.has_perm("campaigns.add_campaign"),
        catalogue=catalogue.fields(),
        words=catalogue.words(),
        places=catalogue.PLACES.items(),
        known=known(
            draft.application.pk,
            besides=segment.pk if segment else None,
            sees_people=sees_people,
        ),
        versions=history(segment) if segment else [],
        from_version=draft.from_version,
        tested=request.GET.get("person", "")[:128],
        may_change=request.user.has_perm(right),
        may_add=request.user.has_perm("campaigns.add_segment"),
        may_see_people=sees_people,
    )


def history(segment: Segment) -> list[tuple[segments.Version, str]]:
    """What was saved before, newest first, each rule in words."""
    return [(each, in_words(each.rule)) for each in segments.versions(segment)]


def in_words(rule: Any) -> str:
    """A rule as a sentence; what is wrong with it when it cannot be used now."""
    try:
        return sentences.sentence(rules.parse(rule))
    except rules.RuleError as wrong:
        return str(wrong)


@admin.register(Segment)
class SegmentAdmin(ModelAdmin):
    """The list and the builder stand where the admin's own pages would."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = ("campaigns.view_segment",)
        see_people = (*view, "devices.view_person")
        change_it = (*view, "campaigns.change_segment")
        may_write = (*view, "campaigns.add_campaign", "campaigns.change_campaign")
        keep = act(actions.keep, there=actions.LISTS)
        rows: pages.Rows = [
            ("", overview, "changelist", view),
            ("add/", add, "add", (*view, "campaigns.add_segment")),
            ("check/", asking.check, "check", view),
            ("schema/", asking.schema, "schema", view),
            ("count/", asking.count, "count", view),
            ("parts/", measuring.split, "parts", view),
            ("reach/", measuring.reach, "reach", view),
            ("examples/", measuring.people, "examples", see_people),
            ("test/", asking.test, "test", see_people),
            ("<int:segment_id>/change/", change, "change", view),
            ("<int:segment_id>/again/", act(actions.count_again), "again", change_it),
            ("<int:segment_id>/archive/", act(actions.archive), "archive", change_it),
            ("<int:segment_id>/keep/", keep, "keep", (*view, "campaigns.add_segment")),
            ("<int:segment_id>/follow/", actions.follow_up, "follow", may_write),
        ]
        return [
            *pages.addresses("campaigns_segment", rows),
            *pages.addresses("campaigns_list", people_lists.ROWS),
        ]
