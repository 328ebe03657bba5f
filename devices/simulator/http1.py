"""The simulator's side of an HTTP/1.1 connection: requests with a length only."""

import asyncio
import time
from http import HTTPStatus

from devices.simulator.connection import Player, Serve, Stream, numbers
from devices.simulator.endings import MOMENT
from devices.simulator.exchange import Incoming, Reply

LONGEST_HEAD = 65_536
LONGEST_BODY = 1_000_000


class Http1:
    """One connection, kept open, one request at a time."""

    def __init__(
        self,
        transport: asyncio.Transport,
        serve: Serve,
        streams: int = 1,
        *,
        asks: bool = False,
    ) -> None:
        self.number = next(numbers)
        self.transport = transport
        self._serve = serve
        self._player = Player(transport)
        self._buffer = b""
        self._requests = 0
        self._stream: Http1Stream | None = None
        self._answered_at = 0.0

    def received(self, chunk: bytes) -> None:
        """Take what came, answer a request that is whole."""
        self._buffer += chunk
        self.proceed()

    def proceed(self) -> None:
        """Answer the next whole request, when none is being answered."""
        if self._stream is not None:
            return
        try:
            request = self._next()
        except ValueError:
            self.transport.close()
            return
        if request is None:
            return
        [reply] = self._serve([request])
        self._stream = Http1Stream(self)
        self._player.play(self._stream, reply)

    @property
    def unheard(self) -> set[int]:
        """The request whose answer may not have been read yet, if there is one."""
        rested = time.monotonic() - self._answered_at > MOMENT
        return set() if self._stream is None and rested else {self._requests}

    def lost(self) -> None:
        """The connection is gone."""
        if self._stream:
            self._stream.open = False

    def done(self) -> None:
        """The answer has left: the next request may be read."""
        self._stream = None
        self._answered_at = time.monotonic()
        asyncio.get_running_loop().call_soon(self.proceed)

    def _next(self) -> Incoming | None:
        """The next whole request. Raises ValueError for what is not one."""
        head, blank, rest = self._buffer.partition(b"\r\n\r\n")
        if not blank:
            if len(self._buffer) > LONGEST_HEAD:
                raise ValueError("the head is too long")
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _version = first.split(" ")
        fields = [line.partition(":") for line in lines]
        headers = {name.lower(): value.strip() for name, _colon, value in fields}
        length = int(headers.get("content-length", "0"))
        if "transfer-encoding" in headers or not 0 <= length <= LONGEST_BODY:
            raise ValueError("a body must come with a length")
        if len(rest) < length:
            return None
        self._buffer = rest[length:]
        self._requests += 1
        return Incoming(
            connection=self.number,
            stream=self._requests,
            method=method,
            authority=headers.get("host", ""),
            path=path,
            headers=headers,
            body=rest[:length],
        )


class Http1Stream(Stream):
    """The answer to the one request; what HTTP/2 says by a reset is a cut here."""

    def __init__(self, connection: Http1) -> None:
        self._connection = connection

    def head(self, reply: Reply, length: int | None) -> None:
        lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in reply.headers]
        lines.append(
            "connection: close" if length is None else f"content-length: {length}"
        )
        self._send("\r\n".join(lines).encode() + b"\r\n\r\n")

    def write(self, part: bytes, *, end: bool = False) -> bool:
        if self._connection.transport.get_write_buffer_size() > LONGEST_BODY:
            return False
        self._send(part)
        if end:
            self.open = False
            self._connection.done()
        return True

    def refuse(self) -> None:
        self.break_off()

    def break_off(self) -> None:
        self.open = False
        self._connection.transport.close()

    def go_away(self, *, covering: bool, words: bytes) -> None:
        self.break_off()

    def _send(self, part: bytes) -> None:
        if not self._connection.transport.is_closing():
            self._connection.transport.write(part)
