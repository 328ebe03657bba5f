"""One case for each gateway: what the contract suite needs to know about it."""

import itertools
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import push_notifications.conf
import pytest

from devices.gateways import library_fcm, registry
from devices.gateways.base import Gateway, Push, Subscription
from devices.gateways.library_opening import open_library
from devices.gateways.wire import Wire
from tests.simulators import RunningSimulator

_numbers = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Case:
    """``open`` makes a gateway from a secret and a wire; ``push`` fills in what the
    provider needs beside a token whose readable name is given.

    ``account`` is under whose name a script answers requests for access tokens, ""
    for a gateway that asks for none. ``numbered``: the wire is HTTP/2, whose streams
    a server can leave out. ``proves``: the gateway can tell that nothing left.
    """

    name: str
    secret: Callable[[RunningSimulator], str]
    push: Callable[[RunningSimulator, str, int, dict[str, Any]], Push]
    open: Callable[[str, Any], Gateway]
    account: Callable[[str], str] | None = None
    numbered: bool = True
    proves: bool = True


@dataclass(frozen=True)
class Ready:
    """A case with a running simulator."""

    case: Case
    simulator: RunningSimulator

    def open(self, secret: str = "", **changes: Any) -> Gateway:
        """A gateway with connections of its own; keywords are those of Wire."""
        # A wire that no test had before, so that none meets another's connections.
        alone = {"connect_timeout": 2.0 + next(_numbers) * 1e-6}
        wire = changes.pop("wire", None) or self.simulator.wire(**(alone | changes))
        return self.case.open(secret or self.secret, wire)

    @property
    def secret(self) -> str:
        return self.case.secret(self.simulator)

    def push(self, name: str, reference: int = 1, **changes: Any) -> Push:
        texts = {"title": "Hello", "body": "A text"}
        named = f"{name}-{self.case.name}"
        return self.case.push(self.simulator, named, reference, texts | changes)

    def sent(self, push: Push) -> int:
        """How often the provider got this push."""
        return len(self.simulator.journal(token=push.token))


@contextmanager
def closing_senders() -> Iterator[None]:
    """Close the connections that a test opened, and give the library its manager."""
    before, manager = set(registry._senders), push_notifications.conf.manager
    yield
    push_notifications.conf.manager = manager
    for key in set(registry._senders) - before:
        registry._senders.pop(key).close()


@contextmanager
def impostor(certificate: Path | None) -> Iterator[tuple[str, list[bytes]]]:
    """A server with this certificate, or one that answers in plain text.

    Gives its address, and a list of what it heard after each handshake.
    """
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        thread = threading.Thread(
            target=_listen, args=(listening, certificate, heard), daemon=True
        )
        thread.start()
        try:
            yield address, heard
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _listen(
    listening: socket.socket, certificate: Path | None, heard: list[bytes]
) -> None:
    while True:
        try:
            connection, _address = listening.accept()
        except OSError:
            return
        with connection, suppress(OSError):  # the client refuses, at once or later
            connection.settimeout(5)
            if certificate is None:
                connection.recv(10_000)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            else:
                _greet(connection, certificate, heard)


def _greet(connection: socket.socket, certificate: Path, heard: list[bytes]) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with tls.wrap_socket(connection, server_side=True) as secured:
        heard.append(secured.recv(10_000))


def _ours(kind: str) -> Callable[[str, Any], Gateway]:
    return lambda secret, wire: registry.open_gateway(kind, secret, wire)


def _client_email(secret: str) -> str:
    return str(json.loads(secret)["client_email"])


@dataclass
class Manager:
    """What LibraryConfig answers from the database, for one secret and wire."""

    secret: dict[str, Any]
    text: str
    wire: Wire

    def get_max_recipients(self, application_id: str) -> int:
        return 500

    def get_firebase_app(self, application_id: str) -> Any:
        return library_fcm.app_for(self.text, self.wire)

    def get_apns_topic(self, application_id: str) -> str:
        return str(self.secret["topic"])

    def get_apns_use_sandbox(self, application_id: str) -> bool:
        return False

    def get_wp_private_key(self, application_id: str) -> str:
        return str(self.secret["keys"][0]["private"])

    def get_wp_claims(self, application_id: str) -> dict[str, Any]:
        return {"sub": self.secret["subject"]}

    def get_wp_error_timeout(self, application_id: str) -> float:
        return self.wire.timeout


def _by_the_library(kind: str) -> Callable[[str, Any], Gateway]:
    def open_it(secret: str, wire: Wire) -> Gateway:
        push_notifications.conf.manager = Manager(json.loads(secret), secret, wire)
        return open_library(
            kind,
            secret,
            wire,
            environment="production",
            application_id="1:production",
            undo=lambda token: None,
        )

    return open_it


def _to_a_browser(
    simulator: RunningSimulator, name: str, reference: int, more: dict[str, Any]
) -> Push:
    made = simulator.subscription(name)
    keys = Subscription(made.p256dh, made.auth)
    return Push(reference=reference, token=made.endpoint, subscription=keys, **more)


FCM = Case(
    name="fcm",
    secret=lambda simulator: simulator.service_account("contract"),
    push=lambda simulator, name, reference, more: Push(
        reference=reference, token=name, **more
    ),
    open=_ours("fcm"),
    account=_client_email,
)
WNS = Case(
    name="wns",
    secret=lambda simulator: simulator.wns_secret(),
    push=lambda simulator, name, reference, more: Push(
        reference=reference, token=simulator.wns_channel(name), **more
    ),
    open=_ours("wns"),
    account=lambda secret: str(json.loads(secret)["package_sid"]),
    numbered=False,
)
APNS = Case(
    name="apns",
    secret=lambda simulator: simulator.apns_key("com.example.contract"),
    push=lambda simulator, name, reference, more: Push(
        reference=reference, token=simulator.apns_token(name), **more
    ),
    open=_ours("apns"),
)
WEBPUSH = Case(
    name="webpush",
    secret=lambda simulator: simulator.vapid_secret("contract"),
    push=_to_a_browser,
    open=_ours("webpush"),
)
OURS = [FCM, APNS, WEBPUSH, WNS]
LIBRARY = [
    replace(
        case,
        name=f"library-{case.name}",
        open=_by_the_library(case.name),
        proves=False,
        numbered=False,
    )
    for case in (FCM, APNS, WEBPUSH)
]
CASES = [
    *(pytest.param(case, id=case.name) for case in OURS),
    *(pytest.param(case, id=case.name, marks=pytest.mark.library) for case in LIBRARY),
]
ASKING = [each for each in CASES if each.values[0].account]
"""Those that ask for an access token first."""
