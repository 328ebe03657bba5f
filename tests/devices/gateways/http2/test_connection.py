"""Our connections against a strict server: everything a server may do to a client."""

import time
from pathlib import Path

import pytest
from h2.connection import H2Connection
from h2.settings import SettingCodes

from devices.gateways.wire import LOST, Answer, Request
from tests.devices.gateways.http2.peers import HOST, Peer, exchanged, plainly, serving


def test_every_request_arrives_as_it_was_given_and_gets_its_own_answer(
    tmp_path: Path,
) -> None:
    with serving(tmp_path) as peer:
        answers = exchanged(peer.sender(), 150)

    assert [answer.request.reference for answer in answers] == list(range(150))
    for number, answer in enumerate(answers):
        assert (answer.status, answer.error, answer.left) == (200, 0, True)
        assert answer.body == f"{number:04}".encode() * 75
    owns = sorted(told["x-own"] for told in peer.headers.values())
    assert owns == sorted(f"own-{number}" for number in range(150))
    first = next(iter(peer.headers.values()))
    assert first["x-shared"] == "the same for all of them"
    assert first["content-length"] == "300"
    assert first[":authority"] == "fcm.googleapis.com"


@pytest.mark.parametrize("size", [0, 64, 65_536])
def test_a_server_keeps_as_large_a_table_as_it_likes(tmp_path: Path, size: int) -> None:
    with serving(tmp_path, settings={SettingCodes.HEADER_TABLE_SIZE: size}) as peer:
        answers = exchanged(peer.sender(), 40)

    assert {answer.status for answer in answers} == {200}
    assert {told["x-shared"] for told in peer.headers.values()} == {
        "the same for all of them"
    }


@pytest.mark.parametrize("window", [1, 100, 5_000])
def test_a_body_larger_than_the_window_leaves_in_pieces(
    tmp_path: Path, window: int
) -> None:
    wish = {SettingCodes.INITIAL_WINDOW_SIZE: window}
    with serving(tmp_path, settings=wish) as peer:
        answers = exchanged(peer.sender(), 3, size=4_000)

    assert [len(answer.body) for answer in answers] == [4_000] * 3
    assert {answer.status for answer in answers} == {200}


def test_more_bodies_than_the_connection_takes_wait_for_it(tmp_path: Path) -> None:
    with serving(tmp_path) as peer:
        answers = exchanged(peer.sender(streams=100), 100, size=4_000)

    assert {answer.status for answer in answers} == {200}


def test_a_server_that_keeps_a_table_against_our_wish_is_read_in_full(
    tmp_path: Path,
) -> None:
    def stubborn(connection: H2Connection, peer: Peer, stream: int) -> None:
        connection.encoder.header_table_size = 4_096
        plainly(connection, peer, stream)

    with serving(tmp_path, stubborn) as peer:
        answers = exchanged(peer.sender(), 30, headers=True)

    streams = sorted(int(answer.headers["x-stream"]) for answer in answers)
    assert streams == [2 * number + 1 for number in range(30)]


def test_padding_interim_answers_long_heads_and_trailers_change_nothing(
    tmp_path: Path,
) -> None:
    def fussy(connection: H2Connection, peer: Peer, stream: int) -> None:
        connection.send_headers(stream, [(":status", "103"), ("link", "</x>")])
        long = [(":status", "404"), ("retry-after", "9"), ("x-long", "a" * 40_000)]
        connection.send_headers(stream, long)
        connection.send_data(stream, b"first ", pad_length=99)
        connection.send_data(stream, b"second")
        connection.send_headers(stream, [("x-trailer", "1")], end_stream=True)

    with serving(tmp_path, fussy) as peer:
        [answer] = exchanged(peer.sender(), 1, headers=True)

    assert (answer.status, answer.body) == (404, b"first second")
    assert (answer.retry_after, answer.headers["retry-after"]) == (9.0, "9")
    assert "link" not in answer.headers


def test_no_more_streams_are_open_than_the_server_allows(tmp_path: Path) -> None:
    wish = {SettingCodes.MAX_CONCURRENT_STREAMS: 1}
    with serving(tmp_path, settings=wish) as peer:
        answers = exchanged(peer.sender(), 20)

    assert {answer.status for answer in answers} == {200}
    assert peer.most_open == 1


def test_what_stands_behind_a_goaway_is_proved_left_out(tmp_path: Path) -> None:
    def leave(connection: H2Connection, peer: Peer, stream: int) -> None:
        if stream <= 9:
            plainly(connection, peer, stream)
        if stream == 9:
            connection.close_connection(last_stream_id=9)

    with serving(tmp_path, leave) as peer:
        answers = exchanged(peer.sender(timeout=2.0), 10)

    assert [answer.status for answer in answers[:5]] == [200] * 5
    assert all(answer.left_out for answer in answers[5:])
    assert {answer.left for answer in answers} == {True}


def test_one_refused_stream_is_left_out_and_another_reset_is_in_doubt(
    tmp_path: Path,
) -> None:
    def choose(connection: H2Connection, peer: Peer, stream: int) -> None:
        if stream == 1:
            connection.reset_stream(stream, error_code=7)
        elif stream == 3:
            connection.reset_stream(stream, error_code=2)
        else:
            plainly(connection, peer, stream)

    with serving(tmp_path, choose) as peer:
        refused, broken, fine = exchanged(peer.sender(), 3)

    assert (refused.left_out, refused.status) == (True, 0)
    assert (broken.left_out, broken.error) == (False, 92)
    assert fine.status == 200


def test_a_ping_is_answered(tmp_path: Path) -> None:
    with serving(tmp_path, greet=lambda own: own.ping(b"12345678")) as peer:
        exchanged(peer.sender(), 1)

    assert peer.pongs == 1


def test_a_connection_that_ends_leaves_what_was_on_it_in_doubt(tmp_path: Path) -> None:
    def vanish(connection: H2Connection, peer: Peer, stream: int) -> None:
        raise OSError("gone")

    with serving(tmp_path, vanish) as peer:
        answers = exchanged(peer.sender(timeout=2.0), 3)

    # What was still waiting when it ended may have been written to nobody.
    written = [answer for answer in answers if answer.left]
    assert written
    assert {(answer.error, answer.left_out) for answer in written} == {(LOST, False)}


def test_requests_that_are_never_answered_keep_no_other_from_starting(
    tmp_path: Path,
) -> None:
    """One in ten is silent; the window has room for ten."""

    def mostly(connection: H2Connection, peer: Peer, stream: int) -> None:
        if (stream // 2) % 10:
            plainly(connection, peer, stream)

    with serving(tmp_path, mostly) as peer:
        began = time.monotonic()
        sender = peer.sender(window=10, streams=10, timeout=12.0)
        inbox: list[Answer] = []
        waiting = [Request(f"{HOST}/{n}", [], b"{}", inbox, n) for n in range(250)]
        while waiting and time.monotonic() < began + 11:
            while waiting and sender.room > 0:
                sender.start(waiting.pop())
            sender.drive(0.1)
        sender.close()

    assert not waiting, "the first silent one has not been given up yet"


def test_a_host_that_ends_each_connection_is_tried_less_and_less(
    tmp_path: Path,
) -> None:
    """It greets and says good-bye; the request waits, and never left."""
    seen = 0

    def turn_away(own: H2Connection) -> None:
        nonlocal seen
        seen += 1
        own.close_connection(last_stream_id=0)

    with serving(tmp_path, greet=turn_away, connections=50) as peer:
        [answer] = exchanged(peer.sender(timeout=1.5), 1)

    assert not answer.left
    assert 2 <= seen <= 8
