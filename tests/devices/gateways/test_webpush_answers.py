"""Every answer of reference providers.md C4, as a gateway reads it."""

from types import MappingProxyType

import orjson
import pytest

from devices.gateways import webpush_answers
from devices.gateways.base import Result, Scope, Verdict
from devices.gateways.wire import Answer, Request
from devices.simulator.webpush_browsers import CHROME, EDGE, FIREFOX, SAFARI
from tests.devices.browsers import push_to
from tests.devices.conftest import OpenWebPush
from tests.simulators import RunningSimulator

ANSWERS = [
    (CHROME, "dead", Verdict.TOKEN_DEAD, "HTTP_410"),
    (CHROME, "notfound", Verdict.TOKEN_DEAD, "HTTP_404"),
    (CHROME, "malformed", Verdict.TOKEN_DEAD, "InvalidRegistration"),
    (CHROME, "InvalidRegistration", Verdict.TOKEN_DEAD, "InvalidRegistration"),
    (
        CHROME,
        "UnauthorizedRegistration",
        Verdict.TOKEN_MISMATCH,
        "UnauthorizedRegistration",
    ),
    (CHROME, "mismatch", Verdict.TOKEN_MISMATCH, "KeyMismatch"),
    (CHROME, "forbidden", Verdict.AUTH_CONFIG, "HTTP_403"),
    (CHROME, "unauthenticated", Verdict.AUTH_CONFIG, "HTTP_401"),
    (CHROME, "payload", Verdict.PAYLOAD_REJECTED, "HTTP_400"),
    (CHROME, "unknown", Verdict.PAYLOAD_REJECTED, "HTTP_400"),
    (CHROME, "throttled", Verdict.THROTTLED, "HTTP_429"),
    (CHROME, "internal", Verdict.AMBIGUOUS, "HTTP_500"),
    (CHROME, "badgateway", Verdict.AMBIGUOUS, "HTTP_502"),
    (CHROME, "unavailable", Verdict.AMBIGUOUS, "HTTP_503"),
    (CHROME, "overloaded", Verdict.NOT_ACCEPTED, "HTTP_503"),
    (CHROME, "redirect", Verdict.AMBIGUOUS, "HTTP_307"),
    (FIREFOX, "mismatch", Verdict.TOKEN_MISMATCH, "KeyMismatch"),
    (FIREFOX, "unavailable", Verdict.AMBIGUOUS, "errno_201"),
    (FIREFOX, "overloaded", Verdict.NOT_ACCEPTED, "errno_202"),
    (FIREFOX, "throttled", Verdict.THROTTLED, "errno_201"),
    (FIREFOX, "errno101", Verdict.PAYLOAD_REJECTED, "errno_101"),
    (FIREFOX, "errno102", Verdict.TOKEN_DEAD, "errno_102"),
    (FIREFOX, "errno103", Verdict.TOKEN_DEAD, "errno_103"),
    (FIREFOX, "errno104", Verdict.PAYLOAD_REJECTED, "errno_104"),
    (FIREFOX, "errno105", Verdict.TOKEN_DEAD, "errno_105"),
    (FIREFOX, "errno106", Verdict.TOKEN_DEAD, "errno_106"),
    (FIREFOX, "errno108", Verdict.PAYLOAD_REJECTED, "errno_108"),
    (FIREFOX, "errno109", Verdict.AUTH_CONFIG, "errno_109"),
    (FIREFOX, "errno110", Verdict.PAYLOAD_REJECTED, "errno_110"),
    (FIREFOX, "errno111", Verdict.PAYLOAD_REJECTED, "errno_111"),
    (FIREFOX, "errno112", Verdict.PAYLOAD_REJECTED, "errno_112"),
    (FIREFOX, "errno113", Verdict.PAYLOAD_REJECTED, "errno_113"),
    (FIREFOX, "errno201", Verdict.AMBIGUOUS, "errno_201"),
    (FIREFOX, "errno202", Verdict.AMBIGUOUS, "errno_202"),
    (FIREFOX, "errno900", Verdict.AMBIGUOUS, "errno_900"),
    (FIREFOX, "errno901", Verdict.AMBIGUOUS, "errno_901"),
    (FIREFOX, "errno902", Verdict.AMBIGUOUS, "errno_902"),
    (FIREFOX, "errno903", Verdict.AMBIGUOUS, "errno_903"),
    (FIREFOX, "errno999", Verdict.AMBIGUOUS, "errno_999"),
    (SAFARI, "dead", Verdict.TOKEN_DEAD, "Unregistered"),
    (SAFARI, "mismatch", Verdict.TOKEN_MISMATCH, "VapidPkHashMismatch"),
    (SAFARI, "VapidPkHashMismatch", Verdict.TOKEN_MISMATCH, "VapidPkHashMismatch"),
    (SAFARI, "BadJwtToken", Verdict.AUTH_CONFIG, "BadJwtToken"),
    (SAFARI, "BadVapidPublicKey", Verdict.AUTH_CONFIG, "BadVapidPublicKey"),
    (SAFARI, "BadTtl", Verdict.PAYLOAD_REJECTED, "BadTtl"),
    (SAFARI, "BadUrgency", Verdict.PAYLOAD_REJECTED, "BadUrgency"),
    (SAFARI, "BadWebPushTopic", Verdict.PAYLOAD_REJECTED, "BadWebPushTopic"),
    (SAFARI, "PayloadTooLarge", Verdict.PAYLOAD_REJECTED, "PayloadTooLarge"),
    (SAFARI, "TooManyRequests", Verdict.THROTTLED, "TooManyRequests"),
    (EDGE, "dead", Verdict.TOKEN_DEAD, "HTTP_410"),
    (EDGE, "malformed", Verdict.TOKEN_DEAD, "HTTP_404"),
    (EDGE, "mismatch", Verdict.TOKEN_MISMATCH, "KeyMismatch"),
    (EDGE, "forbidden", Verdict.TOKEN_MISMATCH, "HTTP_403"),
    (EDGE, "payload", Verdict.PAYLOAD_REJECTED, "HTTP_400"),
    (EDGE, "throttled", Verdict.THROTTLED, "HTTP_406"),
    (EDGE, "discarded", Verdict.DROPPED, "dropped"),
]


@pytest.mark.parametrize(
    ("host", "script", "verdict", "code"),
    ANSWERS,
    ids=[f"{host.split('.')[-2]}-{script}" for host, script, _v, _c in ANSWERS],
)
def test_each_answer_of_a_push_service_has_its_verdict(
    simulator: RunningSimulator,
    open_webpush: OpenWebPush,
    host: str,
    script: str,
    verdict: Verdict,
    code: str,
) -> None:
    push = push_to(simulator, f"scripted-{script}", host=host)
    simulator.script(push.token, script)

    [result] = open_webpush().send([push])

    assert (result.verdict, result.code) == (verdict, code)
    assert result.left


@pytest.mark.parametrize(
    ("script", "verdict", "code"),
    [
        ("silent", Verdict.AMBIGUOUS, "timeout"),
        ("closed", Verdict.AMBIGUOUS, "connection"),
        ("dropped", Verdict.AMBIGUOUS, "connection"),
        ("reset", Verdict.AMBIGUOUS, "connection"),
        ("broken", Verdict.AMBIGUOUS, "stream"),
        ("refused", Verdict.NOT_ACCEPTED, "connection"),
        ("goaway", Verdict.NOT_ACCEPTED, "connection"),
        ("lastwords", Verdict.AMBIGUOUS, "connection"),
        ("truncated", Verdict.ACCEPTED, ""),
        ("garbage", Verdict.ACCEPTED, ""),
        ("huge", Verdict.ACCEPTED, ""),
        ("slow", Verdict.ACCEPTED, ""),
    ],
)
def test_each_fault_of_the_wire_has_its_verdict(
    simulator: RunningSimulator,
    open_webpush: OpenWebPush,
    script: str,
    verdict: Verdict,
    code: str,
) -> None:
    push = push_to(simulator, f"{script}-wire")

    [result] = open_webpush(timeout=3.0).send([push])

    assert (result.verdict, result.code) == (verdict, code)
    assert len(simulator.journal(token=push.token)) == 1


def test_a_redirect_is_not_followed(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    before = len(simulator.journal())

    [result] = open_webpush().send([push_to(simulator, "redirect-away")])

    assert (result.verdict, result.code) == (Verdict.AMBIGUOUS, "HTTP_307")
    assert len(simulator.journal()) == before + 1


def test_every_throttled_answer_reaches_one_browser_and_says_how_long(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    gateway = open_webpush()
    told = push_to(simulator, "told", 1, host=SAFARI)
    untold = push_to(simulator, "busy-untold", 2, host=SAFARI)
    simulator.script(told.token, "throttled", retry_after=7)

    results = gateway.send([told, untold])

    assert [(each.scope, each.retry_after) for each in results] == [
        (Scope.DEVICE, 7),
        (Scope.DEVICE, 60),
    ]


def test_a_503_that_says_when_to_come_back_is_not_accepted(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    push = push_to(simulator, "come-back")
    simulator.script(push.token, "overloaded", retry_after=7)

    [result] = open_webpush().send([push])

    assert (result.verdict, result.retry_after) == (Verdict.NOT_ACCEPTED, 7)


URL = "https://fcm.googleapis.com/fcm/send/very-secret-part"


def read(
    status: int, body: bytes, *, broken: int = 0, headers: dict[str, str] | None = None
) -> Result:
    request = Request(URL, [], b"", [], 1)
    answer = Answer(
        request,
        status,
        body,
        None,
        broken,
        "",
        True,
        False,
        True,
        MappingProxyType(headers or {}),
    )
    return webpush_answers.result_of(answer)


@pytest.mark.parametrize(
    "status", [*range(200, 600, 9), 299, 401, 403, 406, 413, 418, 599]
)
@pytest.mark.parametrize("body", [b"", b"something new", b'{"reason": "NewWord"}'])
def test_an_answer_that_nobody_knows_never_retires_a_browser(
    status: int, body: bytes
) -> None:
    assert read(status, body).verdict not in (
        Verdict.TOKEN_DEAD,
        Verdict.TOKEN_MISMATCH,
    )


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize(
    ("reason", "verdict"),
    [
        ("VapidPkHashMismatch", Verdict.TOKEN_MISMATCH),
        ("BadJwtToken", Verdict.AUTH_CONFIG),
    ],
)
def test_apple_s_word_counts_whatever_its_status(
    status: int, reason: str, verdict: Verdict
) -> None:
    assert read(status, orjson.dumps({"reason": reason})).verdict is verdict


@pytest.mark.parametrize("status", [500, 503])
def test_a_word_in_a_fault_of_the_service_blames_nobody(status: int) -> None:
    body = b'{"reason": "VapidPkHashMismatch"}'

    assert read(status, body).verdict is Verdict.AMBIGUOUS


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (400, Verdict.NOT_ACCEPTED),
        (403, Verdict.NOT_ACCEPTED),
        (410, Verdict.TOKEN_DEAD),
        (500, Verdict.AMBIGUOUS),
        (201, Verdict.ACCEPTED),
    ],
)
def test_a_refusal_that_was_cut_off_is_not_read_as_another(
    status: int, verdict: Verdict
) -> None:
    assert read(status, b'{"reas', broken=18).verdict is verdict


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"[]", b"7", b"\xff\x00", b"{}", b'{"reason": 7}'),
        *(b'{"errno": {}}', b'{"message": null}', b"[" * 5000),
    ],
)
def test_a_body_of_any_shape_is_read_without_an_exception(body: bytes) -> None:
    assert read(400, body).verdict is Verdict.PAYLOAD_REJECTED
    assert read(201, body).verdict is Verdict.ACCEPTED


def test_a_message_too_large_is_a_fault_of_the_message_everywhere() -> None:
    assert read(413, b"payload too large\n").verdict is Verdict.PAYLOAD_REJECTED


def test_windows_may_throttle_a_browser_in_an_answer_of_success() -> None:
    result = read(201, b"", headers={"x-wns-status": "channelThrottled"})

    assert (result.verdict, result.scope) == (Verdict.THROTTLED, Scope.DEVICE)


def test_the_detail_is_one_line_without_the_address() -> None:
    body = f"Bad\nthing at {URL} or very-secret-part{'x' * 500}".encode()

    detail = read(400, body).detail

    assert detail.startswith("Bad thing at")
    assert "very-secret" not in detail
    assert len(detail) <= 200
