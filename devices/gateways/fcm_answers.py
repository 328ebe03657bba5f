"""What FCM's answers mean (providers.md A6): status and error code to a verdict.

Sources: https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode and
https://google.aip.dev/193 for the details of an error.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from devices.gateways import breaks
from devices.gateways.base import Result, Scope, Verdict
from devices.gateways.wire import Answer

FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
QUOTA_FAILURE = "type.googleapis.com/google.rpc.QuotaFailure"

VERDICT_OF = {
    (400, "INVALID_ARGUMENT"): Verdict.PAYLOAD_REJECTED,
    (400, "UNSPECIFIED_ERROR"): Verdict.NOT_ACCEPTED,
    (401, "THIRD_PARTY_AUTH_ERROR"): Verdict.AUTH_CONFIG,
    (401, "APNS_AUTH_ERROR"): Verdict.AUTH_CONFIG,
    (401, ""): Verdict.AUTH_CONFIG,
    (403, "SENDER_ID_MISMATCH"): Verdict.TOKEN_MISMATCH,
    (403, ""): Verdict.AUTH_CONFIG,
    (404, "UNREGISTERED"): Verdict.TOKEN_DEAD,
    (404, ""): Verdict.AUTH_CONFIG,
    (408, ""): Verdict.NOT_ACCEPTED,
    (429, "QUOTA_EXCEEDED"): Verdict.THROTTLED,
    (429, ""): Verdict.THROTTLED,
    (500, "INTERNAL"): Verdict.AMBIGUOUS,
    (503, "UNAVAILABLE"): Verdict.AMBIGUOUS,
}
"""By HTTP status and FcmError.errorCode ("" when the answer has no FcmError)."""

VERDICT_OF_CLASS = {
    2: Verdict.ACCEPTED,
    3: Verdict.AUTH_CONFIG,
    4: Verdict.PAYLOAD_REJECTED,
    5: Verdict.AMBIGUOUS,
}
"""For what is not in the table: by class of status, never a dead token."""

DEAD_TOKEN = "not a valid FCM registration token"


class Refusal(NamedTuple):
    """FCM's error, decoded. Everything is "" or empty when it is not there."""

    code: str = ""
    status: str = ""
    reason: str = ""
    message: str = ""
    fields: tuple[str, ...] = ()
    quotas: str = ""


def result_of(answer: Answer, *, token: str) -> Result:
    """The result of one push; ``token`` is cut out of the words that are kept."""
    if not answer.status:
        return breaks.result_of(answer)
    if answer.status == 200:
        return _accepted(answer)
    refusal = decode(answer.body)
    verdict = _verdict(answer, refusal)
    return Result(
        reference=answer.request.reference,
        verdict=verdict,
        code=_code(answer, refusal),
        detail=_detail(refusal, token),
        scope=_scope(refusal) if verdict is Verdict.THROTTLED else None,
        retry_after=answer.retry_after,
    )


def is_stale_token(answer: Answer) -> bool:
    """Whether our own access token was refused, which a new one may repair."""
    return answer.status == 401 and not answer.error and not decode(answer.body).code


def decode(body: bytes) -> Refusal:
    """Read an error body; anything that is not one gives an empty refusal."""
    try:
        error = orjson.loads(body)["error"]
        return _refusal(error)
    except (ValueError, TypeError, KeyError, AttributeError):
        return Refusal()


def _refusal(error: Mapping[str, Any]) -> Refusal:
    details = {part.get("@type"): part for part in error.get("details", ())}
    violations = details.get(BAD_REQUEST, {}).get("fieldViolations", ())
    quotas = details.get(QUOTA_FAILURE, {}).get("violations", ())
    return Refusal(
        code=str(details.get(FCM_ERROR, {}).get("errorCode", "")),
        status=str(error.get("status", "")),
        reason=str(details.get(ERROR_INFO, {}).get("reason", "")),
        message=str(error.get("message", "")),
        fields=tuple(str(each.get("field", "")) for each in violations),
        quotas=" ".join(
            f"{each.get('subject', '')} {each.get('description', '')}"
            for each in quotas
        ).lower(),
    )


def _accepted(answer: Answer) -> Result:
    """A truncated or garbled 200 is accepted all the same: FCM has the message."""
    try:
        name = str(orjson.loads(answer.body)["name"])
    except (ValueError, TypeError, KeyError):
        name = ""
    return Result(
        reference=answer.request.reference,
        verdict=Verdict.ACCEPTED,
        code="" if name else "malformed",
        provider_id=name.rpartition("/")[2],
    )


def _verdict(answer: Answer, refusal: Refusal) -> Verdict:
    status = answer.status
    if answer.error and 400 <= status < 500:
        # The reason was cut off. The refusal itself is certain, so try again.
        return Verdict.NOT_ACCEPTED
    if status == 503 and answer.retry_after:
        return Verdict.NOT_ACCEPTED
    if (status, refusal.code) == (400, "INVALID_ARGUMENT") and _blames_token(refusal):
        return Verdict.TOKEN_DEAD
    known = VERDICT_OF.get((status, refusal.code))
    if known is None and status == 429:
        return Verdict.THROTTLED
    return known or VERDICT_OF_CLASS[status // 100]


def _blames_token(refusal: Refusal) -> bool:
    """INVALID_ARGUMENT is for a bad message and for a malformed token alike."""
    if refusal.fields:
        return set(refusal.fields) == {"message.token"}
    return DEAD_TOKEN in refusal.message


def _scope(refusal: Refusal) -> Scope:
    return Scope.DEVICE if "device" in refusal.quotas else Scope.CHANNEL


def _code(answer: Answer, refusal: Refusal) -> str:
    words = refusal.code or refusal.reason or refusal.status
    return words[:60] or f"HTTP_{answer.status}"


def _detail(refusal: Refusal, token: str) -> str:
    where = f" ({', '.join(refusal.fields)})" if refusal.fields else ""
    words = f"{refusal.message}{where}".replace(token, "…") if token else ""
    return " ".join(words.split())[:200]
