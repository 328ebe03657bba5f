"""Every reason of APNs in reference providers.md B5, as a gateway reads it."""

import time
from collections.abc import Callable

import orjson
import pytest

from devices.gateways import apns_answers
from devices.gateways.base import Result, Scope, Verdict
from devices.gateways.wire import Answer, Options, Request
from devices.simulator.apns_statuses import STATUS_OF
from tests.devices.conftest import OpenApns, push
from tests.simulators import RunningSimulator

VERDICTS = {
    "BadCollapseId": Verdict.PAYLOAD_REJECTED,
    "BadDeviceToken": Verdict.TOKEN_MISMATCH,
    "BadExpirationDate": Verdict.PAYLOAD_REJECTED,
    "BadMessageId": Verdict.PAYLOAD_REJECTED,
    "BadPriority": Verdict.PAYLOAD_REJECTED,
    "BadTopic": Verdict.AUTH_CONFIG,
    "DeviceTokenNotForTopic": Verdict.TOKEN_MISMATCH,
    "DuplicateHeaders": Verdict.PAYLOAD_REJECTED,
    "IdleTimeout": Verdict.NOT_ACCEPTED,
    "InvalidPushType": Verdict.PAYLOAD_REJECTED,
    "MissingDeviceToken": Verdict.PAYLOAD_REJECTED,
    "MissingTopic": Verdict.AUTH_CONFIG,
    "PayloadEmpty": Verdict.PAYLOAD_REJECTED,
    "TopicDisallowed": Verdict.AUTH_CONFIG,
    "BadCertificate": Verdict.AUTH_CONFIG,
    "BadCertificateEnvironment": Verdict.AUTH_CONFIG,
    "BadEnvironmentKeyIdInToken": Verdict.AUTH_CONFIG,
    "BadEnvironmentKeyInToken": Verdict.AUTH_CONFIG,
    "ExpiredProviderToken": Verdict.AUTH_CONFIG,
    "Forbidden": Verdict.AUTH_CONFIG,
    "InvalidProviderToken": Verdict.AUTH_CONFIG,
    "MissingProviderToken": Verdict.AUTH_CONFIG,
    "UnrelatedKeyIdInToken": Verdict.NOT_ACCEPTED,
    "BadPath": Verdict.PAYLOAD_REJECTED,
    "MethodNotAllowed": Verdict.PAYLOAD_REJECTED,
    "ExpiredToken": Verdict.TOKEN_DEAD,
    "Unregistered": Verdict.TOKEN_DEAD,
    "PayloadTooLarge": Verdict.PAYLOAD_REJECTED,
    "TooManyProviderTokenUpdates": Verdict.THROTTLED,
    "TooManyRequests": Verdict.THROTTLED,
    "InternalServerError": Verdict.AMBIGUOUS,
    "ServiceUnavailable": Verdict.NOT_ACCEPTED,
    "Shutdown": Verdict.NOT_ACCEPTED,
}
"""At the first answer. UnrelatedKeyIdInToken is repaired once, by a new connection;
ExpiredProviderToken is not, because the token that the test meets is a young one."""


@pytest.fixture
def young() -> Callable[[], float]:
    """A clock at which the provider token is two minutes old, near the real time."""
    now = time.time()
    start = now - (now - 120) % 2400
    return lambda: start


@pytest.mark.parametrize("reason", sorted(STATUS_OF))
def test_each_reason_of_apns_has_its_verdict(
    simulator: RunningSimulator,
    open_apns: OpenApns,
    young: Callable[[], float],
    reason: str,
) -> None:
    gateway = open_apns(clock=young)

    [result] = gateway.send([push(simulator.apns_token(f"{reason}-answer"))])

    assert (result.verdict, result.code) == (VERDICTS[reason], reason)
    assert result.left


@pytest.mark.parametrize(
    ("script", "verdict", "code"),
    [
        ("unknown", Verdict.PAYLOAD_REJECTED, "NeverHeardOf"),
        ("badgateway", Verdict.AMBIGUOUS, "HTTP_502"),
        ("redirect", Verdict.AUTH_CONFIG, "HTTP_307"),
    ],
)
def test_what_is_no_reason_of_apns_is_judged_by_its_status(
    simulator: RunningSimulator,
    open_apns: OpenApns,
    script: str,
    verdict: Verdict,
    code: str,
) -> None:
    [result] = open_apns().send([push(simulator.apns_token(f"{script}-apns"))])

    assert (result.verdict, result.code) == (verdict, code)


def test_a_dead_token_comes_with_the_moment_of_its_death(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    tokens = [simulator.apns_token(name) for name in ("dead-now", "longdead-one")]
    before = time.time()

    now, long_ago = open_apns().send([push(t, n) for n, t in enumerate(tokens)])

    assert now.since is not None
    assert before - 1 <= now.since <= time.time() + 1
    assert long_ago.since is not None
    assert long_ago.since < before - 86_400


def test_a_device_is_throttled_alone_and_a_key_for_everybody(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    phone, key = (
        open_apns().send([push(simulator.apns_token(f"{reason}-scope"))])[0]
        for reason in ("TooManyRequests", "TooManyProviderTokenUpdates")
    )

    assert (phone.scope, phone.retry_after) == (Scope.DEVICE, None)
    assert (key.scope, key.retry_after) == (Scope.CHANNEL, 1200)


@pytest.mark.parametrize("reason", ["IdleTimeout", "UnrelatedKeyIdInToken"])
def test_what_a_new_connection_cures_is_tried_again_at_once(
    simulator: RunningSimulator, open_apns: OpenApns, reason: str
) -> None:
    [result] = open_apns().send([push(simulator.apns_token(f"{reason}-soon"))])

    assert (result.verdict, result.retry_after) == (Verdict.NOT_ACCEPTED, 1)


def test_apple_s_own_time_to_come_back_goes_before_ours(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    token = simulator.apns_token("come-back")
    simulator.script(token, "overloaded", retry_after=7)

    [result] = open_apns().send([push(token)])

    assert (result.verdict, result.retry_after) == (Verdict.NOT_ACCEPTED, 7)


def read(
    status: int, error: object, *, broken: int = 0, text: str = "", **options: str
) -> Result:
    body = error if isinstance(error, bytes) else orjson.dumps(error)
    url = "https://api.push.apple.com/3/device/aa"
    request = Request(url, [], b"", [], 1, options=Options(**options))
    answer = Answer(request, status, body, None, broken, text, True, False, False)
    return apns_answers.result_of(answer)


@pytest.mark.parametrize("status", [*range(200, 600, 7), 299, 410, 418, 599])
@pytest.mark.parametrize("reason", ["", "NewWord", "DeviceGone", "Un registered"])
def test_an_answer_that_nobody_knows_never_retires_a_token(
    status: int, reason: str
) -> None:
    result = read(status, {"reason": reason, "timestamp": 1_700_000_000_000})

    assert result.verdict not in (Verdict.TOKEN_DEAD, Verdict.TOKEN_MISMATCH)
    assert result.since is None


@pytest.mark.parametrize("status", [400, 403, 404, 500])
@pytest.mark.parametrize("reason", ["Unregistered", "ExpiredToken"])
def test_a_token_is_dead_only_with_status_410(status: int, reason: str) -> None:
    assert read(status, {"reason": reason}).verdict is not Verdict.TOKEN_DEAD


@pytest.mark.parametrize(
    "moment", [None, "1700000000000", -1, 0, 1e300, [], {}, 10**15]
)
def test_a_moment_that_is_none_is_left_out(moment: object) -> None:
    result = read(410, {"reason": "Unregistered", "timestamp": moment})

    assert (result.verdict, result.since) == (Verdict.TOKEN_DEAD, None)


@pytest.mark.parametrize(
    ("status", "verdict"), [(410, Verdict.NOT_ACCEPTED), (500, Verdict.AMBIGUOUS)]
)
def test_a_refusal_that_was_cut_off_is_not_read_as_another(
    status: int, verdict: Verdict
) -> None:
    assert read(status, b'{"reason":"Unreg', broken=18).verdict is verdict


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"7", b"\xff\x00", b'{"reason": 7}', b'{"reason": {}}'],
)
def test_a_body_of_any_shape_is_read_without_an_exception(body: bytes) -> None:
    assert read(400, body).verdict is Verdict.PAYLOAD_REJECTED
    assert read(200, body).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    "alert",
    [
        "sslv3 alert certificate expired",
        "ssl/tls alert bad certificate",
        "tlsv1 alert unknown ca",
        "tlsv13 alert certificate required",
    ],
)
def test_an_alert_about_our_certificate_is_a_fault_of_the_credential(
    alert: str,
) -> None:
    with_one = read(0, b"", broken=56, text=f"SSL_read: {alert}", certificate="pem")
    without = read(0, b"", broken=56, text=f"SSL_read: {alert}")

    assert (with_one.verdict, with_one.code) == (Verdict.AUTH_CONFIG, "BadCertificate")
    assert without.verdict is Verdict.AMBIGUOUS
