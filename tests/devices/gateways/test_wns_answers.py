"""Every answer of WNS in reference providers.md D, as a gateway reads it."""

from collections.abc import Callable

import pytest

from devices.gateways import wns_answers
from devices.gateways.base import Result, Scope, Verdict
from devices.gateways.http import Sender
from devices.gateways.wire import Answer, Request
from devices.gateways.wns import WnsGateway
from devices.gateways.wns_account import parse_wns
from tests.devices.conftest import push
from tests.simulators import RunningSimulator


@pytest.fixture
def wns(simulator: RunningSimulator, open_sender: Callable[..., Sender]) -> WnsGateway:
    return WnsGateway(parse_wns(simulator.wns_secret()), open_sender())


@pytest.mark.parametrize(
    ("script", "verdict", "code"),
    [
        pytest.param("fine", Verdict.ACCEPTED, "", id="received"),
        pytest.param("discarded", Verdict.DROPPED, "dropped", id="dropped"),
        pytest.param(
            "busy", Verdict.THROTTLED, "channelthrottled", id="channelthrottled"
        ),
        pytest.param("unstated", Verdict.AMBIGUOUS, "no_status", id="200_no_status"),
        pytest.param("payload", Verdict.PAYLOAD_REJECTED, "HTTP_400", id="400"),
        pytest.param("mismatch", Verdict.TOKEN_MISMATCH, "HTTP_403", id="403"),
        pytest.param("malformed", Verdict.TOKEN_DEAD, "HTTP_404", id="404"),
        pytest.param("badmethod", Verdict.PAYLOAD_REJECTED, "HTTP_405", id="405"),
        pytest.param("throttled", Verdict.THROTTLED, "HTTP_406", id="406"),
        pytest.param("dead", Verdict.TOKEN_DEAD, "HTTP_410", id="410"),
        pytest.param("toolarge", Verdict.PAYLOAD_REJECTED, "HTTP_413", id="413"),
        pytest.param("internal", Verdict.AMBIGUOUS, "HTTP_500", id="500"),
        pytest.param("badgateway", Verdict.AMBIGUOUS, "HTTP_502", id="502"),
        pytest.param("unavailable", Verdict.AMBIGUOUS, "HTTP_503", id="503"),
        pytest.param(
            "overloaded", Verdict.NOT_ACCEPTED, "HTTP_503", id="503_retry_after"
        ),
    ],
)
def test_each_answer_of_wns_has_its_verdict(
    simulator: RunningSimulator,
    wns: WnsGateway,
    script: str,
    verdict: Verdict,
    code: str,
) -> None:
    [result] = wns.send([push(simulator.wns_channel(f"{script}-answer"))])

    assert (result.verdict, result.code) == (verdict, code)
    assert result.left


@pytest.mark.parametrize(
    ("script", "scope"),
    [("busy", Scope.DEVICE), ("throttled", Scope.CHANNEL)],
    ids=["channelthrottled", "406"],
)
def test_a_throttled_answer_says_for_how_long_and_how_far(
    simulator: RunningSimulator, wns: WnsGateway, script: str, scope: Scope
) -> None:
    channel = simulator.wns_channel(f"wns-{script}")
    simulator.script(channel, script, retry_after=90)

    [result] = wns.send([push(channel)])

    assert (result.scope, result.retry_after) == (scope, 90)


def test_an_accepted_push_carries_wns_s_own_id(
    simulator: RunningSimulator, wns: WnsGateway
) -> None:
    [result] = wns.send([push(simulator.wns_channel("fine-id"))])

    assert len(result.provider_id) == 16


def read(status: int, *, broken: int = 0, token: str = "", **headers: str) -> Result:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    request = Request("https://sim.notify.windows.com/", [], b"", [], 1)
    return wns_answers.result_of(
        Answer(request, status, b"", None, broken, "", True, False, False, named),
        token=token,
    )


@pytest.mark.parametrize("status", [*range(200, 600, 7), 299, 418, 599])
@pytest.mark.parametrize("state", ["", "gone", "expired"])
def test_an_answer_that_nobody_knows_never_retires_a_token(
    status: int, state: str
) -> None:
    if status in (404, 410):
        return

    verdict = read(status, x_wns_status=state).verdict

    assert verdict is not Verdict.TOKEN_DEAD
    assert status == 403 or verdict is not Verdict.TOKEN_MISMATCH


@pytest.mark.parametrize("state", ["dropped", "channelthrottled", "", "new"])
def test_a_200_is_no_success_unless_it_says_so(state: str) -> None:
    assert read(200, x_wns_status=state).verdict is not Verdict.ACCEPTED


@pytest.mark.parametrize("status", [404, 410])
def test_a_refusal_that_was_cut_off_kills_no_token(status: int) -> None:
    assert read(status, broken=18).verdict is Verdict.NOT_ACCEPTED


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5", "²"])
def test_a_time_that_is_none_is_not_waited_for(text: str) -> None:
    assert read(406, x_wns_continue_after=text).retry_after is None


def test_the_detail_is_one_line_without_the_token() -> None:
    words = "Bad\nchannel https://x/?token=secret" + "x" * 500

    detail = read(
        400, token="https://x/?token=secret", x_wns_error_description=words
    ).detail

    assert "secret" not in detail
    assert "\n" not in detail
    assert len(detail) <= 200
