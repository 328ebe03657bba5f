"""All that is held of a person, with what was sent to them."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from ninja import Router

from campaigns.reports import access
from devices.api.access import ServerKeyAuth
from devices.api.server_access import person_of

router = Router(tags=["People, from servers"])


@router.get(
    "/people/{external_id}/everything",
    auth=ServerKeyAuth("people:read"),
    response={200: dict[str, Any]},
    summary="Read all that is held of a person",
)
def everything(request: Any, external_id: str) -> HttpResponse:
    """As one document that the person may be given: also messages and primers."""
    return JsonResponse(access.everything(person_of(request.auth, external_id)))
