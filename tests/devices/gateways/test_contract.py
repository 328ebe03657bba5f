"""What every gateway keeps, whatever its provider does (devices.gateways.base)."""

import json
import logging
import os
import socket
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devices.gateways.base import Result, Verdict
from devices.simulator import authority
from tests.devices.gateways.cases import ASKING, CASES, Ready, closing_senders, impostor
from tests.simulators import RunningSimulator

NOW = datetime.now(UTC)
UNSENT = {Verdict.NOT_SENT, Verdict.AUTH_CONFIG}
TURNED_AWAY = ("refused", "goaway")


@pytest.fixture(params=CASES)
def ready(
    request: pytest.FixtureRequest, simulator: RunningSimulator
) -> Iterator[Ready]:
    if "library" in request.param.name:
        request.getfixturevalue("db")  # where the library looks for devices
    with closing_senders():
        yield Ready(request.param, simulator)


def may_be_unsent(ready: Ready) -> set[Verdict]:
    """What a gateway says of pushes that did not leave, as far as it can prove it."""
    return UNSENT if ready.case.proves else UNSENT | {Verdict.AMBIGUOUS}


def test_each_push_has_its_own_result_in_the_same_order(ready: Ready) -> None:
    names = ["fine-1", "dead-2", "fine-3", "payload-4", "internal-5", "fine-6"]
    pushes = [ready.push(name, 10 - n) for n, name in enumerate(names)]

    results = ready.open().send(pushes)

    assert [each.reference for each in results] == [10, 9, 8, 7, 6, 5]
    assert [each.verdict for each in results] == [
        Verdict.ACCEPTED,
        Verdict.TOKEN_DEAD,
        Verdict.ACCEPTED,
        Verdict.PAYLOAD_REJECTED,
        Verdict.AMBIGUOUS,
        Verdict.ACCEPTED,
    ]


def test_no_push_is_no_result(ready: Ready) -> None:
    gateway = ready.open()

    assert gateway.send([]) == []
    assert gateway.poll(0.01) == []
    assert gateway.in_flight == 0


def test_what_is_in_flight_is_what_has_no_result_yet(ready: Ready) -> None:
    gateway = ready.open()
    pushes = [ready.push(f"flight-{n}", n) for n in range(5)]

    gateway.submit(pushes)
    assert gateway.in_flight == 5
    results: list[Result] = []
    while gateway.in_flight:
        before = gateway.in_flight
        came = gateway.poll(1.0)
        assert gateway.in_flight == before - len(came)
        results += came

    assert sorted(each.reference for each in results) == [0, 1, 2, 3, 4]


def test_what_is_too_long_stays_here_and_spoils_nothing(ready: Ready) -> None:
    gateway = ready.open()
    long = ready.push("long", 1, body="é" * gateway.max_payload)
    fine = ready.push("beside-long", 2)

    oversize, beside = gateway.send([long, fine])

    assert gateway.size(long) > gateway.max_payload >= gateway.size(fine)
    assert (oversize.verdict, oversize.code) == (Verdict.PAYLOAD_REJECTED, "too_big")
    assert not oversize.left
    assert beside.verdict is Verdict.ACCEPTED
    assert ready.sent(long) == 0


def test_half_a_surrogate_pair_spoils_one_push_and_not_the_batch(ready: Ready) -> None:
    half, whole = ready.push("half", 1, title="\ud83d"), ready.push("whole", 2)
    gateway = ready.open()

    broken, good = gateway.send([half, whole])

    assert gateway.size(half) == 0
    assert (broken.verdict, broken.code) == (Verdict.PAYLOAD_REJECTED, "encoding")
    assert not broken.left
    assert good.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    "script",
    ["closed", "dropped", "reset", "broken", "lastwords", "refused", "goaway"],
)
@pytest.mark.parametrize("connection", ["fresh", "reused"])
@pytest.mark.fault("F33", "F34")
def test_a_break_is_told_as_what_it_proves_and_nothing_is_sent_twice(
    ready: Ready, script: str, connection: str
) -> None:
    gateway = ready.open(timeout=2.0, connections=1)
    if connection == "reused":
        gateway.send([ready.push("warm-up")])
    push = ready.push(f"{script}-{connection}")

    [result] = gateway.send([push])

    left_out = script in TURNED_AWAY and ready.case.numbered and ready.case.proves
    expected = Verdict.NOT_ACCEPTED if left_out else Verdict.AMBIGUOUS
    assert (result.verdict, result.left) == (expected, True)
    assert ready.sent(push) == 1


def test_a_connection_that_dies_repeats_nothing_that_was_on_it(ready: Ready) -> None:
    pushes = [ready.push(f"beside-{n}", n) for n in range(30)]
    ready.simulator.answer_slowly((each.token for each in pushes), 0.1)
    pushes.insert(9, ready.push("dropped-among-many", 99))

    results = ready.open(connections=1).send(pushes)

    counts = Counter(each["token"] for each in ready.simulator.journal())
    for push, result in zip(pushes, results, strict=True):
        assert counts[push.token] <= 1
        if result.verdict is Verdict.ACCEPTED:
            assert counts[push.token] == 1
        if result.verdict in (Verdict.NOT_SENT, Verdict.NOT_ACCEPTED):
            assert counts[push.token] == 0


@pytest.mark.fault("F36")
def test_a_provider_that_never_answers_is_waited_for_as_long_as_was_said(
    ready: Ready,
) -> None:
    gateway = ready.open(timeout=0.6)
    gateway.send([ready.push("warm-up")])
    push, before = ready.push("silent-1"), time.monotonic()

    [result] = gateway.send([push])

    assert time.monotonic() - before < 2.0
    assert (result.verdict, result.code) == (Verdict.AMBIGUOUS, "timeout")
    assert ready.sent(push) == 1


@pytest.mark.parametrize("script", ["truncated", "garbage", "huge", "drip"])
@pytest.mark.fault("F35", "F36")
def test_a_hostile_answer_is_one_result_in_time_and_kills_no_token(
    ready: Ready, script: str
) -> None:
    gateway = ready.open(timeout=1.0)
    gateway.send([ready.push("warm-up")])
    hostile, fine = ready.push(f"{script}-answer", 1), ready.push("beside", 2)
    before = time.monotonic()

    results = gateway.send([hostile, fine])

    assert time.monotonic() - before < 4.0
    assert results[0].verdict in (Verdict.ACCEPTED, Verdict.AMBIGUOUS)
    # A kept connection that was cut proves nothing to a client of HTTP/1.1.
    doubted = set() if ready.case.proves else {Verdict.AMBIGUOUS}
    assert results[1].verdict in {Verdict.ACCEPTED, *doubted}
    assert ready.sent(hostile) == 1
    assert len(results[0].detail) <= 200


def test_a_redirect_is_not_followed(ready: Ready) -> None:
    push = ready.push("redirect-1")

    [result] = ready.open().send([push])

    # A browser's endpoint has a host of its own, so there it blames no credential.
    assert result.verdict in (Verdict.AUTH_CONFIG, Verdict.AMBIGUOUS)
    assert ready.sent(push) == 1
    assert "elsewhere.invalid" not in ready.simulator.journal()[-1]["path"]


def test_a_closed_fence_keeps_the_body_back(ready: Ready) -> None:
    pushes = [ready.push(f"fenced-{n}", n) for n in (1, 2, 3)]
    asked: list[int] = []

    def fence(reference: int) -> bool:
        asked.append(reference)
        return reference != 2

    results = {}
    gateway = ready.open()
    gateway.submit(pushes, fence=fence)
    assert asked == []
    while gateway.in_flight:
        results.update((each.reference, each) for each in gateway.poll(1.0))

    assert sorted(asked) == [1, 2, 3]
    assert results[1].verdict is results[3].verdict is Verdict.ACCEPTED
    assert (results[2].verdict, results[2].code) == (Verdict.NOT_SENT, "fence")
    assert not results[2].left
    assert [ready.sent(each) for each in pushes] == [1, 0, 1]


def test_a_forked_child_sends_on_connections_of_its_own(ready: Ready) -> None:
    wire = ready.simulator.wire(connect_timeout=2.5, connections=1)
    parent = ready.open(wire=wire)
    before, after = ready.push("before-fork"), ready.push("after-fork")
    inside = [ready.push(f"inside-fork-{n}", n) for n in range(5)]
    parent.send([before])

    def sends() -> list[str]:
        return [each.verdict for each in ready.open(wire=wire).send(inside)]

    told = in_a_child(sends)
    [result] = parent.send([after])

    assert told == ["accepted"] * 5
    assert result.verdict is Verdict.ACCEPTED
    assert [ready.sent(each) for each in (before, *inside, after)] == [1] * 7
    assert connections(ready, inside).isdisjoint(connections(ready, [before, after]))


def connections(ready: Ready, pushes: list) -> set[int]:
    tokens = {each.token for each in pushes}
    journal = ready.simulator.journal()
    return {each["connection"] for each in journal if each["token"] in tokens}


def in_a_child(sends) -> list[str]:
    """What a function returns in a forked process, which leaves without clean-up."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(theirs, json.dumps(sends()).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as told:
        text = told.read()
    os.waitpid(child, 0)
    return list(json.loads(text or "[]"))


@pytest.mark.fault("F38")
def test_a_provider_that_is_away_gets_nothing_and_the_rows_wait(ready: Ready) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    wire = ready.simulator.wire(simulator=address, connect_timeout=0.5, timeout=2.0)

    results = ready.open(wire=wire).send([ready.push(f"away-{n}", n) for n in (1, 2)])

    expected = {Verdict.NOT_SENT} if ready.case.proves else may_be_unsent(ready)
    assert {each.verdict for each in results} <= expected


@pytest.mark.parametrize(
    "fault", ["self-signed", "another host", "expired", "no TLS at all"]
)
@pytest.mark.fault("F37")
def test_a_host_that_cannot_prove_itself_hears_nothing(
    ready: Ready, tmp_path: Path, fault: str
) -> None:
    ca, server = tmp_path / "ca.pem", tmp_path / "server.pem"
    past, hour = NOW - timedelta(days=9), timedelta(hours=1)
    if fault == "expired":
        authority.make(ca, server, at=past, lifetime=hour)
    elif fault == "another host":
        authority.make(ca, server, at=NOW, hosts=("elsewhere.invalid",))
    else:
        authority.make(tmp_path / "unknown.pem", server, at=NOW)
        authority.make(ca, tmp_path / "unused.pem", at=NOW)

    with impostor(None if "no" in fault else server) as (address, heard):
        wire = ready.simulator.wire(simulator=address, ca_file=str(ca), timeout=2.0)
        results = ready.open(wire=wire).send([ready.push("x", 1), ready.push("y", 2)])

    expected = {Verdict.AUTH_CONFIG} if ready.case.proves else may_be_unsent(ready)
    assert {each.verdict for each in results} <= expected
    assert b"".join(heard) == b""


@pytest.mark.parametrize(
    "script", ["truncated", "garbage", "huge", "drip", "redirect", "silent", "internal"]
)
@pytest.mark.parametrize("ready", ASKING, indirect=True)
def test_a_hostile_token_service_lets_nothing_leave(ready: Ready, script: str) -> None:
    account = ready.case.account(ready.secret)
    ready.simulator.script(f"account:{account}", script, times=1)
    gateway, push = ready.open(timeout=0.6), ready.push(f"no-token-{script}")

    [result] = gateway.send([push])
    ready.simulator.script(f"account:{account}", None)

    assert result.verdict in UNSENT
    assert not result.left
    assert ready.sent(push) == 0


def test_no_secret_token_or_text_is_ever_logged(
    ready: Ready,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    scripts = ["fine", "dead", "payload", "unauthenticated", "dropped", "garbage"]
    texts = {"title": "Secret title", "body": "Secret body", "link": "https://s/ecret"}
    pushes = [ready.push(f"{s}-logged", n, **texts) for n, s in enumerate(scripts)]
    gateway = ready.open(timeout=1.0)

    results = gateway.send(pushes)
    answer = gateway.check()

    kept = [repr(each) for each in (*results, *pushes, gateway, answer)]
    said = "\n".join([caplog.text, *capfd.readouterr(), *kept])
    for private in (*secrets_of(ready.secret), *texts.values()):
        assert private not in said.replace("link='https://s/ecret'", "")
    assert not [each for each in pushes if each.token in said]


def secrets_of(secret: str) -> list[str]:
    """The parts of a credential that nobody may read, as they could be printed."""
    given = json.loads(secret)
    names = ("private_key", "client_secret", "private")
    keys = [given, *given.get("keys", [])]
    texts = [each[name] for each in keys for name in names if name in each]
    return [line for text in texts for line in text.split("\n") if len(line) > 12][:30]
