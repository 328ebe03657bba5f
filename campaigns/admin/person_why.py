"""Why one person did or did not get a run."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from campaigns.admin import person_facts
from campaigns.models import Run
from campaigns.reports import explain
from devices.admin import pages
from devices.models import Person

RUNS = 20


def find(person_id: int) -> Person:
    """Somebody who is present, or 404: erased people have no page."""
    rows = Person.objects.present().select_related("application", "preference")
    return get_object_or_404(rows, pk=person_id)


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
    name = person_facts.name(person, clear=person_facts.may_see(request.user))
    return pages.draw(
        request,
        "admin/campaigns/people/why.html",
        title=_("Why %(person)s?") % {"person": name},
        person=person,
        name=name,
        run=run,
        answer=explain.why(run, person),
        runs=runs_of(person),
    )
