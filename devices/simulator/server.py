"""The simulator: one process, one port, every provider behind it."""

import asyncio
import signal
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from devices.simulator import apns_certificates, authority
from devices.simulator.accounts import Accounts
from devices.simulator.apns import Apns
from devices.simulator.control import Control
from devices.simulator.endings import Endings
from devices.simulator.exchange import Incoming, Outcome, Provider, Reply
from devices.simulator.fcm import Fcm
from devices.simulator.http1 import Http1
from devices.simulator.http2 import Http2
from devices.simulator.journal import Entry, Journal
from devices.simulator.phones import Phones
from devices.simulator.scripts import Scripts
from devices.simulator.webpush import WebPush
from devices.simulator.wns import Wns
from devices.simulator.wns_accounts import WnsAccounts

UNANSWERED = frozenset(
    ["silent", "closed", "dropped", "reset", "broken", "refused", "goaway", "lastwords"]
)
"""Manners in which no status line leaves."""

ENDING = ("goaway", "lastwords", "farewell")
"""Manners that leave out what comes after."""


class Simulator:
    """Everything that the providers know: accounts, scripts, journal, phones.

    ``asks``: it asks its clients whether they read its answers (endings.py).
    """

    def __init__(self, folder: Path, *, asks: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.asks = asks
        self._endings = Endings(folder) if asks else None
        self.folder = folder
        self.accounts = Accounts(folder)
        self.scripts = Scripts()
        self.phones = Phones()
        self.journal = Journal(folder)
        self.wns_accounts = WnsAccounts(folder)
        self._browsers = WebPush(folder, self.scripts, self.phones)
        self.providers: list[Provider] = [
            Fcm(self.accounts, self.scripts),
            Apns(folder, self.scripts),
            Wns(self.wns_accounts, self.scripts),
            self._browsers,
        ]
        self._control = Control(folder, self.accounts, self.scripts, self.phones)
        self._open: set[asyncio.Transport] = set()

    def serve(self, requests: Sequence[Incoming]) -> list[Reply]:
        """Answer requests that came together; they are in the journal before.

        Where one ends the connection by GOAWAY, those after it are left out: there
        are fewer replies than requests.
        """
        at = time.time()
        replies: list[Reply] = []
        entries: list[Entry] = []
        for request in requests:
            if request.host == "simulator":
                replies.append(self._control.answer(request))
                continue
            outcome = self._provider(request.host, request.path).answer(request, at=at)
            replies.append(outcome.reply)
            entries.append(_entry(request, outcome))
            if outcome.shown is not None and outcome.token is not None:
                for _time in range(2 if outcome.script == "twice" else 1):
                    self.phones.show(outcome.token, outcome.shown, at=at)
            if outcome.reply.manner in ENDING:
                break
        if entries:
            self.journal.append(entries, at=at)
        return replies

    def first_streams(self, host: str) -> int:
        """How many streams a new connection to a host may use at first."""
        return self._provider(host).first_streams()

    def gone(self, connection: int, unheard: Iterable[int] = ()) -> None:
        """A connection has ended, with answers that its client had not read."""
        if self._endings:
            self._endings.append(connection, unheard, at=time.time())
        for provider in self.providers:
            provider.gone(connection)

    def protocol(self) -> "Connection":
        """A protocol for one connection."""
        return Connection(self, self._open)

    def _provider(self, host: str, path: str = "") -> Provider:
        """Who answers for a host; a strange one gets the first's "not found".

        Google and Microsoft answer browsers and apps at the same hosts.
        """
        if self._browsers.takes(host, path):
            return self._browsers
        serving = (each for each in self.providers if each.serves(host))
        return next(serving, self.providers[0])

    def close(self) -> None:
        """Cut every connection and close the journal."""
        for transport in list(self._open):
            transport.abort()
        self.journal.close()
        if self._endings:
            self._endings.close()
            self._endings = None


class Connection(asyncio.Protocol):
    """One connection; ALPN says in which version of HTTP."""

    def __init__(self, simulator: Simulator, register: set[asyncio.Transport]) -> None:
        self._simulator = simulator
        self._register = register
        self._http: Http1 | Http2 | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        tls: ssl.SSLObject = transport.get_extra_info("ssl_object")
        version = Http2 if tls.selected_alpn_protocol() == "h2" else Http1
        streams = self._simulator.first_streams(authority.asked_for(tls))
        self._http = version(
            cast(asyncio.Transport, transport),
            self._simulator.serve,
            streams,
            asks=self._simulator.asks,
        )
        self._register.add(self._http.transport)

    def data_received(self, data: bytes) -> None:
        if self._http:
            self._http.received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._http:
            self._register.discard(self._http.transport)
            self._http.lost()
            self._simulator.gone(self._http.number, self._http.unheard)


async def listen(
    simulator: Simulator,
    host: str,
    port: int,
    *,
    versions: Sequence[str] = ("h2", "http/1.1"),
) -> asyncio.Server:
    """Start to listen; port 0 takes a free one. Raises OSError when it is taken."""
    now = datetime.now(UTC)
    _ca, certificate = authority.files(simulator.folder, at=now)
    tls = authority.context(certificate, versions)
    tls.verify_mode = ssl.CERT_OPTIONAL
    tls.load_verify_locations(apns_certificates.authority(simulator.folder, at=now))
    return await asyncio.get_running_loop().create_server(
        simulator.protocol, host, port, ssl=tls, backlog=512
    )


def address_of(server: asyncio.Server) -> str:
    """host:port that a listening server has."""
    host, port = server.sockets[0].getsockname()[:2]
    return f"{host}:{port}"


async def run(
    simulator: Simulator, host: str, port: int, ready: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or SIGINT; ``ready`` is told the address."""
    server = await listen(simulator, host, port)
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    ready(address_of(server))
    await stop.wait()
    server.close()
    simulator.close()


def _entry(request: Incoming, outcome: Outcome) -> Entry:
    reply = outcome.reply
    return Entry(
        run=outcome.run,
        gateway=outcome.gateway,
        token=outcome.token,
        method=request.method,
        path=request.path,
        headers=_readable(request.headers, outcome.claims),
        body=outcome.body,
        connection=request.connection,
        stream=request.stream,
        script=outcome.script,
        status=None if reply.manner in UNANSWERED else reply.status,
    )


def _readable(
    headers: Mapping[str, str], claims: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The headers with what authorization means in the place of the secret."""
    if "authorization" not in headers:
        return headers
    scheme = headers["authorization"].partition(" ")[0]
    return {**headers, "authorization": {"scheme": scheme, "claims": claims}}
