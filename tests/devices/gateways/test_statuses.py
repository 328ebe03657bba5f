"""Answers that say nothing but their status, for every provider."""

from types import ModuleType
from typing import Any

import pytest

from devices.gateways import apns_answers, fcm_answers, webpush_answers, wns_answers
from devices.gateways.base import Verdict
from devices.gateways.wire import Answer, Request

READERS = {
    "fcm": fcm_answers,
    "apns": apns_answers,
    "webpush": webpush_answers,
    "wns": wns_answers,
}
NEEDS_TOKEN = {"fcm": {"token": "t"}, "wns": {"token": "t"}}
BARE = {
    "fcm": {
        401: Verdict.AUTH_CONFIG,
        403: Verdict.AUTH_CONFIG,
        404: Verdict.AUTH_CONFIG,
        408: Verdict.NOT_ACCEPTED,
        429: Verdict.THROTTLED,
    },
    "apns": {
        403: Verdict.AUTH_CONFIG,
        404: Verdict.AUTH_CONFIG,
        408: Verdict.NOT_ACCEPTED,
        429: Verdict.THROTTLED,
    },
    "webpush": {
        400: Verdict.PAYLOAD_REJECTED,
        401: Verdict.AUTH_CONFIG,
        403: Verdict.AUTH_CONFIG,
        404: Verdict.TOKEN_DEAD,
        406: Verdict.THROTTLED,
        408: Verdict.NOT_ACCEPTED,
        410: Verdict.TOKEN_DEAD,
        413: Verdict.PAYLOAD_REJECTED,
        429: Verdict.THROTTLED,
    },
    "wns": {408: Verdict.NOT_ACCEPTED, 429: Verdict.THROTTLED},
}
CASES = [
    pytest.param(READERS[name], NEEDS_TOKEN.get(name, {}), status, verdict, id=label)
    for name, statuses in BARE.items()
    for status, verdict in statuses.items()
    for label in [f"{name}-{status}"]
]


@pytest.mark.parametrize(("reader", "more", "status", "verdict"), CASES)
def test_a_status_without_a_word_has_its_verdict(
    reader: ModuleType, more: dict[str, Any], status: int, verdict: Verdict
) -> None:
    request = Request("https://fcm.googleapis.com/", [], b"", [], 1)
    answer = Answer(request, status, b"", None, 0, "", True, False, False)

    assert reader.result_of(answer, **more).verdict is verdict
