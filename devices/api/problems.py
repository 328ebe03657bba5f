"""Errors as RFC 9457 wants them: a status, a stable code, and the field at fault."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from devices.refusals import Refused

TITLES = {
    400: _("The request cannot be read"),
    401: _("Who is calling is not known"),
    403: _("This key may not do that"),
    404: _("Not found"),
    409: _("This contradicts an earlier request"),
    413: _("The request is too large"),
    415: _("The request is not JSON"),
    422: _("Something in the request cannot be kept"),
    429: _("Too many requests"),
}
WORDS = {
    "missing": _("This field is needed."),
    "extra_forbidden": _("There is no such field: remove it."),
    "string_too_long": _("This text is too long."),
    "string_too_short": _("This text is too short."),
    "string_type": _("Give a text."),
    "bool_type": _("Give true or false."),
    "dict_type": _("Give an object."),
    "list_type": _("Give a list."),
    "too_long": _("There are too many of these."),
    "timezone_aware": _("Give a time with its zone, such as 2026-01-31T09:00:00Z."),
}


class Fault(NamedTuple):
    """One field at fault: a JSON pointer, a stable code and a sentence."""

    pointer: str
    code: str
    message: str | Promise


class Problem(Exception):
    """The request ends here, with this status; ``errors`` name the fields."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str | Promise,
        *,
        errors: Sequence[Fault] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}

    def response(self) -> HttpResponse:
        answer = {
            "type": f"urn:pushsite:problem:{self.code}",
            "title": TITLES[self.status],
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "errors": [each._asdict() for each in self.errors],
        }
        return JsonResponse(
            answer,
            status=self.status,
            headers=self.headers,
            content_type="application/problem+json",
        )


def not_found() -> Problem:
    """The one answer for what is not there and for what is not the caller's."""
    return Problem(404, "not_found", _("There is nothing here for this caller."))


def nothing_here(request: HttpRequest) -> HttpResponse:
    """For addresses of the API that do not exist."""
    return not_found().response()


def of_validation(error: ValidationError) -> Problem:
    """What the schemas found, field by field, without the values that were sent."""
    faults = [
        Fault(
            pointer_to(each["loc"]),
            each["type"],
            WORDS.get(each["type"]) or str(each["msg"]),
        )
        for each in error.errors[:20]
    ]
    return Problem(
        422, "invalid", _("Correct the fields that errors names."), errors=faults
    )


def of_refusal(refused: Refused) -> Problem:
    fault = Fault(refused.field, refused.code, refused.message)
    return Problem(422, refused.code, refused.message, errors=[fault])


def of_http(error: HttpError) -> Problem:
    """The framework's own errors; one of ours may be the cause of "cannot parse"."""
    if isinstance(error.__cause__, Problem):
        return error.__cause__
    if isinstance(error, AuthenticationError):
        return unauthenticated()
    return Problem(400, "bad_request", _("The request cannot be read."))


def unauthenticated() -> Problem:
    return Problem(
        401,
        "unauthenticated",
        _(
            "Send “Authorization: Bearer pk_…” with the application's public key, "
            "“Authorization: Device dev_…:secret” with what registration returned, or "
            "from your own server “Authorization: Bearer sk_…” with a server key."
        ),
        headers={"WWW-Authenticate": "Bearer, Device"},
    )


def missing_scope(scope: str) -> Problem:
    """``scope`` is one of ours: nothing that was sent is repeated."""
    sentence = _("This key lacks “%(scope)s”: make one that has it.")
    return Problem(403, "missing_scope", sentence % {"scope": scope})


def too_large(error: Exception) -> Problem:
    return Problem(
        413, "too_large", _("A request has at most 5 MB: send less at once.")
    )


def pointer_to(location: Sequence[Any]) -> str:
    """A JSON pointer from a schema's location.

    In a body the first two steps name our arguments, in an address only the first.
    """
    inside = location[1:] if location[0] == "query" else location[2:]
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in inside]
    return "".join(f"/{step[:80]}" for step in steps)


def install(api: NinjaAPI) -> None:
    """Answer every error of this API as a problem."""
    makers = {
        Problem: lambda problem: problem,
        Refused: of_refusal,
        ValidationError: of_validation,
        HttpError: of_http,
        AuthenticationError: of_http,
        RequestDataTooBig: too_large,
        Http404: lambda _error: not_found(),
    }
    for kind, make in makers.items():

        def handle(request: HttpRequest, error: Any, make: Any = make) -> HttpResponse:
            response: HttpResponse = make(error).response()
            return response

        api.add_exception_handler(kind, handle)
