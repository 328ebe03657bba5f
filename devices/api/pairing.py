"""A device becomes a test device of a member of staff, by the code that they see."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from ninja import Router

from devices import registration

from . import access, schemas
from .access import DeviceSecret, Rate

router = Router(tags=["Test devices"])

BY_DEVICE = Rate("pair", 10, timedelta(minutes=10))
BY_CALLER = Rate("pair from", 30, timedelta(minutes=10))
"""Codes that may be tried: enough for fingers, and not for guessing."""


@router.post(
    "/devices/{device_id}/pair",
    auth=DeviceSecret(),
    response={200: schemas.Paired, 422: schemas.Problem, 429: schemas.Problem},
    summary="Pair a phone for test sends",
)
def pair(request: Any, device_id: str, typed: schemas.Code) -> dict[str, Any]:
    """Ask your own staff for the code that Test phones shows; for debug screens.

    A code is good for ten minutes and for one device. A device that was a colleague's
    test device is the new one's from then on.
    """
    at = timezone.now()
    access.spend(BY_DEVICE, str(request.auth.pk), at)
    access.spend(BY_CALLER, access.caller(request), at)
    paired = registration.pair(request.auth, typed.code, at)
    return {"device_id": device_id, "name": str(paired), "server_time": at}
