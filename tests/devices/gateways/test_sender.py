"""Every way a request can break, over real TLS and HTTP/2 (design.md 5)."""

import json
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from devices.gateways import breaks, wire
from devices.gateways.base import GatewayMisconfigured, Result, Verdict
from devices.gateways.http import Sender, trusted_roots
from devices.gateways.http2.sender import STALL
from devices.gateways.oauth import TOKEN_URI
from devices.gateways.wire import ANSWER_LIMIT, Answer, Request, Wire
from devices.simulator import authority
from tests.devices.conftest import OpenGateway, push
from tests.simulators import RunningSimulator

HOST = "https://fcm.googleapis.com/"
NOW = datetime.now(UTC)


def post(sender: Sender, url: str = HOST, **changes: object) -> Answer:
    return sender.exchange(Request(url, [], b"{}", [], **changes))


def sent(simulator: RunningSimulator, token: str) -> int:
    """How often the provider got a message for a token."""
    return len(simulator.journal(token=token))


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
    open_gateway: OpenGateway,
    script: str,
    verdict: Verdict,
    code: str,
    connection: str,
) -> None:
    token = f"{script}-alone-{connection}"
    gateway = open_gateway(timeout=0.6, connections=1)
    if connection == "reused":
        gateway.send([push("warm-up")])

    [result] = gateway.send([push(token)])

    assert (result.verdict, result.code, result.left) == (verdict, code, True)
    assert sent(simulator, token) == 1


def test_answers_that_came_while_nobody_looked_count_however_late_it_is(
    simulator: RunningSimulator, open_gateway: OpenGateway
) -> None:
    """Its process was stopped, or its database hung, for longer than the time-out."""
    gateway = open_gateway(timeout=0.6, connections=1)
    gateway.send([push("warm-up")])
    names = [f"unheard-{number}" for number in range(40)]
    for number, name in enumerate(names):
        # Each answer comes by itself.
        simulator.script(name, "slow", delay=0.1 + 0.01 * number)
    gateway.submit([push(name, number) for number, name in enumerate(names)])
    results = gateway.poll(0.0)
    wakes = time.monotonic() + 2 * STALL
    while time.monotonic() < wakes:
        assert len(simulator.journal(token=names[-1])) <= 1

    while gateway.in_flight:
        results += gateway.poll(0.1)

    assert Counter(each.verdict for each in results) == {Verdict.ACCEPTED: 40}


@pytest.mark.parametrize("script", ["closed", "dropped", "reset", "lastwords"])
def test_a_connection_that_dies_repeats_nothing_that_was_on_it(
    simulator: RunningSimulator, open_gateway: OpenGateway, script: str
) -> None:
    tokens = [f"waits-{script}-{number}" for number in range(30)]
    for token in tokens:
        simulator.script(token, "slow", delay=0.3)
    tokens.insert(15, f"{script}-among-many")
    pushes = [push(token, number) for number, token in enumerate(tokens)]

    results = open_gateway(connections=1).send(pushes)

    assert results[15].verdict is Verdict.AMBIGUOUS
    if script != "lastwords":  # which lets the others be answered first
        assert {each.verdict for each in results[:15]} == {Verdict.AMBIGUOUS}
    assert_proofs_hold(simulator, tokens, results)


@pytest.mark.parametrize("script", ["goaway", "refused", "broken"])
@pytest.mark.fault("F33", "F34")
def test_what_the_server_left_out_is_proved_beside_what_it_took(
    simulator: RunningSimulator, open_gateway: OpenGateway, script: str
) -> None:
    tokens = [f"fine-{script}-{number}" for number in range(60)]
    tokens[20] = f"{script}-in-the-middle"
    pushes = [push(token, number) for number, token in enumerate(tokens)]

    results = open_gateway(connections=1).send(pushes)

    expected = Verdict.AMBIGUOUS if script == "broken" else Verdict.NOT_ACCEPTED
    assert results[20].verdict is expected
    assert results[0].verdict is Verdict.ACCEPTED
    assert_proofs_hold(simulator, tokens, results)


def assert_proofs_hold(
    simulator: RunningSimulator, tokens: list[str], results: list[Result]
) -> None:
    """The journal agrees with each verdict, and no token came twice."""
    entries = [each for each in simulator.journal() if each["token"] in tokens]
    assert max(Counter(each["token"] for each in entries).values()) == 1
    left_out = ("refused", "goaway")
    processed = {e["token"] for e in entries if e["script"] not in left_out}
    for token, result in zip(tokens, results, strict=True):
        if result.verdict is Verdict.ACCEPTED:
            assert token in processed
        if result.verdict in (Verdict.NOT_SENT, Verdict.NOT_ACCEPTED):
            assert token not in processed


@pytest.mark.parametrize("script", ["closed", "dropped", "reset", "broken"])
def test_over_http_1_a_closed_kept_connection_proves_nothing(
    old_simulator: RunningSimulator, open_gateway: OpenGateway, script: str
) -> None:
    token = f"{script}-over-http-1"
    gateway = open_gateway(old_simulator, connections=1)
    gateway.send([push("warm-up")])

    [result] = gateway.send([push(token)])

    assert result.verdict is Verdict.AMBIGUOUS
    assert sent(old_simulator, token) == 1


def test_a_window_of_requests_is_kept_and_every_push_has_one_result(
    simulator: RunningSimulator, open_gateway: OpenGateway
) -> None:
    gateway = open_gateway(window=7, connections=1)
    pushes = [push(f"window-{number}", number) for number in range(100)]

    results = gateway.send(pushes)

    assert [result.reference for result in results] == list(range(100))
    assert {result.verdict for result in results} == {Verdict.ACCEPTED}
    ids = {result.provider_id for result in results}
    assert len(ids) == 100
    assert gateway.in_flight == 0


def test_requests_share_connections_and_streams(
    simulator: RunningSimulator, open_gateway: OpenGateway
) -> None:
    open_gateway(connections=2, streams=10).send(
        [push(f"shared-{number}", number) for number in range(60)]
    )

    entries = [e for e in simulator.journal() if str(e["token"]).startswith("shared-")]
    assert len({entry["connection"] for entry in entries}) <= 2


def test_what_waited_for_a_stream_until_its_time_was_over_is_proved_unsent(
    simulator: RunningSimulator, open_gateway: OpenGateway
) -> None:
    """Each is silent, so whichever gets the stream keeps it from all the others."""
    gateway = open_gateway(connections=1, streams=1, timeout=0.6)
    tokens = [f"silent-{number}" for number in range(9)]

    results = gateway.send([push(token, n) for n, token in enumerate(tokens)])

    assert results[0].verdict is Verdict.AMBIGUOUS
    assert {(r.verdict, r.code, r.left) for r in results} == {
        (Verdict.AMBIGUOUS, "timeout", True),
        (Verdict.NOT_SENT, "timeout", False),
    }
    assert_proofs_hold(simulator, tokens, results)


@pytest.mark.parametrize("script", ["truncated", "garbage", "huge", "drip"])
@pytest.mark.fault("F35")
def test_a_bad_body_of_a_good_answer_is_accepted_all_the_same(
    open_gateway: OpenGateway, script: str
) -> None:
    gateway = open_gateway(timeout=0.6 if script == "drip" else 5.0)

    [result] = gateway.send([push(f"{script}-body")])

    assert (result.verdict, result.code) == (Verdict.ACCEPTED, "malformed")


@pytest.mark.fault("F35")
def test_an_answer_without_end_is_cut_off(
    simulator: RunningSimulator, open_sender: Callable[..., Sender]
) -> None:
    account = json.loads(simulator.service_account())["client_email"]
    simulator.script(f"account:{account}", "huge", times=1)
    assertion = jwt.encode({"iss": account}, "k" * 32)

    answer = open_sender().exchange(
        Request(TOKEN_URI, [], f"assertion={assertion}".encode(), [])
    )

    assert len(answer.body) == ANSWER_LIMIT
    assert answer.error


def test_only_https_leaves(open_sender: Callable[..., Sender]) -> None:
    answer = post(open_sender(), "http://fcm.googleapis.com/")

    assert (answer.status, answer.left) == (0, False)
    assert breaks.verdict_of(answer) is Verdict.NOT_SENT


def test_in_the_simulator_s_place_no_other_host_is_reached(
    simulator: RunningSimulator,
    open_sender: Callable[..., Sender],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")

    answer = post(open_sender(), "https://oauth2.googleapis.com/token")

    assert answer.status == 400
    assert simulator.journal()[-1]["gateway"] == "auth"


def test_a_closed_port_proves_that_nothing_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    sender = Sender(Wire(simulator=f"127.0.0.1:{port}", connect_timeout=0.5))

    answer = post(sender)

    assert breaks.code_of(answer) == "connect"
    assert breaks.verdict_of(answer) is Verdict.NOT_SENT
    assert not answer.left


def test_a_name_that_does_not_resolve_proves_that_nothing_left() -> None:
    answer = post(Sender(Wire(simulator="nowhere.invalid:443")))

    assert breaks.code_of(answer) == "dns"
    assert breaks.verdict_of(answer) is Verdict.NOT_SENT


def test_a_handshake_that_never_ends_is_given_up_before_anything_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        sender = Sender(Wire(simulator=f"127.0.0.1:{port}", connect_timeout=0.3))

        answer = post(sender)

    assert breaks.code_of(answer) == "timeout"
    assert breaks.verdict_of(answer) is Verdict.NOT_SENT


@contextmanager
def impostor(certificate: Path | None) -> Iterator[tuple[str, list[bytes]]]:
    """A server with this certificate, or one that answers in plain text.

    Gives its address, and a list of what it heard after the handshake.
    """
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate:
        tls.load_cert_chain(certificate)
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        greet = _greet_in_tls if certificate else _greet_in_plain_text
        thread = threading.Thread(target=greet, args=(listening, tls, heard))
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}", heard
        thread.join(10)


def _greet_in_plain_text(
    listening: socket.socket, tls: ssl.SSLContext, heard: list[bytes]
) -> None:
    connection, _address = listening.accept()
    with connection:
        connection.recv(10_000)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def _greet_in_tls(
    listening: socket.socket, tls: ssl.SSLContext, heard: list[bytes]
) -> None:
    connection, _address = listening.accept()
    secured = tls.wrap_socket(
        connection, server_side=True, do_handshake_on_connect=False
    )
    with secured, suppress(OSError):  # the client refuses, at once or on reading
        secured.do_handshake()
        heard.append(secured.recv(10_000))


@pytest.mark.parametrize("fault", ["another authority", "another host", "expired"])
def test_a_host_that_cannot_prove_itself_stops_the_gateway(
    tmp_path: Path, fault: str
) -> None:
    ca, server = tmp_path / "ca.pem", tmp_path / "server.pem"
    if fault == "expired":
        past, hour = NOW - timedelta(days=9), timedelta(hours=1)
        authority.make(ca, server, at=past, lifetime=hour)
    elif fault == "another host":
        authority.make(ca, server, at=NOW, hosts=("elsewhere.invalid",))
    else:
        authority.make(tmp_path / "unknown.pem", server, at=NOW)
        authority.make(ca, tmp_path / "unused.pem", at=NOW)

    with impostor(server) as (address, heard):
        answer = post(Sender(Wire(simulator=address, ca_file=str(ca))))

    assert breaks.verdict_of(answer) is Verdict.AUTH_CONFIG
    assert not answer.left
    assert b"".join(heard) == b""
    assert "could not prove its identity" in breaks.sentence_of(answer)


def test_a_host_without_tls_stops_the_gateway(tmp_path: Path) -> None:
    ca, server = authority.files(tmp_path, at=NOW)
    assert server.stat().st_mode & 0o077 == 0

    with impostor(None) as (address, _heard):
        answer = post(Sender(Wire(simulator=address, ca_file=str(ca))))

    assert breaks.verdict_of(answer) is Verdict.AUTH_CONFIG
    assert not answer.left


def test_without_trusted_authorities_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("devices.gateways.http.ROOTS", ())
    none = ssl.DefaultVerifyPaths(*[None] * 6)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: none)

    with pytest.raises(GatewayMisconfigured, match="set SSL_CERT_FILE"):
        trusted_roots({})


def test_the_environment_names_the_trusted_authorities(tmp_path: Path) -> None:
    named = tmp_path / "roots.pem"
    named.touch()

    assert trusted_roots({"SSL_CERT_FILE": str(named)}) == str(named)


def test_a_host_is_read_from_its_address() -> None:
    assert wire.host_of("https://api.push.apple.com:443/3/device/x") == (
        "api.push.apple.com:443"
    )
