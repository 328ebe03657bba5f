"""What a website asks before it subscribes a visitor."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router

from devices import credentials

from . import schemas
from .access import AppKey
from .problems import Problem

router = Router(tags=["Websites"])


@router.get(
    "/web",
    auth=AppKey(),
    response={200: schemas.Web, 404: schemas.Problem},
    summary="Read the key that a browser subscribes with",
)
def web(request: Any, response: HttpResponse) -> dict[str, str]:
    """Give it to PushManager.subscribe() as applicationServerKey.

    It changes when the keys are rotated; a browser that subscribed with an older one
    goes on getting pushes, and subscribes anew when it can.
    """
    key = credentials.web_key(request.auth)
    if not key:
        raise Problem(
            404,
            "no_web_push_keys",
            _(
                "This application has no keys for browsers yet. An administrator adds "
                "them on the application's page."
            ),
        )
    response["Cache-Control"] = "no-store"
    return {"vapid_key": key}
