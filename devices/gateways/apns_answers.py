"""What the answers of APNs mean (providers.md B5): status and reason to a verdict.

https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
"""

from typing import Any, NamedTuple

import orjson

from devices.gateways import breaks
from devices.gateways.base import Result, Scope, Verdict
from devices.gateways.wire import Answer

VERDICT_OF = {
    (400, "BadDeviceToken"): Verdict.TOKEN_MISMATCH,
    (400, "DeviceTokenNotForTopic"): Verdict.TOKEN_MISMATCH,
    (410, "Unregistered"): Verdict.TOKEN_DEAD,
    (410, "ExpiredToken"): Verdict.TOKEN_DEAD,
    (400, "BadCollapseId"): Verdict.PAYLOAD_REJECTED,
    (400, "BadExpirationDate"): Verdict.PAYLOAD_REJECTED,
    (400, "BadMessageId"): Verdict.PAYLOAD_REJECTED,
    (400, "BadPriority"): Verdict.PAYLOAD_REJECTED,
    (400, "DuplicateHeaders"): Verdict.PAYLOAD_REJECTED,
    (400, "InvalidPushType"): Verdict.PAYLOAD_REJECTED,
    (400, "MissingDeviceToken"): Verdict.PAYLOAD_REJECTED,
    (400, "PayloadEmpty"): Verdict.PAYLOAD_REJECTED,
    (404, "BadPath"): Verdict.PAYLOAD_REJECTED,
    (405, "MethodNotAllowed"): Verdict.PAYLOAD_REJECTED,
    (413, "PayloadTooLarge"): Verdict.PAYLOAD_REJECTED,
    (400, "BadTopic"): Verdict.AUTH_CONFIG,
    (400, "MissingTopic"): Verdict.AUTH_CONFIG,
    (400, "TopicDisallowed"): Verdict.AUTH_CONFIG,
    (403, "BadCertificate"): Verdict.AUTH_CONFIG,
    (403, "BadCertificateEnvironment"): Verdict.AUTH_CONFIG,
    (403, "BadEnvironmentKeyIdInToken"): Verdict.AUTH_CONFIG,
    (403, "BadEnvironmentKeyInToken"): Verdict.AUTH_CONFIG,
    (403, "ExpiredProviderToken"): Verdict.AUTH_CONFIG,
    (403, "Forbidden"): Verdict.AUTH_CONFIG,
    (403, "InvalidProviderToken"): Verdict.AUTH_CONFIG,
    (403, "MissingProviderToken"): Verdict.AUTH_CONFIG,
    (403, "UnrelatedKeyIdInToken"): Verdict.AUTH_CONFIG,
    (429, "TooManyProviderTokenUpdates"): Verdict.THROTTLED,
    (429, "TooManyRequests"): Verdict.THROTTLED,
    (400, "IdleTimeout"): Verdict.NOT_ACCEPTED,
    (500, "InternalServerError"): Verdict.AMBIGUOUS,
    (503, "ServiceUnavailable"): Verdict.NOT_ACCEPTED,
    (503, "Shutdown"): Verdict.NOT_ACCEPTED,
    (403, ""): Verdict.AUTH_CONFIG,
    (404, ""): Verdict.AUTH_CONFIG,
    (408, ""): Verdict.NOT_ACCEPTED,
    (429, ""): Verdict.THROTTLED,
}
"""By HTTP status and reason ("": any other reason of that status, or none)."""

VERDICT_OF_CLASS = {
    2: Verdict.ACCEPTED,
    3: Verdict.AUTH_CONFIG,
    4: Verdict.PAYLOAD_REJECTED,
    5: Verdict.AMBIGUOUS,
}
"""For what is not in the table: by class of status, never a dead token."""

SOON = 1.0
"""Seconds after which a new connection or a new token may have cured it."""

WAIT_OF = {"IdleTimeout": SOON, "TooManyProviderTokenUpdates": 1200.0}
"""Seconds to wait where the answer names none and the reason does."""

LAST_MOMENT = 1e14
"""Milliseconds; a later moment (the year 5138) is no date."""

OF_THE_DEVICE = "TooManyRequests"
"""Apple counts these for one device token, not for the app."""


REFUSING = ("certificate", "unknown ca", "access denied", "decrypt error")
"""OpenSSL's words for alerts about the certificate that a client gave."""


class Refusal(NamedTuple):
    """Apple's error, decoded: ``since`` in Unix seconds, for a dead token."""

    reason: str = ""
    since: float | None = None


def result_of(answer: Answer) -> Result:
    """The result of one push."""
    if not answer.status:
        return _broken(answer)
    reference = answer.request.reference
    if answer.status == 200:
        # The body is empty, so a break after the status line takes nothing away.
        return Result(reference=reference, verdict=Verdict.ACCEPTED)
    refusal = decode(answer.body)
    verdict = _verdict(answer, refusal.reason)
    return Result(
        reference=reference,
        verdict=verdict,
        code=refusal.reason or f"HTTP_{answer.status}",
        scope=_scope(refusal.reason) if verdict is Verdict.THROTTLED else None,
        retry_after=answer.retry_after or WAIT_OF.get(refusal.reason),
        since=refusal.since if verdict is Verdict.TOKEN_DEAD else None,
    )


def decode(body: bytes) -> Refusal:
    """Read an error body; anything that is not one gives an empty refusal."""
    try:
        error: Any = orjson.loads(body)
        reason, moment = error.get("reason"), error.get("timestamp")
    except (ValueError, AttributeError):
        return Refusal()
    known = isinstance(reason, str) and reason.isascii() and reason.isalnum()
    dated = isinstance(moment, int | float) and 0 < moment < LAST_MOMENT
    return Refusal(reason[:60] if known else "", moment / 1000 if dated else None)


def _broken(answer: Answer) -> Result:
    """A refused client certificate shows only as an alert of TLS.

    In TLS 1.3 it comes when the request may have left already, but these alerts
    belong to the handshake: no request was looked at (RFC 8446, section 6.2).
    """
    result = breaks.result_of(answer)
    words = answer.text.lower()
    refused = "alert" in words and any(each in words for each in REFUSING)
    if not answer.request.options.certificate or not refused:
        return result
    return result._replace(verdict=Verdict.AUTH_CONFIG, code="BadCertificate")


def _verdict(answer: Answer, reason: str) -> Verdict:
    status = answer.status
    if answer.error and 400 <= status < 500:
        # The reason was cut off. The refusal itself is certain, so try again.
        return Verdict.NOT_ACCEPTED
    known = VERDICT_OF.get((status, reason)) or VERDICT_OF.get((status, ""))
    return known or VERDICT_OF_CLASS[status // 100]


def _scope(reason: str) -> Scope:
    return Scope.DEVICE if reason == OF_THE_DEVICE else Scope.CHANNEL
