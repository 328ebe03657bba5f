"""What staff may do on a person's page: each by the one function that does it."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.admin import person_facts, person_why
from campaigns.delivery import clock
from campaigns.reports import access
from campaigns.reports import person as reports
from devices import consent, registration
from devices.admin import pages
from devices.models import AuditEvent, Installation
from devices.refusals import Refused

PAGE = "admin:devices_person_change"
LIST = "admin:devices_person_changelist"
SOURCE = "admin"


@require_POST
def switch_off(request: HttpRequest, person_id: int, device_id: int) -> HttpResponse:
    """Nothing goes to this device any more."""
    said = _("Switched off: nothing is sent to this device any more.")
    return switched(request, person_id, device_id, registration.switch_off, said)


@require_POST
def switch_on(request: HttpRequest, person_id: int, device_id: int) -> HttpResponse:
    """It may be sent to again."""
    said = _("Switched on: this device can be sent to again.")
    return switched(request, person_id, device_id, registration.switch_on, said)


def switched(
    request: HttpRequest,
    person_id: int,
    device_id: int,
    change: Callable[..., bool],
    said: str,
) -> HttpResponse:
    """Do it to a device of this person, say what came of it, and show the page."""
    person = person_why.find(person_id)
    device = get_object_or_404(Installation, pk=device_id, person=person)
    user, at = pages.staff(request), clock.now()
    tell(request, lambda: change(device, user=user, at=at), said)
    return redirect(PAGE, person.pk)


def tell(request: HttpRequest, work: Callable[[], Any], said: str) -> None:
    """Run it; what it refuses is said instead, and so is that nothing changed."""
    try:
        changed = work()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return
    messages.success(request, said if changed else _("It was so already."))


@require_POST
def pause(request: HttpRequest, person_id: int) -> HttpResponse:
    """No promotional message to them before the day that was chosen."""
    person, at = person_why.find(person_id), clock.now()
    said = consent.Said(source=SOURCE, actor=str(request.user))
    until = day(request.POST.get("until", ""))
    if until is None:
        messages.error(request, _("Choose the day on which messages go on."))
        return redirect(PAGE, person.pk)
    words = _("Paused: promotional messages to this person wait until then.")
    tell(request, lambda: consent.pause(person, until, said, at), words)
    return redirect(PAGE, person.pk)


@require_POST
def resume(request: HttpRequest, person_id: int) -> HttpResponse:
    """The pause is over."""
    person, at = person_why.find(person_id), clock.now()
    said = consent.Said(source=SOURCE, actor=str(request.user))
    words = _("Messages to this person go on.")
    tell(request, lambda: consent.resume(person, said, at), words)
    return redirect(PAGE, person.pk)


def day(text: str) -> datetime | None:
    """The beginning of the day that a form names, in the reader's time zone."""
    try:
        return make_aware(datetime.combine(date.fromisoformat(text), time.min))
    except ValueError:
        return None


@require_POST
def export(request: HttpRequest, person_id: int) -> HttpResponse:
    """All that is held of them, as one JSON file; who took it is kept."""
    person = person_why.find(person_id)
    held = access.everything(person)
    AuditEvent.objects.note(request.user, reports.EXPORTED, person)
    answer = JsonResponse(held, encoder=DjangoJSONEncoder)
    answer["Content-Disposition"] = f'attachment; filename="person-{person.pk}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def erase(request: HttpRequest, person_id: int) -> HttpResponse:
    """Forget them for good, once their name was typed as the page shows it."""
    person, at = person_why.find(person_id), clock.now()
    name = person_facts.name(person, clear=person_facts.may_see(request.user))
    if request.POST.get("confirmed", "").strip() != name:
        messages.error(request, _("Nothing was erased: type the name as it stands."))
        return redirect(PAGE, person.pk)
    registration.erase(person, by=pages.staff(request), source=SOURCE, at=at)
    messages.success(
        request, _("Erased. What was counted stays, and leads to nobody any more.")
    )
    return redirect(LIST)
