"""A POST that is sent again is answered again, and done once."""

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from devices import credentials
from devices.models import IdempotencyKey

from .problems import Problem

KEPT = timedelta(hours=48)
LONGEST = 120

Work = Callable[[], tuple[int, dict[str, Any]]]


def once(request: HttpRequest, scope: str, at: datetime, work: Work) -> HttpResponse:
    """Do the work and answer, or answer as the first time.

    ``scope`` is whose key it is. A key lives 48 hours; with another body it is a
    Problem (409). Work that fails is not kept, so it can be sent again.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return reply(*work())
    if not key.isprintable() or not 0 < len(key) <= LONGEST:
        raise Problem(
            400,
            "bad_idempotency_key",
            _("Give an Idempotency-Key of 1 to 120 characters."),
        )
    IdempotencyKey.objects.filter(
        scope=scope, key=key, created_at__lt=at - KEPT
    ).delete()
    try:
        with transaction.atomic():
            return first_time(request, scope, key, at, work)
    except IntegrityError as clash:
        kept = IdempotencyKey.objects.filter(scope=scope, key=key).first()
        if kept is None:
            raise clash from None
        return again(request, kept)


def first_time(
    request: HttpRequest, scope: str, key: str, at: datetime, work: Work
) -> HttpResponse:
    """Claim the key, which waits for whoever claimed it just now; work; keep."""
    row = IdempotencyKey.objects.create(
        scope=scope,
        key=key,
        body_hash=hash_of(request),
        status=0,
        answer={},
        created_at=at,
    )
    status, answer = work()
    sealed = credentials.keyring().seal(
        orjson.dumps(answer).decode(), bound_to=f"{scope} {key}"
    )
    IdempotencyKey.objects.filter(pk=row.pk).update(
        status=status, answer={"sealed": base64.b64encode(sealed).decode()}
    )
    return reply(status, answer)


def again(request: HttpRequest, kept: IdempotencyKey) -> HttpResponse:
    if bytes(kept.body_hash) != hash_of(request):
        raise Problem(
            409,
            "idempotency_conflict",
            _("This Idempotency-Key was used for another request: make a new one."),
        )
    sealed = base64.b64decode(kept.answer["sealed"])
    text = credentials.keyring().unseal(sealed, bound_to=f"{kept.scope} {kept.key}")
    response = reply(kept.status, orjson.loads(text))
    response["Idempotent-Replayed"] = "true"
    return response


def hash_of(request: HttpRequest) -> bytes:
    whole = f"{request.method} {request.path}\n".encode() + request.body
    return hashlib.sha256(whole).digest()


def reply(status: int, answer: dict[str, Any]) -> HttpResponse:
    return HttpResponse(
        orjson.dumps(answer), status=status, content_type="application/json"
    )
