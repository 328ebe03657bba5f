"""What one kind of request may ask of the sender beside the ordinary."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from devices.gateways.addresses import is_public, open_public_socket
from devices.gateways.curl import read_headers
from devices.gateways.http import Sender
from devices.gateways.wire import Answer, Options, Request, Wire
from tests.simulators import RunningSimulator

HOST = "https://fcm.googleapis.com/"
OpenSender = Callable[..., Sender]


def post(sender: Sender, url: str = HOST, **wishes: object) -> Answer:
    return sender.exchange(Request(url, [], b"{}", [], options=Options(**wishes)))


@pytest.fixture
def listener() -> Iterator[tuple[int, threading.Event]]:
    """A port of this machine, and whether anybody ever connected to it."""
    server, reached = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def accept() -> None:
        try:
            server.accept()[0].close()
        except OSError:
            return
        reached.set()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield server.getsockname()[1], reached
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def test_headers_are_kept_only_when_they_are_wanted(open_sender: OpenSender) -> None:
    sender = open_sender()

    assert post(sender, headers=True).headers["content-type"].startswith("text/html")
    assert post(sender).headers == {}
    assert post(sender, headers=True).headers


def test_the_headers_of_an_interim_answer_are_not_the_answer_s() -> None:
    lines = [b"HTTP/1.1 100 Continue\r\n", b"X-Early: 1\r\n", b"\r\n"]
    lines += [b"HTTP/1.1 200 OK\r\n", b"X-WNS-Status: received\r\n", b"\r\n"]

    assert read_headers(lines) == {"x-wns-status": "received"}


def test_a_request_may_ask_for_http_1_beside_others_over_http_2(
    simulator: RunningSimulator, open_sender: OpenSender
) -> None:
    sender, before = open_sender(), len(simulator.journal())

    assert (post(sender).status, post(sender, http1=True).status) == (404, 404)

    two, one = simulator.journal()[before:]
    assert two["connection"] != one["connection"]
    assert one["headers"]["content-length"] == "2"
    assert "host" in one["headers"]
    assert "host" not in two["headers"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_private_address_is_never_connected_to(
    listener: tuple[int, threading.Event], simulator: RunningSimulator, host: str
) -> None:
    port, reached = listener
    sender = Sender(Wire(ca_file=str(simulator.ca_path), connect_timeout=2.0))

    answer = post(sender, f"https://{host}:{port}/", public_only=True)

    assert (answer.status, answer.left) == (0, False)
    assert not reached.is_set()
    assert post(sender, f"https://{host}:{port}/").left is False
    assert reached.wait(5), "without the guard the connection is made"
    sender.close()


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "224.0.0.1",
        "0.0.0.0",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "::7f00:1",
        "::ffff:0:7f00:1",
        "fec0::1",
        "5f00::1",
        "localhost",
    ],
)
def test_these_are_no_addresses_of_the_open_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["142.250.74.106", b"17.188.143.34", "2a00:1450::8", "64:ff9b::808:808"]
)
def test_these_are(address: str | bytes) -> None:
    assert is_public(address)
    family = socket.AF_INET6 if ":" in str(address) else socket.AF_INET
    place = (family, socket.SOCK_STREAM, 6, (address, 443))
    made = open_public_socket(0, place)
    assert isinstance(made, socket.socket)
    made.close()


def test_new_connections_are_used_when_what_was_in_flight_has_ended(
    simulator: RunningSimulator, open_sender: OpenSender
) -> None:
    sender, before = open_sender(), len(simulator.journal())
    post(sender)
    inbox: list[Answer] = []
    sender.start(Request(HOST, [], b"{}", inbox))
    sender.renew()

    assert sender.room == 0
    while not inbox:
        sender.drive(1.0)
    assert sender.room == sender.wire.window
    assert post(sender).status == 404

    old, waited, new = simulator.journal()[before:]
    assert old["connection"] == waited["connection"] != new["connection"]
