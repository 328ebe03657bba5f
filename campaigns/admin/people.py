"""People: find somebody, see what we know, and why they did or did not get it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import (
    BooleanField,
    QuerySet,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from unfold.admin import ModelAdmin

from campaigns.admin import person_facts
from campaigns.audience import eligibility
from campaigns.delivery import clock
from campaigns.models import Run, Segment
from campaigns.models.campaigns import Purpose
from campaigns.models.reasons import Reason
from campaigns.reports import explain
from campaigns.reports import person as reports
from devices.admin import pages
from devices.models import Application, Installation, Person
from devices.models.installations import LINKS, Platform

FOUND = 25
PAGE = 30
RUNS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whether one kind of message would arrive now, and what holds it back if not."""

    kind: str | Promise
    devices: int
    because: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A person as a list shows them; ``said`` is their preference in words."""

    person: Person
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
        found=listed(found[:FOUND]),
        following=found[FOUND - 1].external_id if len(found) > FOUND else "",
        further=bool(after),
        newest=[] if wanted else listed(newest(application)),
    )


def listed(people: list[Person]) -> list[Listed]:
    """Each with their language, what they said and the platforms of their devices."""
    prefetch_related_objects(people, "preference")
    platforms: dict[int, set[str]] = {}
    rows = Installation.objects.filter(person__in=people, retired_at=None)
    for person_id, platform in rows.values_list("person_id", "platform").distinct():
        platforms.setdefault(person_id, set()).add(str(Platform(platform).label))
    return [
        Listed(
            person=each,
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


@require_GET
def page(request: HttpRequest, person_id: int) -> HttpResponse:
    """Everything about one person but a token."""
    at = clock.now()
    person = find(person_id)
    entries, older = timeline(request, person)
    return pages.draw(
        request,
        "admin/campaigns/people/person.html",
        title=str(person),
        person=person,
        reach=reach(person, at=at),
        local_time=person_facts.local_time(person, at=at),
        language=person_facts.language(person),
        attributes=person_facts.attributes(person),
        devices=devices(person),
        topics=person_facts.topics(person),
        segments=segments(request, person, at=at),
        may_see_segments=request.user.has_perm("campaigns.view_segment"),
        consents=person.consent_events.select_related("topic").order_by("-at")[:20],
        timeline=entries,
        older=older,
        later="before" in request.GET,
        runs=runs_of(person),
        may_see_runs=request.user.has_perm("campaigns.view_run"),
    )


def segments(
    request: HttpRequest, person: Person, *, at: datetime
) -> list[Segment] | None:
    """Those they are in, for whoever may see segments; None: it takes too long."""
    if not request.user.has_perm("campaigns.view_segment"):
        return []
    return person_facts.segments(person, at=at)


def find(person_id: int) -> Person:
    """Somebody who is present, or 404: erased people have no page."""
    rows = Person.objects.present().select_related("application", "preference")
    return get_object_or_404(rows, pk=person_id)


def reach(person: Person, *, at: datetime) -> list[Reach]:
    """Both purposes judged by the very gates that a run uses, topics apart."""
    words = {
        Purpose.PROMOTIONAL: gettext_lazy("Promotional messages"),
        Purpose.TRANSACTIONAL: gettext_lazy("Transactional messages"),
    }
    return [judged(person, purpose, word, at=at) for purpose, word in words.items()]


def judged(
    person: Person, purpose: Purpose, word: str | Promise, *, at: datetime
) -> Reach:
    gates = eligibility.Gates(
        application_id=person.application_id, purpose=purpose, topic_id=None, at=at
    )
    verdicts = eligibility.verdicts(Person.objects.filter(pk=person.pk), gates)
    reasons = {verdict.reason for verdict in verdicts if verdict.reason is not None}
    return Reach(
        kind=word,
        devices=sum(verdict.reason is None for verdict in verdicts),
        because=[str(Reason(reason).label) for reason in sorted(reasons)],
    )


def devices(person: Person) -> QuerySet[Installation]:
    """Their devices, the last seen first, with ``alive``; no token is read."""
    alive = Coalesce(
        *(f"{link}__active" for link in LINKS), False, output_field=BooleanField()
    )
    rows = Installation.objects.filter(person=person).annotate(alive=alive)
    return rows.select_related("tester").order_by("-last_seen_at")[:50]


def timeline(
    request: HttpRequest, person: Person
) -> tuple[list[reports.Line], datetime | None]:
    """Up to thirty lines before the moment in the address; where older ones begin."""
    before = moment(request.GET.get("before", ""))
    entries = reports.timeline(person, limit=PAGE + 1, before=before)
    if len(entries) <= PAGE:
        return entries, None
    shown, following = entries[:PAGE], entries[PAGE]
    # What happened at one moment stays on one page: the next begins before a moment.
    while len(shown) > 1 and shown[-1].at == following.at:
        shown.pop()
    return shown, shown[-1].at


def moment(text: str) -> datetime | None:
    """The moment that an address names, None for what is none."""
    try:
        read = parse_datetime(text)
    except ValueError:
        return None
    return read if read is not None and read.tzinfo is not None else None


def runs_of(person: Person) -> QuerySet[Run]:
    """The last runs of their application: those one may ask about."""
    rows = Run.objects.filter(application=person.application_id)
    return rows.select_related("campaign").order_by("-due_at", "-id")[:RUNS]


@require_GET
def why_chosen(request: HttpRequest, person_id: int) -> HttpResponse:
    """The box on the person's page asks with ``?run=``."""
    text = request.GET.get("run", "")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    return why(request, person_id, wanted)


@require_GET
def why(request: HttpRequest, person_id: int, run_id: int) -> HttpResponse:
    """Step by step, to the one final reason."""
    person = find(person_id)
    rows = Run.objects.select_related("campaign", "revision", "application")
    run = get_object_or_404(rows, pk=run_id, application=person.application_id)
    return pages.draw(
        request,
        "admin/campaigns/people/why.html",
        title=_("Why %(person)s?") % {"person": person},
        person=person,
        run=run,
        answer=explain.why(run, person),
        runs=runs_of(person),
    )


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
        rows: pages.Rows = [
            ("", search, "changelist", see),
            ("<int:person_id>/change/", page, "change", see),
            ("<int:person_id>/why/", why_chosen, "why_chosen", see_runs),
            ("<int:person_id>/why/<int:run_id>/", why, "why", see_runs),
        ]
        return pages.addresses("devices_person", rows)
