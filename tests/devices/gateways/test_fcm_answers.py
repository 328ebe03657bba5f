"""Every answer of FCM in reference providers.md A6, as a gateway reads it."""

import orjson
import pytest

from devices.gateways import fcm_answers
from devices.gateways.base import Result, Scope, Verdict
from devices.gateways.wire import Answer, Request
from tests.devices.conftest import OpenGateway, push
from tests.simulators import RunningSimulator


@pytest.mark.parametrize(
    ("script", "verdict", "code"),
    [
        ("payload", Verdict.PAYLOAD_REJECTED, "INVALID_ARGUMENT"),
        ("malformed", Verdict.TOKEN_DEAD, "INVALID_ARGUMENT"),
        ("thirdparty", Verdict.AUTH_CONFIG, "THIRD_PARTY_AUTH_ERROR"),
        ("mismatch", Verdict.TOKEN_MISMATCH, "SENDER_ID_MISMATCH"),
        ("forbidden", Verdict.AUTH_CONFIG, "PERMISSION_DENIED"),
        ("disabled", Verdict.AUTH_CONFIG, "SERVICE_DISABLED"),
        ("dead", Verdict.TOKEN_DEAD, "UNREGISTERED"),
        ("notfound", Verdict.AUTH_CONFIG, "HTTP_404"),
        ("throttled", Verdict.THROTTLED, "QUOTA_EXCEEDED"),
        ("ratelimited", Verdict.THROTTLED, "RATE_LIMIT_EXCEEDED"),
        ("internal", Verdict.AMBIGUOUS, "INTERNAL"),
        ("unavailable", Verdict.AMBIGUOUS, "UNAVAILABLE"),
        ("badgateway", Verdict.AMBIGUOUS, "HTTP_502"),
        ("unspecified", Verdict.NOT_ACCEPTED, "UNSPECIFIED_ERROR"),
        ("unknown", Verdict.PAYLOAD_REJECTED, "NEVER_HEARD_OF"),
    ],
)
def test_each_answer_of_fcm_has_its_verdict(
    open_gateway: OpenGateway, script: str, verdict: Verdict, code: str
) -> None:
    [result] = open_gateway().send([push(f"{script}-answer")])

    assert (result.verdict, result.code) == (verdict, code)
    assert result.left


def test_an_accepted_push_carries_fcm_s_own_id(open_gateway: OpenGateway) -> None:
    [result] = open_gateway().send([push("fine")])

    assert result.verdict is Verdict.ACCEPTED
    assert result.provider_id.startswith("0:")


def test_a_503_that_says_when_to_come_back_is_not_accepted(
    simulator: RunningSimulator, open_gateway: OpenGateway
) -> None:
    simulator.script("come-back", "overloaded", retry_after=7)

    [result] = open_gateway().send([push("come-back")])

    assert (result.verdict, result.retry_after) == (Verdict.NOT_ACCEPTED, 7)


def test_a_throttled_answer_says_for_how_long_and_how_far(
    simulator: RunningSimulator, open_gateway: OpenGateway
) -> None:
    simulator.script("project", "throttled", retry_after=30)
    simulator.script("phone", "busy")

    project, phone = open_gateway().send([push("project", 1), push("phone", 2)])

    assert (project.scope, project.retry_after) == (Scope.CHANNEL, 30)
    assert (phone.scope, phone.retry_after) == (Scope.DEVICE, None)


def test_a_token_throttled_twice_is_accepted_the_third_time(
    simulator: RunningSimulator, open_gateway: OpenGateway
) -> None:
    simulator.script("twice", "throttled", times=2)
    gateway = open_gateway()

    verdicts = [gateway.send([push("twice")])[0].verdict for _time in range(3)]

    assert verdicts == [Verdict.THROTTLED, Verdict.THROTTLED, Verdict.ACCEPTED]


def read(status: int, error: object, *, broken: int = 0, token: str = "tok") -> Result:
    body = error if isinstance(error, bytes) else orjson.dumps({"error": error})
    request = Request("https://fcm.googleapis.com/", [], b"", [], 1)
    answer = Answer(request, status, body, None, broken, "", True, False, False)
    return fcm_answers.result_of(answer, token=token)


def fcm_error(code: str, **more: object) -> dict[str, object]:
    return {"details": [{"@type": fcm_answers.FCM_ERROR, "errorCode": code}], **more}


@pytest.mark.parametrize("status", [*range(200, 600, 7), 299, 418, 599])
@pytest.mark.parametrize("code", ["", "NEW_WORD", "TOKEN_GONE"])
def test_an_answer_that_nobody_knows_never_retires_a_token(
    status: int, code: str
) -> None:
    result = read(status, fcm_error(code))

    assert result.verdict not in (Verdict.TOKEN_DEAD, Verdict.TOKEN_MISMATCH)


@pytest.mark.parametrize("status", [400, 403, 410, 500])
def test_unregistered_counts_only_with_its_own_status(status: int) -> None:
    assert read(status, fcm_error("UNREGISTERED")).verdict is not Verdict.TOKEN_DEAD


def test_a_violation_on_the_token_alone_blames_the_token() -> None:
    violation = {"@type": fcm_answers.BAD_REQUEST, "fieldViolations": []}
    both = fcm_error("INVALID_ARGUMENT")
    both["details"] = [*both["details"], violation]

    violation["fieldViolations"] = [{"field": "message.token"}]
    assert read(400, both).verdict is Verdict.TOKEN_DEAD

    violation["fieldViolations"] = [{"field": "message.token"}, {"field": "message.x"}]
    assert read(400, both).verdict is Verdict.PAYLOAD_REJECTED


def test_invalid_argument_without_a_reason_blames_the_message() -> None:
    too_big = fcm_error("INVALID_ARGUMENT", message="Android message is too big")

    assert read(400, too_big).verdict is Verdict.PAYLOAD_REJECTED


def test_the_old_name_of_an_apns_fault_is_known() -> None:
    assert read(401, fcm_error("APNS_AUTH_ERROR")).verdict is Verdict.AUTH_CONFIG


@pytest.mark.parametrize(
    ("status", "verdict"), [(404, Verdict.NOT_ACCEPTED), (500, Verdict.AMBIGUOUS)]
)
def test_a_refusal_that_was_cut_off_is_not_read_as_another(
    status: int, verdict: Verdict
) -> None:
    assert read(status, b'{"error": {"det', broken=18).verdict is verdict


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b"\xff\x00",
        b'{"error": 7}',
        b'{"error": {"details": 7}}',
        b'{"error": {"details": [7]}}',
        b'{"error": {"details": null}}',
    ],
)
def test_a_body_of_any_shape_is_read_without_an_exception(body: bytes) -> None:
    assert read(400, body).verdict is Verdict.PAYLOAD_REJECTED
    assert read(200, body).verdict is Verdict.ACCEPTED


def test_the_detail_is_one_line_without_the_token() -> None:
    message = "Bad\nthing about tok-secret" + "x" * 500

    detail = read(400, {"message": message}, token="tok-secret").detail

    assert "tok-secret" not in detail
    assert "\n" not in detail
    assert len(detail) <= 200
