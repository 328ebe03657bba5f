"""People: find somebody, see what we know, and why they did or did not get it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from unfold.admin import ModelAdmin

from campaigns.admin import person_actions, person_facts, person_page, person_why
from devices.admin import pages
from devices.models import Application, Installation, Person
from devices.models.installations import Platform

FOUND = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A person as a list shows them; ``said`` is their preference in words.

    ``name`` is hidden in part from whoever may not see what names somebody.
    """

    person: Person
    name: str
    language: str
    platforms: list[str]
    said: str


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Search first: those whose external id begins so, of one application.

    Further ones by ``after``, the last external id that was shown; nobody is counted.
    """
    wanted = request.GET.get("q", "").strip()[:128]
    after = request.GET.get("after", "")[:128]
    applications = list(Application.objects.all()[:50])
    clear = person_facts.may_see(request.user)
    application = chosen(request, applications)
    found: list[Person] = []
    if wanted and application:
        rows = Person.objects.present().filter(
            application=application, external_id__startswith=wanted
        )
        rows = rows.filter(external_id__gt=after) if after else rows
        found = list(rows.order_by("external_id")[: FOUND + 1])
    return pages.draw(
        request,
        "admin/campaigns/people/search.html",
        title=_("People"),
        wanted=wanted,
        applications=applications,
        application=application,
        found=listed(found[:FOUND], clear=clear),
        following=found[FOUND - 1].external_id if len(found) > FOUND else "",
        further=bool(after),
        newest=[] if wanted else listed(newest(application), clear=clear),
    )


def listed(people: list[Person], *, clear: bool) -> list[Listed]:
    """Each with their language, what they said and the platforms of their devices."""
    prefetch_related_objects(people, "preference")
    platforms: dict[int, set[str]] = {}
    rows = Installation.objects.filter(person__in=people, retired_at=None)
    for person_id, platform in rows.values_list("person_id", "platform").distinct():
        platforms.setdefault(person_id, set()).add(str(Platform(platform).label))
    return [
        Listed(
            person=each,
            name=person_facts.name(each, clear=clear),
            language=person_facts.language(each),
            platforms=sorted(platforms.get(each.pk, ())),
            said=person_facts.said(each),
        )
        for each in people
    ]


def chosen(request: HttpRequest, applications: list[Application]) -> Application | None:
    """The application that the page names by its slug, else the first one."""
    named = [each for each in applications if each.slug == request.GET.get("app")]
    return next(iter(named or applications), None)


def newest(application: Application | None) -> list[Person]:
    """The last ten who came: something to click where nobody knows an id yet."""
    if application is None:
        return []
    rows = Person.objects.present().filter(application=application)
    return list(rows.order_by("-id")[:10])


@admin.register(Person)
class PersonAdmin(ModelAdmin):
    """People have pages of their own; nobody edits a person by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        see = ("devices.view_person",)
        see_runs = (*see, "campaigns.view_run")
        change = (*see, "devices.change_person")
        take, forget = (*see, "devices.export_person"), (*see, "devices.erase_person")
        switch = (*see, "devices.change_installation")
        one, device = "<int:person_id>/", "<int:person_id>/device/<int:device_id>/"
        rows: pages.Rows = [
            ("", search, "changelist", see),
            (one + "change/", person_page.page, "change", see),
            (one + "timeline/", person_page.older, "timeline", see),
            (one + "why/", person_why.why_chosen, "why_chosen", see_runs),
            (
                one + "why/campaign/<int:campaign_id>/",
                person_why.why_campaign,
                "why_campaign",
                (*see, "campaigns.view_campaign"),
            ),
            (one + "why/<int:run_id>/", person_why.why, "why", see_runs),
            (one + "pause/", person_actions.pause, "pause", change),
            (one + "resume/", person_actions.resume, "resume", change),
            (one + "export/", person_actions.export, "export", take),
            (one + "erase/", person_actions.erase, "erase", forget),
            (device + "off/", person_actions.switch_off, "switch_off", switch),
            (device + "on/", person_actions.switch_on, "switch_on", switch),
        ]
        return pages.addresses("devices_person", rows)
