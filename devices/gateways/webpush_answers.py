"""What push services for browsers answer (providers.md C4): status and word to a
verdict.

Sources: RFC 8030, https://mozilla-services.github.io/autopush-rs/errors.html, and
https://developer.apple.com/documentation/usernotifications/sending-web-push-notifications-in-web-apps-and-browsers
"""

from typing import NamedTuple

import orjson

from devices.gateways import breaks
from devices.gateways.base import Result, Scope, Verdict
from devices.gateways.wire import Answer, host_of

VERDICT_OF_WORD = {
    "VapidPkHashMismatch": Verdict.TOKEN_MISMATCH,
    "KeyMismatch": Verdict.TOKEN_MISMATCH,
    "UnauthorizedRegistration": Verdict.TOKEN_MISMATCH,
    "InvalidRegistration": Verdict.TOKEN_DEAD,
    "BadJwtToken": Verdict.AUTH_CONFIG,
    "BadVapidPublicKey": Verdict.AUTH_CONFIG,
}
"""By the provider's word, whatever the status of the refusal: Apple was seen to give
the same word with 400 and with 403."""

VERDICT_OF = {
    401: Verdict.AUTH_CONFIG,
    403: Verdict.AUTH_CONFIG,
    404: Verdict.TOKEN_DEAD,
    406: Verdict.THROTTLED,
    408: Verdict.NOT_ACCEPTED,
    410: Verdict.TOKEN_DEAD,
    429: Verdict.THROTTLED,
}
VERDICT_OF_CLASS = {
    2: Verdict.ACCEPTED,
    # Never followed: the message may lie with either of the two hosts.
    3: Verdict.AMBIGUOUS,
    4: Verdict.PAYLOAD_REJECTED,
    5: Verdict.AMBIGUOUS,
}
"""For what is not in the table: by class of status, never a dead token."""

MISMATCHES = (
    "do not correspond to the credentials used to create the subscription",
    "key mismatch",
)
"""Google's and Mozilla's sentences: subscribed with another key than ours."""

WORDS = ("UnauthorizedRegistration", "InvalidRegistration")
"""Google's old words, in the midst of a page or a line."""

ORIGIN_PAUSE = 60.0
"""Seconds to wait for a service that does not say how long (providers.md F5)."""


class Refusal(NamedTuple):
    """A refusal, decoded: one word that decides, and the service's own sentence."""

    word: str = ""
    message: str = ""


def result_of(answer: Answer) -> Result:
    """The result of one push."""
    if not answer.status:
        return breaks.result_of(answer)
    if answer.status // 100 == 2:
        return _taken(answer)
    refusal = decode(answer.body or _windows_words(answer))
    verdict = _verdict(answer, refusal)
    throttled = verdict is Verdict.THROTTLED
    return Result(
        reference=answer.request.reference,
        verdict=verdict,
        code=refusal.word[:60] or f"HTTP_{answer.status}",
        detail=_detail(refusal, answer.request.url),
        scope=Scope.DEVICE if throttled else None,
        retry_after=(answer.retry_after or ORIGIN_PAUSE)
        if throttled
        else answer.retry_after,
    )


def holds_origin(answer: Answer) -> bool:
    """Whether this 429 is about everything that we send to that service.

    Apple and Windows count for each browser, the others for each sender.
    """
    host = host_of(answer.request.url)
    alone = host.endswith((".push.apple.com", ".notify.windows.com"))
    return answer.status == 429 and not alone


def decode(body: bytes) -> Refusal:
    """Read a refusal in Apple's, Mozilla's or Google's form; or an empty one."""
    text = body[:2000].decode("utf-8", "replace").strip()
    try:
        error = orjson.loads(body)
    except ValueError:
        error = None
    if not isinstance(error, dict):
        return Refusal(_word(text), "" if text.startswith("<") else text)
    if "reason" in error:
        return Refusal(str(error["reason"]), "")
    message = str(error.get("message", ""))
    number = error.get("errno")
    return Refusal(_word(message) or (f"errno_{number}" if number else ""), message)


def _windows_words(answer: Answer) -> bytes:
    """Windows gives its reason in a header, and no body."""
    return answer.headers.get("x-wns-error-description", "").encode()


def _word(text: str) -> str:
    if any(sentence in text.lower() for sentence in MISMATCHES):
        return "KeyMismatch"
    return next((word for word in WORDS if word in text), "")


def _taken(answer: Answer) -> Result:
    """A truncated answer is accepted all the same: the service has the message.

    Windows says in a header when it threw the message away at once.
    """
    fate = answer.headers.get("x-wns-status", "").lower()
    verdict = {"dropped": Verdict.DROPPED, "channelthrottled": Verdict.THROTTLED}.get(
        fate, Verdict.ACCEPTED
    )
    held = verdict is Verdict.THROTTLED
    return Result(
        reference=answer.request.reference,
        verdict=verdict,
        code=fate if verdict is not Verdict.ACCEPTED else "",
        scope=Scope.DEVICE if held else None,
        retry_after=ORIGIN_PAUSE if held else None,
    )


def _verdict(answer: Answer, refusal: Refusal) -> Verdict:
    status = answer.status
    if answer.error and 400 <= status < 500 and status not in (404, 410):
        # The reason was cut off. The refusal itself is certain, so try again.
        return Verdict.NOT_ACCEPTED
    if status == 503 and answer.retry_after:
        return Verdict.NOT_ACCEPTED
    known = VERDICT_OF_WORD.get(refusal.word) if 400 <= status < 500 else None
    return known or VERDICT_OF.get(status) or VERDICT_OF_CLASS[status // 100]


def _detail(refusal: Refusal, endpoint: str) -> str:
    """The service's words on one line, without the address, which is a secret."""
    words = refusal.message.replace(endpoint, "…")
    for part in endpoint.partition("://")[2].split("/")[1:]:
        words = words.replace(part, "…") if len(part) > 7 else words
    return " ".join(words.split())[:200]
