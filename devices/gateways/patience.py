"""A sender that does not crowd a new connection.

APNs lets a new connection use one stream until it saw a credential that is good. Our
own connections start nothing before the server's settings came, which say so. libcurl
counts on a hundred until then, and what it starts too early is refused (seen: 49 of 50
on each new connection).
"""

import socket
from typing import Any

import pycurl

from devices.gateways.curl import CurlSender
from devices.gateways.http import Sender
from devices.gateways.wire import Options, Wire


class PatientCurl(CurlSender):
    """One request on each new connection until it was answered."""

    def __init__(self, wire: Wire, roots: str) -> None:
        super().__init__(wire, roots)
        self._opening: set[Any] = set()
        self._handed_over: list[socket.socket] = []
        self._limit: tuple[Any, int] = (self._multi, wire.streams)

    def _collect(self) -> int:
        # A connection is of use a few rounds after its socket was opened: in time.
        self._set_limit()
        while self._handed_over:
            self._handed_over.pop().close()
        return super()._collect()

    def _finish(self, slot: Any, error: int, text: str) -> None:
        self._opening.discard(slot.curl)
        self._set_limit()
        super()._finish(slot, error, text)

    def _set_limit(self) -> None:
        """libcurl attaches what waits to a connection only below this limit."""
        limit = self._multi, 1 if self._opening else self.wire.streams
        if limit != self._limit:
            self._multi.setopt(pycurl.M_MAX_CONCURRENT_STREAMS, limit[1])
            self._limit = limit

    def _handle(self, options: Options) -> Any:
        curl = super()._handle(options)

        def open_socket(purpose: int, address: Any) -> socket.socket:
            family, kind, protocol, _place = address
            self._opening.add(curl)
            # libcurl works with a duplicate, which it closes itself.
            self._handed_over.append(socket.socket(family, kind, protocol))
            return self._handed_over[-1]

        curl.setopt(pycurl.OPENSOCKETFUNCTION, open_socket)
        return curl


class PatientSender(Sender):
    """A sender for APNs."""

    libcurl = PatientCurl
