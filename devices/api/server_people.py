"""What a customer's own servers say about people, by the servers' own ids."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router
from ninja.errors import ValidationError
from pydantic import ValidationError as Misshapen

from devices import attributes
from devices.models import ServerKey
from devices.refusals import Refused

from . import idempotency, problems, schemas, server_schemas
from .access import ServerKeyAuth
from .devices import scope_of
from .people import told_of

router = Router(tags=["People, from servers"])
WRITE = ServerKeyAuth("people:write")
ANSWERS: dict[int, Any] = {200: server_schemas.PersonAnswer, 422: schemas.Problem}


@router.post(
    "/people/batch",
    auth=WRITE,
    response={200: server_schemas.PeopleAnswer, 422: schemas.Problem},
    summary="Change what is known about up to 1,000 people",
)
def batch(request: Any, given: server_schemas.People) -> HttpResponse:
    """Each with its own answer; one at fault does not hold the others."""
    key, at = request.auth, timezone.now()

    def work() -> tuple[int, dict[str, Any]]:
        read = [one_of(each) for each in given.people]
        told = [each for each in read if not isinstance(each, Refused)]
        outcomes = iter(attributes.tell(key.application, told, source="server", at=at))
        found = []
        for place, each in enumerate(read):
            if isinstance(each, Refused):
                outcome = attributes.Outcome(refused=each)
                found.append(fate_of(place, id_in(given.people[place]), outcome))
            else:
                found.append(fate_of(place, each[0], next(outcomes)))
        return 200, {"people": found}

    return idempotency.once(request, scope_of(request), at, work)


@router.patch(
    "/people/{external_id}",
    auth=WRITE,
    response=ANSWERS,
    summary="Change what is known about a person",
)
def change(request: Any, external_id: str, news: schemas.Saying) -> HttpResponse:
    """What is left out stays. A person nobody knows yet is made."""
    return told(request, external_id, told_of(news))


@router.put(
    "/people/{external_id}",
    auth=WRITE,
    response=ANSWERS,
    summary="Say all that is known about a person",
)
def replace(request: Any, external_id: str, news: schemas.Saying) -> HttpResponse:
    """Attributes that are left out go. A person nobody knows yet is made."""
    return told(request, external_id, told_of(news, replaces=True))


def told(request: Any, external_id: str, news: attributes.Told) -> HttpResponse:
    key: ServerKey = request.auth
    at = timezone.now()

    def work() -> tuple[int, dict[str, Any]]:
        [outcome] = attributes.tell(
            key.application, [(external_id, news)], source="server", at=at
        )
        if outcome.refused:
            raise outcome.refused
        return 200, {
            "external_id": external_id,
            "attributes": outcome.attributes,
            "older": outcome.older,
        }

    return idempotency.once(request, scope_of(request), at, work)


def one_of(given: object) -> tuple[str, attributes.Told] | Refused:
    """One person of a batch, or why it cannot be read."""
    try:
        news = server_schemas.PersonChange.model_validate(given)
    except Misshapen as faults:
        wrong = faults.errors()[0]
        inside = {**wrong, "loc": ("body", "", *wrong["loc"])}
        [first] = problems.of_validation(ValidationError([inside])).errors
        return Refused(first.pointer, first.code, first.message)
    return news.external_id, told_of(news)


def id_in(given: object) -> str:
    found = given.get("external_id") if isinstance(given, dict) else ""
    return found[:128] if isinstance(found, str) else ""


def fate_of(
    place: int, external_id: str, outcome: attributes.Outcome
) -> dict[str, Any]:
    refused = outcome.refused
    status = "changed" if outcome.changed else "unchanged"
    return {
        "external_id": external_id,
        "status": "refused" if refused else status,
        "older": list(outcome.older),
        "code": refused.code if refused else "",
        "message": str(refused.message) if refused else "",
        "pointer": f"/people/{place}{refused.field}" if refused else "",
    }
