"""Which primer a device gets for an event, and what it answered."""

import re
import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema
from ninja.security.http import HttpAuthBase
from pydantic import AwareDatetime, StringConstraints

from campaigns.delivery import clock
from campaigns.models import Primer
from campaigns.models.primers import ResponseKind
from campaigns.primers import eligibility, offers, responses
from campaigns.primers.offers import Asker
from devices.api import idempotency, schemas
from devices.api.access import AppKey, DeviceSecret
from devices.api.problems import not_found
from devices.models import Application, Installation
from devices.models.installations import Permission
from devices.refusals import Refused

PRIMER = re.compile(r"prm_([0-9a-f]{32})")
InstallationId = Annotated[str, StringConstraints(min_length=1, max_length=128)]

router = Router(tags=["Primers"])


class Caller(HttpAuthBase):
    """A device by its secret; or, before it is one, a browser by the public key."""

    openapi_scheme = "Device"

    def __call__(self, request: HttpRequest) -> Any:
        given = request.headers.get("Authorization", "")
        way = AppKey() if given.lower().startswith("bearer ") else DeviceSecret()
        return way(request)


class Asked(schemas.Strict):
    """The moment in which somebody may be asked."""

    event: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    sessions: int = Field(
        1, ge=1, le=100_000, description="How many sessions there were, with this one."
    )
    seconds: int = Field(0, ge=0, le=1_000_000, description="Since this session began.")
    debug: bool = Field(False, description="Say why other primers are not shown.")


class AskedByBrowser(Asked):
    installation_id: InstallationId
    permission: Literal["unknown", "denied", "granted"] = "unknown"
    locale: Annotated[str, StringConstraints(max_length=20)] = ""


class Colours(Schema):
    ground: str
    ink: str
    button_ground: str
    button_ink: str


class Image(Schema):
    wide: str
    square: str
    description: str


class Topic(Schema):
    key: str
    name: str
    description: str


class Drawn(Schema):
    """Everything that an app needs to draw it, in the device's language."""

    id: str
    version: int
    showing: str = Field(description="Names this one time: send it with each response.")
    variant: Literal["prompt", "settings"] = Field(
        description=(
            "prompt: “accept” leads to the system's prompt. settings: messages are "
            "blocked; show “blocked”, with “settings” and “later” as buttons."
        )
    )
    layout: Literal["sheet", "modal", "full", "inline", "slide", "banner"]
    language: str
    direction: Literal["ltr", "rtl"]
    title: str
    text: str
    benefits: list[str]
    accept: str
    later: str
    blocked: str
    settings: str
    colours: Colours
    image: Image | None
    topics: list[Topic] = Field(description="Offer them without a tick.")


class Why(Schema):
    primer: str
    reason: str
    words: str


class Offer(Schema):
    primer: Drawn | None
    reasons: list[Why]


class Response(schemas.Strict):
    showing: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    kind: Literal["shown", "accepted", "later", "granted", "denied"]
    at: AwareDatetime | None = Field(
        None, description="When it happened, if it had to wait; 14 days at most."
    )
    topics: Annotated[
        list[Annotated[str, StringConstraints(max_length=40)]], Field(max_length=20)
    ] = Field(default_factory=list, description="Those that the person ticked.")
    installation_id: Annotated[str, StringConstraints(max_length=128)] = Field(
        "", description="With the public key: which browser it is."
    )
    locale: Annotated[str, StringConstraints(max_length=20)] = Field(
        "", description="With the public key: the browser's language."
    )


class Kept(Schema):
    status: Literal["recorded", "repeated", "too_old"]


@router.get(
    "/devices/{device_id}/primers",
    auth=DeviceSecret(),
    response={200: Offer, 422: schemas.Problem},
    summary="Ask which primer this device shows for an event",
)
def of_device(
    request: Any, response: HttpResponse, device_id: str, asked: Query[Asked]
) -> dict[str, Any]:
    """At most one, by the device's own permission and by what it was shown before.

    Report the permission first when it changed. Ask where the event happens, after
    something that the person wanted; never at the start of the app.
    """
    response["Cache-Control"] = "no-store"
    refuse_unknown(request, asked)
    return offer(offers.of_installation(request.auth), asked)


@router.get(
    "/primers",
    auth=AppKey(),
    response={200: Offer, 422: schemas.Problem},
    summary="Ask the same for a browser that has not subscribed yet",
)
def of_browser(
    request: Any, response: HttpResponse, asked: Query[AskedByBrowser]
) -> dict[str, Any]:
    """A browser is no device before its visitor said yes, so it says itself what
    Notification.permission is. Primers with a segment are for devices only."""
    response["Cache-Control"] = "no-store"
    refuse_unknown(request, asked)
    asker = offers.of_browser(
        request.auth.pk, asked.installation_id, asked.permission, asked.locale
    )
    return offer(asker, asked)


def refuse_unknown(request: HttpRequest, asked: Asked) -> None:
    """The framework drops what an address has beside its fields; raises Refused."""
    for name in sorted(set(request.GET) - set(type(asked).model_fields)):
        raise Refused(
            f"/{name[:80]}",
            "extra_forbidden",
            _("There is no such field: remove it."),
        )
    for name, text in request.GET.items():
        if "\x00" in text:
            raise Refused(
                f"/{name}", "nul", _("Texts must not hold the NUL character.")
            )


def offer(asker: Asker, asked: Asked) -> dict[str, Any]:
    moment = eligibility.Moment(
        at=clock.now(), sessions=asked.sessions, seconds=asked.seconds
    )
    answer = offers.choose(asker, asked.event, moment)
    return {
        "primer": offers.drawn(answer, asker),
        "reasons": reasons(answer) if asked.debug else [],
    }


def reasons(answer: offers.Answer) -> list[dict[str, str]]:
    """Why each primer before the chosen one was left out, or that there is none."""
    if answer.primer is None and not answer.noes:
        nothing = eligibility.Reason.OTHER_EVENT
        return [why("", nothing)]
    return [why(offers.public_id(no.primer), no.reason) for no in answer.noes]


def why(primer: str, reason: eligibility.Reason) -> dict[str, str]:
    words = str(eligibility.words(reason))
    return {"primer": primer, "reason": reason.value, "words": words}


@router.post(
    "/primers/{primer_id}/responses",
    auth=Caller(),
    response={200: Kept, 422: schemas.Problem},
    summary="Report what became of a primer",
)
def respond(request: Any, primer_id: str, response: Response) -> HttpResponse:
    """Each kind counts once for a showing; sending it again is harmless.

    shown, then accepted or later; after the system's prompt granted or denied, which
    is kept as the device's permission too. Ticked topics go with accepted or granted.
    """
    at = clock.now()
    asker = asker_of(request.auth, response)
    primer = primer_of(primer_id, asker)
    given = responses.Given(
        showing=response.showing,
        kind=ResponseKind(response.kind),
        at=response.at or at,
        topics=response.topics,
    )

    def work() -> tuple[int, dict[str, Any]]:
        return 200, {"status": responses.record(primer, asker, given, at).value}

    return idempotency.once(request, scope_of(request.auth), at, work)


def asker_of(caller: Installation | Application, response: Response) -> Asker:
    """Who answers; raises Refused when a browser does not say which it is."""
    if isinstance(caller, Installation):
        return offers.of_installation(caller)
    if not response.installation_id:
        raise Refused(
            "/installation_id",
            "missing",
            _("Say which browser it is: send installation_id with the public key."),
        )
    return offers.of_browser(
        caller.pk, response.installation_id, Permission.UNKNOWN, response.locale
    )


def primer_of(primer_id: str, asker: Asker) -> Primer:
    """The primer of the caller's own application, whatever its state; or Problem."""
    named = PRIMER.fullmatch(primer_id)
    mine = Primer.objects.filter(application=asker.application_id)
    found = named and mine.filter(public_id=uuid.UUID(named[1])).first()
    if not found:
        raise not_found()
    return found


def scope_of(caller: Installation | Application) -> str:
    kind = "device" if isinstance(caller, Installation) else "application"
    return f"{kind} {caller.pk}"
