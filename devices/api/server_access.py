"""What a customer's own servers may read of a person, and how they erase one.

The addresses belong to the router of server_people: one address, one router.
"""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Status

from devices import privacy, registration
from devices.models import Person, ServerKey

from .access import ServerKeyAuth
from .server_people import router


@router.get(
    "/people/{external_id}",
    auth=ServerKeyAuth("people:read"),
    response={200: dict[str, Any]},
    summary="Read what is known about a person",
)
def read(request: Any, external_id: str) -> HttpResponse:
    """Attributes, answers with their proof, devices and events.

    Of tokens the SHA-256. Messages are at /people/{external_id}/everything.
    """
    return JsonResponse(privacy.held(person_of(request.auth, external_id)))


@router.delete(
    "/people/{external_id}",
    auth=ServerKeyAuth("people:erase"),
    response={204: None},
    summary="Erase a person",
)
def erase(request: Any, external_id: str) -> Status[None]:
    """For good: tokens, attributes, events and answers. Counts of what was sent stay.

    Nothing of your servers brings this external id back; the person does, by signing
    in again. Repeating it answers 404: nobody of this id is known any more.
    """
    key: ServerKey = request.auth
    person = person_of(key, external_id)
    registration.erase(person, source=f"server key {key.name}"[:80], at=timezone.now())
    return Status(204, None)


def person_of(key: ServerKey, external_id: str) -> Person:
    """Somebody of the key's application, or 404."""
    rows = Person.objects.present().select_related("application")
    return get_object_or_404(
        rows, application=key.application_id, external_id=external_id
    )
