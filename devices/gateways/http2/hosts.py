"""Where requests go: one host, what waits for it, and the connections to it."""

from collections import deque
from typing import NamedTuple
from urllib.parse import urlsplit

from devices.gateways.http2.connection import Connection
from devices.gateways.http2.exchange import Exchange
from devices.gateways.http2.opening import Place
from devices.gateways.wire import Wire

FIRST_REST, LONGEST_REST = 0.05, 2.0
"""Seconds between two connections to a host that ends each before it answers."""


class Origin(NamedTuple):
    """Requests to one origin share connections, unless only some need the guard."""

    text: str
    public_only: bool

    def place(self, wire: Wire) -> Place:
        """Where to connect. Raises ValueError where there is no such place."""
        named = urlsplit(self.text)
        host, port = named.hostname or "", named.port or 443
        if not wire.simulator:
            return Place(name=host, host=host, port=port, public_only=self.public_only)
        there, _colon, number = wire.simulator.rpartition(":")
        return Place(name=host, host=there.strip("[]"), port=int(number))


class Host:
    """What waits for one origin, and the connections to it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.queue: deque[Exchange] = deque()
        self.connections: list[Connection] = []
        self.opening = 0
        self.vain = 0
        """Connections in a row that ended before anything was answered on them."""
        self.rests_until = 0.0

    def ended(self, connection: Connection, *, at: float) -> None:
        """Let go of a connection; one that was of no use is not replaced at once."""
        self.connections.remove(connection)
        self.vain = 0 if connection.served else self.vain + 1
        if self.vain:
            self.rests_until = at + min(LONGEST_REST, FIRST_REST * 2**self.vain)

    @property
    def usable(self) -> int:
        """Connections that take requests now or soon."""
        return self.opening + sum(not each.retiring for each in self.connections)

    def missing(self, wire: Wire, *, at: float) -> int:
        """How many connections more what waits is worth."""
        if at < self.rests_until:
            return 0
        soon = self.opening + sum(not each.ready for each in self.connections)
        wanted = -(-len(self.queue) // wire.streams) - soon
        return min(wanted, wire.connections - self.usable)
