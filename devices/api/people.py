"""The person behind a device: who they are, what they agree to, what is known."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Router

from devices import attributes, consent, identity, registration
from devices.consent import links
from devices.models import Installation, Person

from . import idempotency, schemas
from .access import DeviceSecret
from .devices import answer_of, scope_of

router = Router(tags=["People"], auth=DeviceSecret())


@router.post(
    "/devices/{device_id}/identify",
    response={200: schemas.DeviceAnswer, 422: schemas.Problem},
    summary="Log in: say whose device it is",
)
def identify(request: Any, device_id: str, who: schemas.Identity) -> HttpResponse:
    """Needs an identity token: a JWT (ES256 or RS256) that your own server signs.

    sub is the person's external id, aud the application's short name, exp at most
    24 hours away.
    """
    installation, at = request.auth, timezone.now()

    def work() -> tuple[int, dict[str, Any]]:
        external_id = identity.who(
            installation.application, who.external_id, who.identity_token, at
        )
        return 200, answer_of(registration.identify(installation, external_id, at), at)

    return idempotency.once(request, scope_of(request), at, work)


@router.post(
    "/devices/{device_id}/reset",
    response={200: schemas.DeviceAnswer},
    summary="Log out: back to an anonymous person",
)
def reset(request: Any, device_id: str) -> HttpResponse:
    installation, at = request.auth, timezone.now()

    def work() -> tuple[int, dict[str, Any]]:
        return 200, answer_of(registration.reset(installation, at), at)

    return idempotency.once(request, scope_of(request), at, work)


@router.patch(
    "/devices/{device_id}/attributes",
    response={200: schemas.AttributesAnswer, 422: schemas.Problem},
    summary="Change what is known about the person",
)
def learn(
    request: Any, device_id: str, news: schemas.Attributes
) -> dict[str, dict[str, Any]]:
    """A value replaces, null deletes. At most 100 attributes of 1,024 bytes."""
    kept = attributes.learn(
        request.auth.person, told_of(news), source="device", at=timezone.now()
    )
    if "location" in news.model_fields_set:
        told = news.location
        place = (told.latitude, told.longitude) if told else None
        attributes.locate(request.auth.person, place, at=timezone.now())
    return {"attributes": kept}


def told_of(given: schemas.Saying, *, replaces: bool = False) -> attributes.Told:
    """What a device or a server says of a person, as it was given."""
    return attributes.Told(
        attributes=given.attributes,
        locale=given.locale,
        country=given.country,
        zone=given.timezone,
        at=given.at,
        replaces=replaces,
    )


@router.get(
    "/devices/{device_id}/preferences",
    response={200: schemas.PreferencesAnswer},
    summary="What the person agreed to",
)
def preferences(request: Any, device_id: str) -> dict[str, Any]:
    return preferences_of(request.auth, timezone.now())


@router.put(
    "/devices/{device_id}/preferences",
    response={200: schemas.PreferencesAnswer, 422: schemas.Problem},
    summary="Keep what the person agrees to",
)
def keep(request: Any, device_id: str, choice: schemas.Preferences) -> dict[str, Any]:
    """What is left out stays as it was. All of it is kept, or nothing."""
    installation, at = request.auth, timezone.now()
    said = consent.Said(
        source=choice.source,
        text_version=choice.text_version,
        text=choice.text,
        locale=choice.locale or language_of(installation),
        installation_id=installation.pk,
        actor="device",
    )
    kept = consent.Choice(
        state=choice.preference,
        topics=choice.topics,
        until=choice.paused_until,
        resumes="paused_until" in choice.model_fields_set,
    )
    consent.keep(installation.person, kept, said, at)
    return preferences_of(installation, at)


def preferences_of(installation: Installation, at: datetime) -> dict[str, Any]:
    """What the person agreed to, with each topic in the device's language."""
    person, language = installation.person, language_of(installation)
    return {
        "preference": consent.preference_of(person),
        "page": page_of(person),
        "paused_until": consent.paused_until(person, at),
        "topics": [
            {
                "key": topic.key,
                **topic.words(language)._asdict(),
                "on": is_on,
                "required": topic.is_required,
            }
            for topic, is_on in consent.topics_of(person)
        ],
    }


def page_of(person: Person) -> str:
    """The whole address of the page on which the person chooses."""
    there = reverse("preferences", kwargs={"token": links.token(person)})
    return f"{settings.SITE_URL}{there}"


def language_of(installation: Installation) -> str:
    """The device's own, else the person's; "" when neither is known."""
    return installation.locale or installation.person.locale
