"""Requests over HTTP/2 connections of our own, to many hosts, without an event loop."""

import os
import selectors
import socket
import ssl
import time
from collections import deque
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue

from devices.gateways.http2 import opening
from devices.gateways.http2.connection import Connection
from devices.gateways.http2.exchange import Exchange
from devices.gateways.http2.hosts import Host, Origin
from devices.gateways.http2.opening import Failed, Opened
from devices.gateways.wire import (
    LOST,
    NO_ROOTS,
    TIMED_OUT,
    Break,
    Request,
    Wire,
    origin_of,
)

LOOK_EVERY = 0.05
"""Seconds between two looks at the time that is left to what is under way."""

STALL = 1.0
"""Seconds of silence of its owner's (a database that hung, a stopped process) after
which answers are heard for as long again before anything counts as late."""

SLOW = 1.0
"""Seconds after which a request no longer keeps another from starting: one that is
never answered would hold its place for the whole time-out."""

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Http2Sender:
    """For one thread of one process; `http.Sender` says what it promises.

    ``declined`` collects the requests to a host that turned out not to speak HTTP/2:
    they did not leave, and get no answer from here.
    """

    def __init__(self, wire: Wire, roots: str) -> None:
        self.busy = self.slow = 0
        self.declined: list[Request] = []
        self._wire = wire
        self._roots = roots
        self._tls: ssl.SSLContext | None = None
        self._closed = False
        self._process = os.getpid()
        self._hosts: dict[Origin, Host] = {}
        self._answered = 0
        self._looked = self._driven = 0.0
        self._selector = selectors.DefaultSelector()
        self._opened: SimpleQueue[tuple[Host, Opened]] = SimpleQueue()
        self._bell, self._ring = socket.socketpair()
        self._bell.setblocking(False)
        self._selector.register(self._bell, READ)

    def start(self, request: Request) -> None:
        """Queue one request. Raises ValueError for an address that is none."""
        origin = Origin(origin_of(request.url), request.options.public_only)
        host = self._hosts.get(origin)
        if host is None:
            host = self._hosts[origin] = Host(origin.place(self._wire))
        host.queue.append(Exchange(request, time.monotonic() + self._wire.timeout))
        self.busy += 1

    def drive(self, timeout: float) -> int:
        """Move the wire until an answer came; how many did."""
        now = time.monotonic()
        before, until = self._answered, now + timeout
        if now - self._driven > STALL:
            self._looked = now + STALL
        # What ended while nobody looked is known before anything starts on it.
        self._hear(0.0)
        while True:
            now = self._driven = time.monotonic()
            for host in self._hosts.values():
                self._push(host, now)
            if now - self._looked >= LOOK_EVERY:
                self._expire(now)
            came, rest = self._answered - before, until - now
            if came or not self.busy or rest <= 0:
                return came
            self._hear(min(rest, LOOK_EVERY))

    def retire(self) -> None:
        """Start nothing more on the connections that there are."""
        for host in self._hosts.values():
            for connection in host.connections:
                connection.retiring = True

    def close(self) -> None:
        """Close every connection. What was under way gets no answer any more.

        In another process than the one that opened them, they are left alone.
        """
        if os.getpid() != self._process:
            return
        for host in self._hosts.values():
            for connection in host.connections:
                self._discard(connection)
        self._hosts.clear()
        self._closed = True
        self._close_opened()
        self._selector.close()
        self._bell.close()
        self._ring.close()

    def _push(self, host: Host, now: float) -> None:
        """Start what waits, open what is missing, close what ended."""
        for connection in host.connections[:]:
            if host.queue:
                connection.send(host.queue)
            self._settle(host, connection)
        if host.queue:
            for _place in range(host.missing(self._wire, at=now)):
                self._open(host)

    def _open(self, host: Host) -> None:
        try:
            self._tls = self._tls or _context(self._roots)
        except OSError as error:
            self._lament(host, Break(NO_ROOTS, str(error)))
            return
        host.opening += 1
        seconds = self._wire.connect_timeout
        done = partial(self._hand_over, host)
        opening.in_background(host.place, self._tls, seconds=seconds, done=done)

    def _hand_over(self, host: Host, found: Opened) -> None:
        """Called by the thread that opened, perhaps when nobody waits any more."""
        self._opened.put((host, found))
        if self._closed:
            self._close_opened()
        with suppress(OSError):
            self._ring.send(b"!")

    def _close_opened(self) -> None:
        with suppress(Empty):
            while True:
                _host, found = self._opened.get_nowait()
                if isinstance(found, ssl.SSLSocket):
                    found.close()

    def _hear(self, seconds: float) -> None:
        """Wait for sockets, and take what came."""
        for key, mask in self._selector.select(seconds):
            if key.data is None:
                self._bell.recv(64)
                self._take_opened()
                continue
            host, connection = key.data
            if mask & WRITE:
                connection.flush()
            if mask & READ:
                connection.receive(at=time.monotonic())
            self._settle(host, connection)

    def _take_opened(self) -> None:
        while True:
            try:
                host, found = self._opened.get_nowait()
            except Empty:
                return
            host.opening -= 1
            if isinstance(found, Failed):
                self._lament(host, found.why)
            elif found.selected_alpn_protocol() != "h2":
                found.close()
                self._decline(host)
            else:
                self._add(host, found)

    def _add(self, host: Host, tls: ssl.SSLSocket) -> None:
        streams = self._wire.streams
        connection = Connection(tls, streams=streams, finish=self._finish)
        connection.since = time.monotonic()
        host.connections.append(connection)
        self._selector.register(tls, READ, (host, connection))
        self._settle(host, connection)

    def _decline(self, host: Host) -> None:
        queue, host.queue = host.queue, deque()
        self.busy -= len(queue)
        self.declined.extend(exchange.request for exchange in queue)

    def _lament(self, host: Host, why: Break) -> None:
        """No connection came about: unless there is another, nothing can leave."""
        if host.usable:
            return
        queue, host.queue = host.queue, deque()
        for exchange in queue:
            self._finish(exchange, why)

    def _settle(self, host: Host, connection: Connection) -> None:
        """Watch a connection for what it waits for; let go of one that ended."""
        if connection.retiring and not connection.streams:
            connection.closed = True
        if not connection.closed:
            wish = READ | WRITE if connection.blocked else READ
            if wish != connection.watched:
                data = host, connection
                self._selector.modify(connection.socket, wish, data)
                connection.watched = wish
            return
        if connection in host.connections:
            host.ended(connection, at=time.monotonic())
            self._discard(connection)
            if not (connection.ready or connection.retiring):
                self._lament(host, Break(LOST, "closed before anything was said"))

    def _discard(self, connection: Connection) -> None:
        self._selector.unregister(connection.socket)
        connection.socket.close()

    def _expire(self, now: float) -> None:
        self._looked = now
        self.slow, wire = 0, self._wire
        for host in self._hosts.values():
            while host.queue and host.queue[0].until <= now:
                exchange = host.queue.popleft()
                self._finish(exchange, Break(TIMED_OUT, "it waited for its turn"))
            for connection in host.connections[:]:
                connection.expire(at=now, life=wire.timeout)
                fresh = now + wire.timeout - SLOW
                self.slow += connection.count_slow(until=fresh)
                if (
                    not connection.ready
                    and connection.since < now - wire.connect_timeout
                ):
                    connection.end(Break(TIMED_OUT, "it never spoke"))
                self._settle(host, connection)

    def _finish(self, exchange: Exchange, why: Break) -> None:
        """Answer one request."""
        self.busy -= 1
        self._answered += 1
        exchange.request.inbox.append(exchange.answer(why))


def _context(roots: str) -> ssl.SSLContext:
    """It believes nobody who cannot prove the name that was asked for."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_verify_locations(roots)
    made.set_alpn_protocols(["h2", "http/1.1"])
    return made
