"""One person: what we know, what reaches them, and everything that happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BooleanField, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from campaigns.admin import person_facts, person_why
from campaigns.audience import eligibility
from campaigns.delivery import clock
from campaigns.models import PersonList, Segment
from campaigns.models.campaigns import Purpose
from campaigns.models.reasons import Reason
from campaigns.reports import person as reports
from campaigns.reports import retirement
from devices import consent
from devices.admin import pages
from devices.models import AuditEvent, Installation, Person
from devices.models.installations import LINKS
from devices.registration import Retired

PAGE = 50
KINDS = {
    "": gettext_lazy("Everything"),
    "delivery": gettext_lazy("Messages"),
    "receipt": gettext_lazy("Opens"),
    "consent": gettext_lazy("Consent"),
    "device": gettext_lazy("Devices"),
    "event": gettext_lazy("Events"),
    "primer": gettext_lazy("Primers"),
    "staff": gettext_lazy("Colleagues"),
}
"""What the timeline can be narrowed to: kinds of its lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whether one kind of message would arrive now, and what holds it back if not."""

    kind: str | Promise
    devices: int
    because: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device with its state in words, and what may be done about it."""

    device: Installation
    state: str
    may_switch_on: bool

    @property
    def may_switch_off(self) -> bool:
        return self.device.retired_at is None


@require_GET
def page(request: HttpRequest, person_id: int) -> HttpResponse:
    """Everything about one person but a token; that somebody looked is kept."""
    at = clock.now()
    person = person_why.find(person_id)
    AuditEvent.objects.note(request.user, reports.LOOKED_AT, person)
    clear = person_facts.may_see(request.user)
    name = person_facts.name(person, clear=clear)
    return pages.draw(
        request,
        "admin/campaigns/people/person.html",
        title=name,
        person=person,
        name=name,
        reach=reach(person, at=at),
        local_time=person_facts.local_time(person, at=at),
        language=person_facts.language(person),
        attributes=person_facts.attributes(person, clear=clear),
        masked=not clear,
        devices=[told(each) for each in devices(person)],
        paused_until=consent.paused_until(person, at),
        tomorrow=localdate(at) + timedelta(days=1),
        may=may(request),
        may_switch=request.user.has_perm("devices.change_installation"),
        topics=person_facts.topics(person),
        segments=segments(request, person, at=at),
        may_see_segments=request.user.has_perm("campaigns.view_segment"),
        consents=person_facts.consents(person),
        runs=person_why.runs_of(person),
        campaigns=person_why.campaigns_of(person),
        **story(request, person),
    )


def may(request: HttpRequest) -> dict[str, bool]:
    """Which of the page's buttons this member of staff has."""
    rights = {
        "pause": "devices.change_person",
        "export": "devices.export_person",
        "erase": "devices.erase_person",
    }
    return {name: request.user.has_perm(right) for name, right in rights.items()}


@require_GET
def older(request: HttpRequest, person_id: int) -> HttpResponse:
    """The lines alone, for a page that goes on below its end."""
    person = person_why.find(person_id)
    context = {"person": person, **story(request, person)}
    return render(request, "admin/campaigns/people/timeline.html", context)


def story(request: HttpRequest, person: Person) -> dict[str, object]:
    """What the timeline shows, of the kind and before the moment in the address."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    entries, following = timeline(request, person, kind=kind)
    return {
        "timeline": entries,
        "older": following,
        "later": "before" in request.GET,
        "kind": kind,
        "kinds": KINDS,
        "may_see_runs": request.user.has_perm("campaigns.view_run"),
    }


def segments(
    request: HttpRequest, person: Person, *, at: datetime
) -> list[Segment] | None:
    """Those they are in, for whoever may see segments; None: it takes too long."""
    if not request.user.has_perm("campaigns.view_segment"):
        return []
    return person_facts.segments(person, at=at)


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
        application_id=person.application_id,
        purpose=purpose,
        topic_id=None,
        at=at,
        excluded=PersonList.objects.excluded(person.application_id),
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


def told(device: Installation) -> Device:
    """The device with its state in words."""
    return Device(
        device=device,
        state=liveness(device),
        may_switch_on=device.retired_reason == Retired.SWITCHED_OFF,
    )


def liveness(device: Installation) -> str:
    """Whether its token lives, else why not; ``alive`` is the library's flag."""
    if device.retired_at or not getattr(device, "alive", True):
        return retirement.spoken(device.retired_reason)
    if device.suspended_at:
        return str(gettext_lazy("Set aside after an error"))
    return str(gettext_lazy("Live"))


def timeline(
    request: HttpRequest, person: Person, *, kind: str
) -> tuple[list[reports.Line], datetime | None]:
    """Up to fifty lines before the moment in the address; where older ones begin."""
    before = moment(request.GET.get("before", ""))
    kinds = [kind] if kind else []
    entries = reports.timeline(person, limit=PAGE + 1, before=before, kinds=kinds)
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
