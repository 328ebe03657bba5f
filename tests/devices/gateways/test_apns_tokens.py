"""Provider tokens: shared without a word, renewed in time, never too often."""

import time
from collections.abc import Callable
from itertools import pairwise

import jwt
import pytest

from devices.gateways import registry
from devices.gateways.apns import ApnsGateway
from devices.gateways.apns_credential import parse_apns
from devices.gateways.apns_key import ApnsKey
from devices.gateways.apns_tokens import TICK, ProviderToken
from devices.gateways.base import Scope, Verdict
from devices.gateways.http import Sender
from devices.gateways.patience import PatientSender
from tests.devices.conftest import OpenApns, push
from tests.devices.gateways.test_contract import in_a_child
from tests.simulators import RunningSimulator

START = 746_667 * 2 * TICK
"""Unix time at which an even tick begins."""

OpenSender = Callable[..., Sender]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def key(simulator: RunningSimulator) -> ApnsKey:
    credential = parse_apns(simulator.apns_key())
    assert isinstance(credential, ApnsKey)
    return credential


def claims(header: str) -> dict[str, object]:
    token = header.removeprefix("authorization: bearer ")
    return jwt.decode(token, options={"verify_signature": False})


def test_a_token_names_key_team_and_time(key: ApnsKey) -> None:
    header = ProviderToken(key, Clock(START + 600)).header()

    token = header.removeprefix("authorization: bearer ")
    assert jwt.get_unverified_header(token)["alg"] == "ES256"
    assert jwt.get_unverified_header(token)["kid"] == key.key_id
    assert claims(header) == {"iss": key.team_id, "iat": START}


def test_two_processes_make_the_very_same_token(key: ApnsKey) -> None:
    one, two = (ProviderToken(key, Clock(START + age)) for age in (130, 1900))

    assert one.header() == two.header()


def test_another_key_makes_another_token(
    simulator: RunningSimulator, key: ApnsKey
) -> None:
    other = parse_apns(simulator.apns_key("com.example.other"))
    assert isinstance(other, ApnsKey)
    at = Clock(START + 600)

    assert ProviderToken(key, at).header() != ProviderToken(other, at).header()


def test_a_token_is_never_dated_into_the_future_of_a_slow_clock(key: ApnsKey) -> None:
    for ahead in range(0, 120, 7):
        header = ProviderToken(key, Clock(START + ahead)).header()
        assert claims(header)["iat"] <= START - TICK


@pytest.mark.parametrize("begun", range(0, 2 * TICK, 97))
def test_a_process_renews_within_the_hour_and_not_within_20_minutes(
    key: ApnsKey, begun: int
) -> None:
    clock = Clock(START + begun)
    tokens, changes, last = ProviderToken(key, clock), [], ""
    for _minute in range(240):
        header = tokens.header()
        assert 120 <= clock.now - int(str(claims(header)["iat"])) < 3600 - 300
        if header != last:
            changes.append(clock.now)
        last = header
        clock.now += 60

    gaps = [later - sooner for sooner, later in pairwise(changes)]
    assert min(gaps) >= 1200
    assert len(changes) <= 8


@pytest.mark.fault("F41")
def test_however_many_processes_begin_no_key_has_two_new_tokens_in_20_minutes(
    key: ApnsKey,
) -> None:
    dates = {
        int(str(claims(ProviderToken(key, Clock(START + begun)).header())["iat"]))
        for begun in range(0, 4 * TICK, 61)
    }

    assert {each % TICK for each in dates} == {0}
    assert len(dates) <= 6


def test_a_clock_that_was_set_right_makes_a_token_of_the_right_time(
    key: ApnsKey,
) -> None:
    clock = Clock(START + 100 * TICK + 600)
    tokens = ProviderToken(key, clock)
    tokens.header()
    clock.now = START + 600

    assert claims(tokens.header())["iat"] == START


def test_a_token_younger_than_20_minutes_is_not_repaired(key: ApnsKey) -> None:
    tokens = ProviderToken(key, Clock(START + 1200))

    assert not tokens.repair(tokens.header())


@pytest.mark.fault("F41")
def test_an_older_token_is_repaired_once_and_alike_in_every_process(
    key: ApnsKey,
) -> None:
    one, two = (ProviderToken(key, Clock(START + age)) for age in (1400, 1500))
    old = one.header()
    assert two.header() == old

    assert one.repair(old)
    assert two.repair(old)
    assert one.header() == two.header() != old
    assert one.repair(old), "others that used the old one may try again"
    assert not one.repair(one.header())


def aged(age: int) -> Clock:
    """A clock near the real time at which the provider token is so many seconds old."""
    latest = time.time() + 350
    return Clock(latest - (latest - age) % (2 * TICK))


def test_one_token_serves_every_request(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    clock = aged(300)
    before = len(simulator.journal())

    for number in range(3):
        phones = [simulator.apns_token(f"one-{number}-{n}") for n in range(5)]
        results = open_apns(clock=clock).send(
            [push(t, n) for n, t in enumerate(phones)]
        )
        assert {each.verdict for each in results} == {Verdict.ACCEPTED}

    entries = simulator.journal()[before:]
    dates = {each["headers"]["authorization"]["claims"]["iat"] for each in entries}
    assert len(dates) == 1


@pytest.mark.fault("F41")
def test_an_expired_token_is_made_anew_once_and_the_rows_wait(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    tokens = [simulator.apns_token(f"expired-{number}") for number in range(20)]
    for token in tokens:
        simulator.script(token, "ExpiredProviderToken", times=1)
    gateway = open_apns(clock=aged(1500))
    gateway.send([push(simulator.apns_token("warm-up"))])
    pushes = [push(token, number) for number, token in enumerate(tokens)]

    refused, again = gateway.send(pushes), gateway.send(pushes)

    assert {each.verdict for each in refused} == {Verdict.NOT_ACCEPTED}
    assert {each.verdict for each in again} == {Verdict.ACCEPTED}


def test_a_refusal_that_a_new_token_does_not_cure_is_a_fault_of_the_credential(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    gateway = open_apns(clock=aged(1500))

    first, second = (
        gateway.send([push(simulator.apns_token(f"ExpiredProviderToken-{n}"))])[0]
        for n in range(2)
    )

    assert first.verdict is Verdict.NOT_ACCEPTED
    assert second.verdict is Verdict.AUTH_CONFIG


def test_a_young_token_that_apple_calls_expired_blames_the_clock(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    behind = aged(300)
    behind.now -= 3 * 3600 // TICK * TICK + TICK

    [result] = open_apns(clock=behind).send([push(simulator.apns_token("phone-slow"))])

    assert (result.verdict, result.code) == (
        Verdict.AUTH_CONFIG,
        "ExpiredProviderToken",
    )
    assert "clock" in result.detail


def test_another_key_on_a_connection_is_cured_by_a_new_one(
    simulator: RunningSimulator, open_sender: OpenSender
) -> None:
    sender = open_sender(maker=PatientSender, connections=1)
    one, two = (
        ApnsGateway(parse_apns(simulator.apns_key(topic)), sender)
        for topic in ("com.example.shop", "com.example.other")
    )
    token = simulator.apns_token("phone-two-keys")

    assert one.send([push(token)])[0].verdict is Verdict.ACCEPTED
    [refused] = two.send([push(token)])
    [again] = two.send([push(token)])

    assert refused.code == "UnrelatedKeyIdInToken"
    assert refused.verdict is Verdict.NOT_ACCEPTED
    assert again.verdict is Verdict.ACCEPTED


def test_a_key_that_stays_unrelated_is_a_fault_of_the_credential(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    gateway = open_apns()
    tokens = [simulator.apns_token(f"UnrelatedKeyIdInToken-{n}") for n in range(2)]

    first, second = (gateway.send([push(token)])[0] for token in tokens)

    assert first.verdict is Verdict.NOT_ACCEPTED
    assert second.verdict is Verdict.AUTH_CONFIG


@pytest.mark.fault("F41")
def test_too_many_tokens_stop_the_key_for_20_minutes(
    simulator: RunningSimulator, open_sender: OpenSender
) -> None:
    sender = open_sender(maker=PatientSender, connections=1)
    credential = parse_apns(simulator.apns_key())
    begin = (time.time() - 1150) // (2 * TICK) * 2 * TICK
    clock = Clock(begin + 35 * 60)
    early = ApnsGateway(credential, sender, clock=Clock(begin + 600))
    gateway = ApnsGateway(credential, sender, clock=clock)
    token, unsent = (simulator.apns_token(name) for name in ("phone-often", "unsent"))

    assert early.send([push(token)])[0].verdict is Verdict.ACCEPTED
    [told] = gateway.send([push(token)])
    [kept] = gateway.send([push(unsent)])
    check = gateway.check()
    clock.now += 1201
    [later] = gateway.send([push(token)])

    for result, left in ((told, True), (kept, False)):
        assert result.code == "TooManyProviderTokenUpdates"
        assert (result.verdict, result.scope) == (Verdict.THROTTLED, Scope.CHANNEL)
        assert (result.retry_after, result.left) == (1200, left)
    assert "wait 20 minutes" in check.sentence
    assert later.verdict is Verdict.ACCEPTED
    assert simulator.journal(token=unsent) == []
    places = [each["connection"] for each in simulator.journal(token=token)]
    assert places[0] == places[1] != places[2]


@pytest.mark.fault("F41")
def test_processes_that_send_together_show_apple_one_token(
    simulator: RunningSimulator,
) -> None:
    """Each makes its own, without a word to the others, and it is the same one."""
    topic = "com.example.together"
    secret, wire = simulator.apns_key(topic), simulator.wire(connect_timeout=2.25)

    def sends(worker: int) -> list[str]:
        names = [f"together-{worker}-{n}" for n in range(30)]
        pushes = [push(simulator.apns_token(each), n) for n, each in enumerate(names)]
        gateway = registry.open_gateway("apns", secret, wire)
        return [each.verdict for each in gateway.send(pushes)]

    told = [in_a_child(lambda n=n: sends(n)) for n in range(4)]

    assert told == [["accepted"] * 30] * 4
    came = [
        each
        for each in simulator.journal()
        if each["headers"].get("apns-topic") == topic
    ]
    assert len(came) == 120
    assert len({each["connection"] for each in came}) >= 4
    dated = {each["headers"]["authorization"]["claims"]["iat"] for each in came}
    assert len(dated) == 1
