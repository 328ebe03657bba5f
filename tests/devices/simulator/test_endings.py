"""What the simulator writes down of a connection that ended with open answers."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from h2.connection import H2Connection
from h2.events import PingReceived, StreamEnded

from devices.simulator.endings import NAME
from tests.simulators import RunningSimulator


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[RunningSimulator]:
    running = RunningSimulator(tmp_path, asks=True)
    yield running
    running.stop()


class Client:
    """A sender that says what it read only when it is told to."""

    def __init__(self, simulator: RunningSimulator) -> None:
        tls = ssl.create_default_context(cafile=str(simulator.ca_path))
        tls.set_alpn_protocols(["h2"])
        host, _colon, port = simulator.address.rpartition(":")
        raw = socket.create_connection((host, int(port)), timeout=10)
        self.socket = tls.wrap_socket(raw, server_hostname="fcm.googleapis.com")
        self.h2 = H2Connection()
        self.h2.initiate_connection()

    def ask(self, *streams: int) -> None:
        for stream in streams:
            lines = [
                (":method", "GET"),
                (":scheme", "https"),
                (":authority", "fcm.googleapis.com"),
                (":path", "/nothing"),
            ]
            self.h2.send_headers(stream, lines, end_stream=True)
        self.socket.sendall(self.h2.data_to_send())

    def read_until_asked(self) -> int:
        """Read answers until the simulator asks; how many were whole by then."""
        whole = 0
        while True:
            for event in self.h2.receive_data(self.socket.recv(65_536)):
                whole += isinstance(event, StreamEnded)
                if isinstance(event, PingReceived):
                    return whole

    def tell(self) -> None:
        """Send the answer to what was asked."""
        self.socket.sendall(self.h2.data_to_send())


def last_ending(simulator: RunningSimulator) -> list[int]:
    """The open streams of the connection that ended last, once one has."""
    path = simulator.folder / NAME
    appeared = threading.Event()
    for _look in range(500):
        if lines := path.read_text().splitlines():
            unheard: list[int] = json.loads(lines[-1])["unheard"]
            return unheard
        appeared.wait(0.01)
    raise AssertionError("no connection ended")


def test_a_sender_that_died_with_an_unread_answer_had_it_on_the_wire(
    asking: RunningSimulator,
) -> None:
    client = Client(asking)
    client.ask(1, 3)
    assert client.read_until_asked() == 2

    client.socket.close()

    assert last_ending(asking) == [1, 3]


def test_what_a_sender_told_to_have_read_was_not_on_the_wire(
    asking: RunningSimulator,
) -> None:
    client = Client(asking)
    client.ask(1, 3)
    client.read_until_asked()
    client.tell()
    client.read_until_asked()
    client.tell()
    client.ask(5)
    client.read_until_asked()

    client.socket.close()

    assert last_ending(asking) == [5]


def test_what_was_read_is_heard_once_the_sender_has_gone_on(
    asking: RunningSimulator,
) -> None:
    client = Client(asking)
    client.ask(1, 3)
    client.read_until_asked()
    client.tell()
    client.read_until_asked()

    client.socket.close()

    assert last_ending(asking) == [1, 3]


def test_a_simulator_that_was_not_told_to_ask_keeps_no_such_file(
    simulator: RunningSimulator,
) -> None:
    assert not (simulator.folder / NAME).exists()
