"""What people do in the app, in batches."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from devices import events

from . import idempotency, schemas
from .access import DeviceSecret
from .devices import scope_of

router = Router(tags=["Events"])


@router.post(
    "/events",
    auth=DeviceSecret(),
    response={200: schemas.BatchAnswer, 422: schemas.Problem},
    summary="Report events",
)
def record(request: Any, batch: schemas.Batch) -> HttpResponse:
    """Up to 1,000 events, each with your own id, each with its own answer.

    Sending an event again is harmless. Accepted for 30 days; a clock may be 10
    minutes fast.
    """
    installation, at = request.auth, timezone.now()
    happenings = [
        events.Happening(
            key=each.id, name=each.name, at=each.at, properties=each.properties
        )
        for each in batch.events
    ]

    def work() -> tuple[int, dict[str, Any]]:
        answers = events.record(installation, happenings, at)
        return 200, {"events": [answer_of(answer) for answer in answers]}

    return idempotency.once(request, scope_of(request), at, work)


def answer_of(answer: events.Answer) -> dict[str, str]:
    return {
        "id": answer.key,
        "status": answer.fate,
        "code": answer.code,
        "message": str(answer.message),
    }
