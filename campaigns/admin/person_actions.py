"""What staff may do on a person's page: each by the one function that does it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.admin import person_why
from campaigns.delivery import clock
from devices import registration
from devices.admin import pages
from devices.models import Installation
from devices.refusals import Refused

PAGE = "admin:devices_person_change"


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
