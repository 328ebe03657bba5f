"""What WNS's answers mean (providers.md D): status and X-WNS headers to a verdict.

https://learn.microsoft.com/en-us/windows/apps/design/shell/tiles-and-notifications/push-request-response-headers
"""

from devices.gateways import breaks
from devices.gateways.base import Result, Scope, Verdict
from devices.gateways.wire import Answer

VERDICT_OF_STATE = {
    "received": Verdict.ACCEPTED,
    "dropped": Verdict.DROPPED,
    "channelthrottled": Verdict.THROTTLED,
}
"""By X-WNS-Status of a 200: anything but "received" was not delivered."""

VERDICT_OF = {
    400: Verdict.PAYLOAD_REJECTED,
    401: Verdict.AUTH_CONFIG,
    403: Verdict.TOKEN_MISMATCH,
    404: Verdict.TOKEN_DEAD,
    405: Verdict.PAYLOAD_REJECTED,
    406: Verdict.THROTTLED,
    408: Verdict.NOT_ACCEPTED,
    410: Verdict.TOKEN_DEAD,
    413: Verdict.PAYLOAD_REJECTED,
    429: Verdict.THROTTLED,
    500: Verdict.AMBIGUOUS,
    503: Verdict.AMBIGUOUS,
}

VERDICT_OF_CLASS = {
    2: Verdict.AMBIGUOUS,
    3: Verdict.AUTH_CONFIG,
    4: Verdict.PAYLOAD_REJECTED,
    5: Verdict.AMBIGUOUS,
}
"""For what is not in the tables: by class of status, never a dead token."""


def result_of(answer: Answer, *, token: str) -> Result:
    """The result of one push; ``token`` is cut out of the words that are kept."""
    if not answer.status:
        return breaks.result_of(answer)
    verdict = _verdict(answer)
    return Result(
        reference=answer.request.reference,
        verdict=verdict,
        code=_code(answer),
        detail=_detail(answer, token),
        scope=_scope(answer) if verdict is Verdict.THROTTLED else None,
        retry_after=_retry_after(answer),
        provider_id=answer.headers.get("x-wns-msg-id", "")[:100],
    )


def _verdict(answer: Answer) -> Verdict:
    status = answer.status
    if status == 200 and (state := VERDICT_OF_STATE.get(_state(answer))):
        return state
    if answer.error and 400 <= status < 500:
        # Something broke under the refusal: it is certain, and its cause is not.
        return Verdict.NOT_ACCEPTED
    if status == 503 and answer.retry_after:
        return Verdict.NOT_ACCEPTED
    return VERDICT_OF.get(status) or VERDICT_OF_CLASS[status // 100]


def _state(answer: Answer) -> str:
    return answer.headers.get("x-wns-status", "").strip().lower()


def _code(answer: Answer) -> str:
    """WNS's own word of a 200, else the status, which is all that it says."""
    if answer.status != 200:
        return f"HTTP_{answer.status}"
    state = _state(answer)
    return "" if state == "received" else state[:60] or "no_status"


def _scope(answer: Answer) -> Scope:
    """A 200 speaks of this one device's channel, a 406 of all that we send."""
    return Scope.DEVICE if answer.status == 200 else Scope.CHANNEL


def _retry_after(answer: Answer) -> float | None:
    """Seconds; WNS has a header of its own for it."""
    text = answer.headers.get("x-wns-continue-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:6])
    return answer.retry_after


def _detail(answer: Answer, token: str) -> str:
    words = answer.headers.get("x-wns-error-description", "")
    words = words.replace(token, "…") if token else ""
    return " ".join(words.split())[:200]
