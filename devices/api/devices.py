"""Devices: register, report, forget."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from ninja import Router, Status

from devices import registration
from devices.models import Installation, Person, ServerKey

from . import idempotency, schemas
from .access import AppKey, DeviceSecret, device_id

router = Router(tags=["Devices"])


@router.post(
    "/devices",
    auth=AppKey(),
    response={200: schemas.NewDevice, 201: schemas.NewDevice, 422: schemas.Problem},
    summary="Register a device, or refresh it",
)
def register(request: Any, device: schemas.Device) -> HttpResponse:
    """Safe to call at every start of the app: it never answers "already exists".

    Keep device_secret whenever the answer holds one, and send it along the next
    time. Send an Idempotency-Key, so that an answer lost on its way is not lost.
    """
    application, at = request.auth, timezone.now()

    def work() -> tuple[int, dict[str, Any]]:
        done = registration.register(
            application,
            registration.Registration(
                key=device.installation_id,
                platform=device.platform,
                token=device.token,
                gateway=device.gateway,
                environment=device.environment,
                p256dh=device.p256dh,
                auth=device.auth,
                vapid_key=device.vapid_key,
                browser=device.browser,
                secret=device.device_secret,
                facts=facts_of(device),
            ),
            at,
        )
        answer = answer_of(done.installation, at) | {"device_secret": done.secret}
        return 201 if done.created else 200, answer

    return idempotency.once(request, f"application {application.pk}", at, work)


@router.patch(
    "/devices/{device_id}",
    auth=DeviceSecret(),
    response={200: schemas.DeviceAnswer, 422: schemas.Problem},
    summary="Report a new token, permission, version or place",
)
def report(
    request: Any, device_id: str, change: schemas.DeviceChange
) -> dict[str, Any]:
    at = timezone.now()
    news = registration.Report(
        token=change.token,
        p256dh=change.p256dh,
        auth=change.auth,
        vapid_key=change.vapid_key,
        facts=facts_of(change),
    )
    return answer_of(registration.report(request.auth, news, at), at)


@router.delete(
    "/devices/{device_id}",
    auth=DeviceSecret(),
    response={204: None},
    summary="Forget a device",
)
def forget(request: Any, device_id: str) -> Status[None]:
    """Its token is removed, its secret is void; its person stays."""
    registration.forget(request.auth, timezone.now())
    return Status(204, None)


def facts_of(given: schemas.Facts) -> registration.Facts:
    return registration.Facts(
        permission=given.permission,
        model=given.model,
        os_version=given.os_version,
        app_version=given.app_version,
        locale=given.locale,
        zone=given.timezone,
        text_version=given.text_version,
        text_shown=given.text_shown,
    )


def answer_of(installation: Installation, at: datetime) -> dict[str, Any]:
    """The same words whatever we knew of the token before."""
    return {
        "device_id": device_id(installation),
        "person_id": person_id(installation.person),
        "server_time": at,
    }


def person_id(person: Person) -> str:
    """A name for a person that tells neither how many there are nor who they are."""
    return "per_" + salted_hmac("person id", str(person.pk)).hexdigest()[:32]


def scope_of(request: HttpRequest) -> str:
    """Whose idempotency keys these are: the calling device's or server's."""
    caller: Installation | ServerKey = request.auth  # type: ignore[attr-defined]
    kind = "device" if isinstance(caller, Installation) else "server"
    return f"{kind} {caller.pk}"
