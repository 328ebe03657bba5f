"""What people do in the app, in batches, from devices and from servers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from devices import events, registration
from devices.models import Installation, ServerKey

from . import idempotency, schemas
from .access import DeviceSecret, ServerKeyAuth
from .devices import scope_of

router = Router(tags=["Events"])


@router.post(
    "/events",
    auth=[ServerKeyAuth("events:write"), DeviceSecret()],
    response={200: schemas.BatchAnswer, 422: schemas.Problem},
    summary="Report events",
)
def record(request: Any, batch: schemas.Batch) -> HttpResponse:
    """Up to 1,000 events, each with your own id, each with its own answer.

    Sending an event again is harmless. Accepted for 30 days; a clock may be 10
    minutes fast. A server says of each event whose it is: person is the external id.
    """
    caller, at = request.auth, timezone.now()

    def work() -> tuple[int, dict[str, Any]]:
        answers = recorded(caller, batch.events, at)
        found = enumerate(answers)
        return 200, {"events": [answer_of(place, answer) for place, answer in found]}

    return idempotency.once(request, scope_of(request), at, work)


def recorded(
    caller: Installation | ServerKey, given: Sequence[object], at: datetime
) -> list[events.Answer]:
    if isinstance(caller, ServerKey):
        reported = [events.read(each, at, by_server=True) for each in given]
        return registration.record_events(caller.application, reported, at)
    reported = [events.read(each, at, by_server=False) for each in given]
    return events.record(caller, reported, at)


def answer_of(place: int, answer: events.Answer) -> dict[str, str]:
    """With a pointer into the request where something was at fault."""
    refused = answer.fate == events.Fate.REFUSED
    return {
        "id": answer.key,
        "status": answer.fate,
        "code": answer.code,
        "message": str(answer.message),
        "pointer": f"/events/{place}{answer.pointer}" if refused else "",
    }
