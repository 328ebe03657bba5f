"""A server that speaks HTTP/2 through the h2 library, and does what a test says."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from h2 import events
from h2.config import H2Configuration
from h2.connection import ConnectionState, H2Connection
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

from devices.gateways.http import Sender
from devices.gateways.wire import Answer, Options, Request, Wire
from devices.simulator import authority

HOST = "https://fcm.googleapis.com"


@dataclass
class Peer:
    """What it heard: header lists and bodies by stream, and what went wrong."""

    port: int
    ca_file: Path
    headers: dict[int, dict[str, str]] = field(default_factory=dict)
    bodies: dict[int, bytes] = field(default_factory=dict)
    most_open: int = 0
    pongs: int = 0
    trouble: list[Exception] = field(default_factory=list)
    open: set[int] = field(default_factory=set)

    def sender(self, **changes: object) -> Sender:
        wishes = {"connections": 1, "streams": 100, "timeout": 5.0} | changes
        address = f"127.0.0.1:{self.port}"
        return Sender(Wire(simulator=address, ca_file=str(self.ca_file), **wishes))


Answering = Callable[[H2Connection, Peer, int], None]
"""Called with each request that is complete: answers it, or not."""


def plainly(connection: H2Connection, peer: Peer, stream: int) -> None:
    connection.send_headers(stream, [(":status", "200"), ("x-stream", str(stream))])
    connection.send_data(stream, peer.bodies[stream], end_stream=True)


@contextmanager
def serving(
    folder: Path,
    answer: Answering = plainly,
    *,
    settings: dict[SettingCodes, int] | None = None,
    greet: Callable[[H2Connection], None] | None = None,
    connections: int = 1,
) -> Iterator[Peer]:
    """A server in a thread, one connection after another; it judges strictly."""
    _ca, certificate = authority.files(folder, at=datetime.now(UTC))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    tls.set_alpn_protocols(["h2"])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        peer = Peer(listening.getsockname()[1], folder / "ca.pem")
        arguments = (listening, tls, peer, answer, settings or {}, greet)
        turns = [lambda: _serve(*arguments)] * connections
        thread = threading.Thread(target=lambda: [turn() for turn in turns])
        thread.daemon = True
        thread.start()
        yield peer
        # What waits for a connection that never comes stops waiting.
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)
    assert not peer.trouble, peer.trouble


def _serve(
    listening: socket.socket,
    tls: ssl.SSLContext,
    peer: Peer,
    answer: Answering,
    settings: dict[SettingCodes, int],
    greet: Callable[[H2Connection], None] | None,
) -> None:
    try:
        plain, _address = listening.accept()
    except OSError:
        return
    connection = H2Connection(H2Configuration(client_side=False))
    connection.initiate_connection()
    if settings:
        connection.update_settings(settings)
    if greet:
        greet(connection)
    with suppress(OSError), tls.wrap_socket(plain, server_side=True) as secured:
        secured.sendall(connection.data_to_send())
        while came := secured.recv(65_536):
            try:
                for event in connection.receive_data(came):
                    _hear(event, connection, peer, answer)
            except ProtocolError as error:
                if connection.state_machine.state is not ConnectionState.CLOSED:
                    peer.trouble.append(error)
                return
            secured.sendall(connection.data_to_send())


def _hear(
    event: events.Event, connection: H2Connection, peer: Peer, answer: Answering
) -> None:
    if isinstance(event, events.RequestReceived):
        peer.headers[event.stream_id] = {
            name.decode(): value.decode() for name, value in event.headers
        }
        peer.bodies[event.stream_id] = b""
        peer.open.add(event.stream_id)
        peer.most_open = max(peer.most_open, len(peer.open))
    elif isinstance(event, events.DataReceived):
        peer.bodies[event.stream_id] += event.data
        if event.flow_controlled_length:
            connection.acknowledge_received_data(
                event.flow_controlled_length, event.stream_id
            )
    elif isinstance(event, events.StreamEnded):
        peer.open.discard(event.stream_id)
        answer(connection, peer, event.stream_id)
    elif isinstance(event, events.PingAckReceived):
        peer.pongs += 1


def exchanged(
    sender: Sender, count: int, *, size: int = 300, **wishes: bool
) -> list[Answer]:
    """The answers to so many requests that are under way together, in order."""
    shared, options = ["x-shared: the same for all of them"], Options(**wishes)
    inboxes: list[list[Answer]] = [[] for _each in range(count)]
    for number, inbox in enumerate(inboxes):
        body = f"{number:04}".encode() * (size // 4)
        own = (("x-own", f"own-{number}"),)
        url = f"{HOST}/send/{number}"
        request = Request(url, shared, body, inbox, number, options=options, own=own)
        sender.start(request)
    while not all(inboxes):
        sender.drive(1.0)
    sender.close()
    return [inbox[0] for inbox in inboxes]
