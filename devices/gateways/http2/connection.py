"""One HTTP/2 connection: requests out, answers in (RFC 9113).

It repeats nothing. What is known of a request whose answer did not come is exact: it
was written, or it was not; the server said that it left it out, or it did not.
"""

import selectors
import ssl
from collections import deque

from devices.gateways.http2 import frames
from devices.gateways.http2.blocks import Blocks
from devices.gateways.http2.exchange import COMPLETE, Exchange, Finish
from devices.gateways.http2.fields import FieldReader, FieldWriter
from devices.gateways.http2.flow import Flow
from devices.gateways.http2.frames import HEAD, Violation
from devices.gateways.wire import (
    ABORTED,
    ANSWER_LIMIT,
    CUT_OFF,
    LOST,
    RESET,
    TIMED_OUT,
    Break,
    Request,
)

READ = 65_536
TOGETHER = 32
"""Requests that are written at once: as many as one record of TLS carries."""

OPEN_WINDOW = 1 << 24
"""Bytes of answers that may be on their way to us on one connection."""

CREDIT = OPEN_WINDOW // 2
LAST_STREAM = (1 << 31) - 1
OURS = {
    frames.TABLE_SIZE: 0,
    frames.ENABLE_PUSH: 0,
    frames.INITIAL_WINDOW: 2 * ANSWER_LIMIT,
}


class Connection:
    """An open connection. For one thread; its socket never blocks."""

    def __init__(self, tls: ssl.SSLSocket, *, streams: int, finish: Finish) -> None:
        self.socket = tls
        self.streams: dict[int, Exchange] = {}
        self.ready = False
        """The server's settings came: only then is it known what it takes."""
        self.retiring = False
        """No request may start here any more."""
        self.closed = False
        self.served = False
        """Something was answered here."""
        self.blocked = False
        """Bytes wait for the socket."""
        self.since = 0.0
        self.watched = selectors.EVENT_READ
        self.slow = 0
        """Streams that wait for their answer since more than a moment."""
        self._wished, self._most = streams, LAST_STREAM
        self._finish = finish
        self._writer, self._reader = FieldWriter(), FieldReader()
        self._next = 1
        self._flow = Flow()
        self._waiting = b""
        self._rest = b""
        self._blocks = Blocks()
        self._taken = 0
        self._heard = 0.0
        opening = frames.settings(OURS)
        opening += frames.window_update(0, OPEN_WINDOW - frames.WINDOW)
        self._write(frames.PREFACE + opening)

    @property
    def free(self) -> int:
        """How many requests may start now."""
        if self.retiring or self.closed or not self.ready or self._waiting:
            return 0
        return min(self._most, self._wished + self.slow) - len(self.streams)

    def send(self, queue: deque[Exchange]) -> None:
        """Start what is queued, as far as there is room, oldest first."""
        while queue and (room := self.free) > 0:
            if not self._send_some(queue, min(room, TOGETHER, len(queue))):
                return

    def receive(self, *, at: float) -> None:
        """Take what came."""
        self._heard = at
        try:
            while not self.closed:
                came = self.socket.recv(READ)
                if not came:
                    self.end(Break(LOST, "the other side closed the connection"))
                    return
                self._parse(came)
                if not self.socket.pending():
                    break
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError as error:
            self.end(Break(LOST, _words(error)))
        except Violation as error:
            self._give_up(str(error))
        if self._taken >= CREDIT:
            self._write(frames.window_update(0, self._taken))
            self._taken = 0

    def flush(self) -> None:
        """The socket takes bytes again."""
        waiting, self._waiting = self._waiting, b""
        self._write(waiting)

    def expire(self, *, at: float, life: float) -> None:
        """End the exchanges whose time is over.

        Where nothing at all came during the whole ``life`` of one, nothing will.
        """
        while self.streams:
            stream, exchange = next(iter(self.streams.items()))
            if exchange.until > at:
                break
            if self._heard < at - life:
                self.retiring = True
            self._drop(stream, Break(TIMED_OUT, "no answer in time"))

    def count_slow(self, *, until: float) -> int:
        """Count the streams whose time is over before ``until``: the oldest."""
        self.slow = 0
        for exchange in self.streams.values():
            if exchange.until > until:
                break
            self.slow += 1
        return self.slow

    def end(self, why: Break) -> None:
        """Nothing more comes: nobody knows what became of what is open here.

        Whoever made the connection closes its socket.
        """
        if self.closed:
            return
        self.closed = True
        streams, self.streams = self.streams, {}
        for exchange in streams.values():
            self._finish(exchange, why)

    def _send_some(self, queue: deque[Exchange], count: int) -> bool:
        """Start up to ``count``; False when the window is closed."""
        parts, goes_on = [], True
        for _place in range(count):
            exchange = queue[0]
            request = exchange.request
            size = len(request.body)
            if size > self._flow.connection:
                goes_on = False
                break
            queue.popleft()
            if request.fence and not request.fence(request.reference):
                exchange.fenced = True
                self._finish(exchange, Break(ABORTED, "kept back"))
                continue
            exchange.left = True
            parts.append(self._written(exchange, request, size))
        if parts:
            self._write(b"".join(parts))
        return goes_on

    def _written(self, exchange: Exchange, request: Request, size: int) -> bytes:
        """The frames of a request, on a stream of its own."""
        stream, self._next = self._next, self._next + 2
        self.streams[stream] = exchange
        if self._next > LAST_STREAM:
            self.retiring = True
        block = self._writer.block(request.url, request.headers, request.own, size)
        length, flow = len(block), self._flow
        if length > frames.LARGEST or size > flow.at_once:
            return frames.header_block(stream, block) + flow.hold(stream, request.body)
        flow.connection -= size
        return (
            HEAD.pack(length >> 8, length & 255, 1, 4, stream)
            + block
            + HEAD.pack(size >> 8, size & 255, 0, 1, stream)
            + request.body
        )

    def _write(self, text: bytes) -> None:
        if self.closed or not text:
            return
        if self._waiting:
            self._waiting += text
            return
        try:
            while text:
                text = text[self.socket.send(text) :]
        except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
            self._waiting = text
        except OSError as error:
            self.end(Break(LOST, _words(error)))
        self.blocked = bool(self._waiting)

    def _parse(self, came: bytes) -> None:
        if self._rest:
            came = self._rest + came
        place, end, streams = 0, len(came), self.streams
        while end - place >= 9:
            high, low, kind, flags, stream = HEAD.unpack_from(came, place)
            start = place + 9
            stop = start + (high << 8 | low)
            if stop > end:
                if stop - start > frames.LARGEST:
                    raise Violation("a frame that is too large")
                break
            place = stop
            if self._blocks.is_open and kind != frames.CONTINUATION:
                raise Violation("a header block that does not end")
            if kind == 0:
                self._taken += stop - start
                exchange = streams.get(stream)
                if exchange is None:
                    continue
                piece = came[start:stop]
                if flags & 8:
                    piece = frames.unpadded(flags & 8, piece)
                if not exchange.add(piece):
                    self._drop(stream, Break(CUT_OFF, "the answer is too long"))
                elif flags & 1:
                    del streams[stream]
                    self._finish(exchange, COMPLETE)
            elif kind == 1 and flags & 0x2C == 4:
                self._head(stream, flags, came[start:stop])
            else:
                self._control(kind, flags, stream, came[start:stop])
                if self.closed:
                    return
        self._rest = came[place:]

    def _head(self, stream: int, flags: int, block: bytes) -> None:
        """A whole header block: of an answer, of an interim one, or behind it."""
        self.served = True
        exchange = self.streams.get(stream)
        if exchange is None:
            if self._reader.reads_all:
                self._reader.read(block, whole=True)
            return
        whole = exchange.request.options.headers
        status, fields = self._reader.read(block, whole=whole)
        if status >= 200 and not exchange.status:
            exchange.status, exchange.fields = status, fields
        if flags & frames.END_STREAM:
            del self.streams[stream]
            self._finish(exchange, COMPLETE)

    def _control(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        """Everything but ordinary answers."""
        match kind:
            case frames.HEADERS | frames.CONTINUATION:
                if found := self._blocks.add(kind, flags, stream, payload):
                    self._head(*found)
            case frames.SETTINGS if not flags & frames.ACK:
                self._obey(frames.read_settings(payload))
            case frames.PING if not flags & frames.ACK:
                self._write(frames.frame(frames.PING, frames.ACK, 0, payload))
            case frames.WINDOW_UPDATE:
                self._write(self._flow.widen(stream, frames.number(payload)))
            case frames.RST_STREAM:
                self._was_reset(stream, frames.number(payload))
            case frames.GOAWAY:
                self._retire(frames.number(payload))
            case frames.PUSH_PROMISE:
                raise Violation("a push that we did not want")

    def _obey(self, wishes: dict[int, int]) -> None:
        self.ready = True
        self._most = wishes.get(frames.MAX_STREAMS, self._most)
        if frames.TABLE_SIZE in wishes:
            self._writer.resize(wishes[frames.TABLE_SIZE])
        self._write(self._flow.obey(wishes))
        self._write(frames.frame(frames.SETTINGS, frames.ACK, 0))

    def _was_reset(self, stream: int, code: int) -> None:
        exchange = self.streams.pop(stream, None)
        self._flow.forget(stream)
        if exchange is None:
            return
        if code == frames.REFUSED_STREAM:
            self._finish(exchange, Break(LOST, "left out", left_out=True))
        else:
            self._finish(exchange, Break(RESET, f"the stream ended with code {code}"))

    def _retire(self, last: int) -> None:
        """GOAWAY: what is behind ``last`` was not and will not be processed."""
        self.retiring = True
        for stream in [each for each in self.streams if each > last]:
            self._flow.forget(stream)
            exchange = self.streams.pop(stream)
            self._finish(exchange, Break(LOST, "left out", left_out=True))

    def _drop(self, stream: int, why: Break) -> None:
        """We do not wait for this answer any longer."""
        exchange = self.streams.pop(stream)
        self._flow.forget(stream)
        self._write(frames.reset(stream, frames.CANCEL))
        self._finish(exchange, why)

    def _give_up(self, words: str) -> None:
        payload = bytes(4) + frames.PROTOCOL_ERROR.to_bytes(4, "big")
        self._write(frames.frame(frames.GOAWAY, 0, 0, payload))
        self.end(Break(LOST, words))


def _words(error: OSError) -> str:
    return (error.strerror or str(error))[:200]
