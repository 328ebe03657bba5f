"""Why one person did or did not get a run."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from campaigns.admin import person_facts
from campaigns.delivery import clock
from campaigns.models import Campaign, Run
from campaigns.models.states import CampaignState
from campaigns.reports import explain, would
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


def campaigns_of(person: Person) -> QuerySet[Campaign]:
    """The campaigns that were changed last: one may ask about them as they are now."""
    rows = Campaign.objects.filter(application=person.application_id)
    return rows.exclude(state=CampaignState.ARCHIVED).order_by("-updated_at")[:RUNS]


@require_GET
def why_chosen(request: HttpRequest, person_id: int) -> HttpResponse:
    """The box on the page asks with ``?run=``: a run, or "c" and a campaign."""
    text = request.GET.get("run", "")
    number = text.removeprefix("c")
    wanted = int(number) if number.isascii() and number.isdigit() else 0
    wanted = wanted if wanted < 2**63 else 0
    ask = why_campaign if text.startswith("c") else why
    return ask(request, person_id, wanted)


@require_GET
def why(request: HttpRequest, person_id: int, run_id: int) -> HttpResponse:
    """Step by step, to the one final reason."""
    person = find(person_id)
    rows = Run.objects.select_related("campaign", "revision", "application")
    run = get_object_or_404(rows, pk=run_id, application=person.application_id)
    return answered(request, person, explain.why(run, person), run=run)


@require_GET
def why_campaign(
    request: HttpRequest, person_id: int, campaign_id: int
) -> HttpResponse:
    """The same for a campaign as it is now, whether it ever ran or not."""
    person = find(person_id)
    rows = Campaign.objects.select_related("application", "segment", "topic")
    campaign = get_object_or_404(
        rows, pk=campaign_id, application=person.application_id
    )
    answer = would.why(campaign, person, at=clock.now())
    return answered(request, person, answer, campaign=campaign)


def answered(
    request: HttpRequest, person: Person, answer: explain.Answer, **asked: object
) -> HttpResponse:
    name = person_facts.name(person, clear=person_facts.may_see(request.user))
    return pages.draw(
        request,
        "admin/campaigns/people/why.html",
        title=_("Why %(person)s?") % {"person": name},
        person=person,
        name=name,
        answer=answer,
        runs=runs_of(person),
        campaigns=campaigns_of(person),
        **asked,
    )
