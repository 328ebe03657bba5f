"""Campaigns in the admin: the list, and the addresses of a campaign's pages."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from campaigns.admin import (
    accepted,
    cases,
    compose,
    conditions,
    destination_page,
    dry_runs,
    here,
    listing,
    matrix,
    measured,
    person_search,
    personas,
    review,
    sampled,
    starting,
    switch,
    tags,
    templates,
    testing,
    versions,
)
from campaigns.delivery import clock, lifecycle
from campaigns.models import Campaign
from devices.admin import pages
from devices.models import Application

VIEW, EDIT, ADD = (f"campaigns.{verb}_campaign" for verb in ("view", "change", "add"))


@require_POST
def duplicate(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """A copy to write on, opened at once."""
    source = compose.find(campaign_id)
    try:
        copy = lifecycle.duplicate(
            source, user=compose.user_of(request), at=clock.now()
        )
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
        return redirect("admin:campaigns_campaign_changelist")
    messages.success(request, _("This is a copy. The original did not change."))
    return redirect("admin:campaigns_campaign_change", copy.pk)


@require_POST
def rewrite(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """A draft that takes the place of this campaign at its launch; the same again."""
    live = compose.find(campaign_id)
    try:
        draft = lifecycle.rewrite(live, user=compose.user_of(request), at=clock.now())
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
        return redirect("admin:campaigns_campaign_change", campaign_id)
    return redirect("admin:campaigns_campaign_change", draft.pk)


@require_POST
def archive(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Put away; its runs and results stay."""
    campaign = compose.find(campaign_id)
    try:
        lifecycle.archive(campaign, user=compose.user_of(request), at=clock.now())
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
    else:
        sentence = _("“%(name)s” is archived. Its results stay.")
        messages.success(request, sentence % {"name": campaign.name})
    return redirect("admin:campaigns_campaign_changelist")


@require_POST
def unschedule(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Back to a draft: nothing of it starts any more."""
    campaign = compose.find(campaign_id)
    try:
        lifecycle.unschedule(campaign, user=compose.user_of(request), at=clock.now())
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Back to a draft. Nothing of it will start."))
    return redirect("admin:campaigns_campaign_change", campaign_id)


def parsed(day: str) -> date | None:
    """The day to start on that the calendar's link names, None without one."""
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None


@admin.register(Campaign)
class CampaignAdmin(ModelAdmin):
    """Every page of a campaign is our own; only their addresses are the admin's."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        views = (
            ("live", compose.live, EDIT),
            ("here", here.tell, EDIT),
            ("preview", compose.look, VIEW),
            ("count", compose.count, EDIT),
            ("languages", compose.in_languages, EDIT),
            ("conditions", conditions.page, EDIT),
            ("texts", matrix.page, EDIT),
            ("texts_file", matrix.download, VIEW),
            ("destination", destination_page.chosen, EDIT),
            ("test", testing.page, "campaigns.send_test"),
            ("review", review.page, VIEW),
            ("accept", accepted.one, VIEW),
            ("lengths", measured.sizes, EDIT),
            ("visit", measured.visit, "campaigns.send_test"),
            ("check", dry_runs.page, VIEW),
            ("dry_run", dry_runs.begin, EDIT),
            ("dry_run_stop", dry_runs.stop, EDIT),
            ("versions", versions.page, VIEW),
            ("restore", versions.restore, EDIT),
            ("template", templates.keep, templates.ADD),
            ("duplicate", duplicate, VIEW),
            ("rewrite", rewrite, VIEW),
            ("archive", archive, VIEW),
            ("unschedule", unschedule, VIEW),
        )
        people = pages.address(
            "<int:campaign_id>/people/",
            sampled.page,
            name="campaigns_campaign_people",
            needs=(VIEW, "devices.view_person"),
        )
        find = pages.address(
            "<int:campaign_id>/find/",
            person_search.page,
            name="campaigns_campaign_find",
            needs=(VIEW, personas.RIGHT),
        )
        own = [
            pages.address(
                f"<int:campaign_id>/{name}/",
                view,
                name=f"campaigns_campaign_{name}",
                needs=(needs,),
            )
            for name, view, needs in views
        ]
        case = pages.address(
            "cases/<slug:key>/",
            cases.page,
            name="campaigns_campaign_case",
            needs=(ADD,),
        )
        stop = ("stop", switch.stop), ("allow", switch.allow)
        switches = [
            pages.address(
                f"sending/{name}/", view, name=f"campaigns_switch_{name}", needs=(VIEW,)
            )
            for name, view in stop
        ]
        return [*own, people, find, case, *switches, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Newest change first; see listing for how a page is found."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = request.GET.get("q", "").strip()[:100]
        before = request.GET.get("before", "")
        tab = listing.tab(request.GET.get("tab", ""))
        tag = request.GET.get("tag", "")[:100]
        return pages.draw(
            request,
            "admin/campaigns/list.html",
            title=_("Campaigns"),
            tabs=listing.TABS,
            tab=tab,
            words=words,
            before=before,
            page=listing.page(tab, words=words, before=before, tag=tag),
            tag=tag,
            tags=tags.in_use(),
            may_add=request.user.has_perm(ADD),
            may_change=request.user.has_perm(EDIT),
            **starting.shelf(list(Application.objects.all())),
        )

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Choose where to begin; the draft is made by the button, not by looking."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        applications = list(Application.objects.all())
        if request.method == "POST":
            wanted = request.POST.get("application", "")
            chosen = [each for each in applications if str(each.pk) == wanted]
            if chosen:
                draft = starting.begin(
                    request.POST.get("point", ""),
                    chosen[0],
                    user=compose.user_of(request),
                    day=parsed(request.POST.get("day", "")),
                )
                return redirect("admin:campaigns_campaign_change", draft.pk)
            messages.error(request, _("Choose an application first."))
        return pages.draw(
            request,
            "admin/campaigns/new.html",
            title=_("New campaign"),
            **starting.shelf(applications),
            cases=cases.shelf(request),
            cards=templates.cards(),
            may_begin=True,
            day=parsed(request.GET.get("day", "")),
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The compose page of a draft, and what became of any other campaign."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            raise Http404
        return compose.page(request, int(object_id))
