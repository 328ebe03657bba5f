"""How requests to APNs can break, and what each break proves."""

from collections import Counter

import pytest

from devices.gateways.base import Push, Verdict
from tests.devices.conftest import OpenApns, push
from tests.simulators import RunningSimulator

TIMES = {"timeout": 1.0, "connections": 1}


@pytest.mark.parametrize(
    ("script", "verdict", "code"),
    [
        ("closed", Verdict.AMBIGUOUS, "connection"),
        ("dropped", Verdict.AMBIGUOUS, "connection"),
        ("reset", Verdict.AMBIGUOUS, "connection"),
        ("broken", Verdict.AMBIGUOUS, "stream"),
        ("lastwords", Verdict.AMBIGUOUS, "connection"),
        ("silent", Verdict.AMBIGUOUS, "timeout"),
        ("refused", Verdict.NOT_ACCEPTED, "connection"),
        ("goaway", Verdict.NOT_ACCEPTED, "connection"),
    ],
)
@pytest.mark.parametrize("connection", ["fresh", "reused"])
def test_a_break_is_named_for_what_it_proves_and_nothing_is_sent_twice(
    simulator: RunningSimulator,
    open_apns: OpenApns,
    script: str,
    verdict: Verdict,
    code: str,
    connection: str,
) -> None:
    token = simulator.apns_token(f"{script}-apns-{connection}")
    gateway = open_apns(**TIMES)
    if connection == "reused":
        gateway.send([push(simulator.apns_token("warm-up"))])

    [result] = gateway.send([push(token)])

    assert (result.verdict, result.code, result.left) == (verdict, code, True)
    assert len(simulator.journal(token=token)) == 1


@pytest.mark.parametrize(
    "script", ["goaway", "refused", "lastwords", "broken", "dropped", "closed"]
)
@pytest.mark.fault("F33", "F34")
def test_a_break_among_many_loses_nothing_and_repeats_nothing(
    simulator: RunningSimulator, open_apns: OpenApns, script: str
) -> None:
    names = [f"among-{script}-{number}" for number in range(120)]
    names[60] = f"{script}-among-iphones"
    tokens = [simulator.apns_token(name) for name in names]

    results = open_apns().send([push(t, n) for n, t in enumerate(tokens)])

    entries = [each for each in simulator.journal() if each["token"] in set(tokens)]
    came = Counter(each["token"] for each in entries)
    left_out = ("refused", "goaway")
    processed = {e["token"] for e in entries if e["script"] not in left_out}
    assert max(came.values()) == 1
    assert results[0].verdict is Verdict.ACCEPTED
    for token, result in zip(tokens, results, strict=True):
        if result.verdict is Verdict.ACCEPTED:
            assert token in processed
        if result.verdict in (Verdict.NOT_SENT, Verdict.NOT_ACCEPTED):
            assert token not in processed


def strangers(simulator: RunningSimulator, count: int) -> list[Push]:
    names = (f"malformed-{number}" for number in range(count))
    return [push(simulator.apns_token(name), n) for n, name in enumerate(names)]


def test_a_connection_that_met_too_many_strangers_is_closed_and_nothing_is_lost(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    gateway = open_apns(connections=1)

    results = gateway.send(strangers(simulator, 150))
    [after] = gateway.send([push(simulator.apns_token("phone-after-strangers"))])

    counts = Counter(each.verdict for each in results)
    assert counts[Verdict.TOKEN_MISMATCH] >= 100
    assert set(counts) <= {Verdict.TOKEN_MISMATCH, Verdict.NOT_ACCEPTED}
    assert after.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("script", ["truncated", "garbage", "drip", "huge"])
@pytest.mark.fault("F35")
def test_a_status_of_200_is_accepted_whatever_follows(
    simulator: RunningSimulator, open_apns: OpenApns, script: str
) -> None:
    token = simulator.apns_token(f"{script}-iphone")

    [result] = open_apns(**TIMES).send([push(token)])

    assert result.verdict is Verdict.ACCEPTED


def test_the_fence_keeps_the_body_back(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    tokens = [simulator.apns_token(f"fenced-iphone-{n}") for n in range(3)]

    kept, *sent = open_apns().send(
        [push(token, n) for n, token in enumerate(tokens)], fence=lambda n: n != 0
    )

    assert (kept.verdict, kept.code, kept.left) == (Verdict.NOT_SENT, "fence", False)
    assert {each.verdict for each in sent} == {Verdict.ACCEPTED}
    assert simulator.journal(token=tokens[0]) == []


def test_new_connections_are_crowded_no_more_than_the_first(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    gateway = open_apns(connections=2, streams=20)
    gateway.send([push(simulator.apns_token("warm-up"))])
    gateway.send([push(simulator.apns_token("closed-for-good"))])
    phones = [simulator.apns_token(f"after-close-{n}") for n in range(200)]

    results = gateway.send([push(token, n) for n, token in enumerate(phones)])

    assert {each.verdict for each in results} == {Verdict.ACCEPTED}
