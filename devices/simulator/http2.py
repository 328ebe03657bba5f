"""The simulator's side of an HTTP/2 connection, on the h2 library."""

import asyncio
from typing import Any, cast

from h2.config import H2Configuration
from h2.connection import ConnectionState, H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    DataReceived,
    PingAckReceived,
    RequestReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

from devices.simulator.connection import Player, Serve, Stream, numbers
from devices.simulator.exchange import Incoming, Reply

STREAMS = 100
LONGEST_BODY = 1_000_000


class Http2:
    """One connection. Requests that came in one read are answered together."""

    def __init__(
        self,
        transport: asyncio.Transport,
        serve: Serve,
        streams: int = STREAMS,
        *,
        asks: bool = False,
    ) -> None:
        self.number = next(numbers)
        self.transport = transport
        self.unheard: set[int] = set()
        self._asks = asks
        self._asks_now = False
        self._answered: list[int] = []
        self._asked: list[int] = []
        self._read: list[int] = []
        self.highest = 0
        self.last: int | None = None
        self._serve = serve
        self._player = Player(transport)
        self._reading = False
        self._partial: dict[int, tuple[dict[str, str], list[bytes]]] = {}
        self._streams: dict[int, Http2Stream] = {}
        config = H2Configuration(
            client_side=False,
            header_encoding="utf-8",
            validate_inbound_headers=False,
            validate_outbound_headers=False,
            normalize_outbound_headers=False,
        )
        self.h2 = H2Connection(config)
        self.h2.initiate_connection()
        self._streams_allowed = 0
        self._allow(streams)
        self.flush()

    def received(self, chunk: bytes) -> None:
        """Take what came, answer the requests that are whole."""
        self._reading = True
        try:
            whole = self._requests(self.h2.receive_data(chunk))
            if whole:
                self._answer(whole)
        except ProtocolError:
            self.flush()
            self.transport.close()
        finally:
            self._reading = False
            self._ask()
            self.flush()

    def flush(self) -> None:
        """Send what h2 has ready; while reading, once at the end."""
        if self._reading:
            return
        ready = self.h2.data_to_send()
        if ready and not self.transport.is_closing():
            self.transport.write(ready)

    def lost(self) -> None:
        """The connection is gone: no stream of it can be answered."""
        for stream in self._streams.values():
            stream.open = False
        self._streams.clear()

    def forget(self, number: int) -> None:
        """A stream has ended. After GOAWAY the last one closes the connection."""
        self._streams.pop(number, None)
        if self._asks:
            self._answered.append(number)
            self._ask()
        if self.last is not None and not self._streams:
            # The client is given the time to read GOAWAY before it writes again.
            asyncio.get_running_loop().call_later(0.2, self.transport.close)

    def _ask(self) -> None:
        """Ask whether the answers so far were read: once at a time."""
        if self._reading or self._asks_now or not (self._answered or self._read):
            return
        self._asks_now = True
        self._asked, self._answered = self._answered, []
        self.h2.ping(bytes(8))
        self.flush()

    def _heard(self) -> None:
        """What was read by the answer before this one was acted upon since."""
        self.unheard.difference_update(self._read)
        self._read, self._asked = self._asked, []
        self._asks_now = False

    def _requests(self, events: list[Any]) -> list[Incoming]:
        whole: list[Incoming] = []
        for event in events:
            if isinstance(event, RequestReceived):
                taken = len(self._partial) + len(self._streams) + len(whole)
                if taken >= self._streams_allowed:
                    self.h2.reset_stream(event.stream_id, ErrorCodes.REFUSED_STREAM)
                    continue
                headers = cast(list[tuple[str, str]], event.headers)
                self._partial[event.stream_id] = (dict(headers), [])
            elif isinstance(event, DataReceived):
                self._take(event)
            elif isinstance(event, StreamEnded) and event.stream_id in self._partial:
                whole.append(self._incoming(event.stream_id))
            elif isinstance(event, StreamReset):
                self._cancelled(event.stream_id)
            elif isinstance(event, PingAckReceived):
                self._heard()
            elif isinstance(event, WindowUpdated):
                continue
        return whole

    def _take(self, event: DataReceived) -> None:
        number = event.stream_id
        self.h2.acknowledge_received_data(event.flow_controlled_length, number)
        if number not in self._partial:
            return
        parts = self._partial[number][1]
        parts.append(event.data)
        if sum(map(len, parts)) > LONGEST_BODY:
            del self._partial[number]
            self.h2.reset_stream(number, ErrorCodes.ENHANCE_YOUR_CALM)

    def _cancelled(self, number: int) -> None:
        self._partial.pop(number, None)
        stream = self._streams.get(number)
        if stream:
            stream.open = False
            self.forget(number)

    def _incoming(self, number: int) -> Incoming:
        headers, parts = self._partial.pop(number)
        return Incoming(
            connection=self.number,
            stream=number,
            method=headers.pop(":method", ""),
            authority=headers.pop(":authority", headers.get("host", "")),
            path=headers.pop(":path", ""),
            headers={k: v for k, v in headers.items() if not k.startswith(":")},
            body=b"".join(parts),
            certificate=self.transport.get_extra_info("peercert"),
        )

    def _answer(self, whole: list[Incoming]) -> None:
        """What a GOAWAY left out is neither processed nor answered."""
        if self.last is not None:
            whole = [each for each in whole if each.stream <= (self.last or 0)]
        for request, reply in zip(whole, self._serve(whole), strict=False):
            stream = Http2Stream(self, request.stream)
            self._streams[request.stream] = stream
            if self._asks:
                self.unheard.add(request.stream)
            if reply.manner not in ("refused", "goaway"):
                self.highest = max(self.highest, request.stream)
            if reply.streams is not None:
                self._allow(reply.streams)
            self._player.play(stream, reply)

    def _allow(self, streams: int) -> None:
        """How many streams the client may have open at a time from now on."""
        if streams != self._streams_allowed:
            self._streams_allowed = streams
            self.h2.update_settings({SettingCodes.MAX_CONCURRENT_STREAMS: streams})


class Http2Stream(Stream):
    """One stream of an HTTP/2 connection."""

    def __init__(self, connection: Http2, number: int) -> None:
        self._connection = connection
        self._number = number

    def whole(self, reply: Reply) -> None:
        """An answer without a body ends with its head, as APNs' do."""
        if reply.body:
            super().whole(reply)
            return
        self._head(reply, 0, end=True)
        self._end()

    def head(self, reply: Reply, length: int | None) -> None:
        self._head(reply, length, end=False)

    def _head(self, reply: Reply, length: int | None, *, end: bool) -> None:
        lines = [(":status", str(reply.status)), *reply.headers]
        if length is not None:
            lines.append(("content-length", str(length)))
        self._connection.h2.send_headers(self._number, lines, end_stream=end)
        self._connection.flush()

    def write(self, part: bytes, *, end: bool = False) -> bool:
        h2 = self._connection.h2
        if part and h2.local_flow_control_window(self._number) < len(part):
            return False
        h2.send_data(self._number, part, end_stream=end)
        self._connection.flush()
        if end:
            self._end()
        return True

    def refuse(self) -> None:
        self._reset(ErrorCodes.REFUSED_STREAM)

    def break_off(self) -> None:
        self._reset(ErrorCodes.INTERNAL_ERROR)

    def go_away(self, *, covering: bool, words: bytes) -> None:
        connection = self._connection
        below = max(self._number - 2, connection.highest)
        connection.last = self._number if covering else below
        connection.h2.close_connection(
            ErrorCodes.NO_ERROR, words or None, connection.last
        )
        # h2 takes GOAWAY for the end; streams up to the last one are still answered.
        connection.h2.state_machine.state = ConnectionState.CLIENT_OPEN
        connection.flush()
        self._end()

    def _reset(self, code: ErrorCodes) -> None:
        self._connection.h2.reset_stream(self._number, code)
        self._connection.flush()
        self._end()

    def _end(self) -> None:
        self.open = False
        self._connection.forget(self._number)
