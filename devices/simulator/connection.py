"""How an answer leaves: the ordinary way, or in one of the manners of scripts."""

import asyncio
import socket
import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from itertools import count

from devices.simulator.exchange import Incoming, Reply

DRIP_PAUSE = 0.2
SLOW = 2.0
EVENT_PAUSE = 0.5
HUGE_PART = b" " * 16_000

Serve = Callable[[Sequence[Incoming]], list[Reply]]
"""Answers requests that came together; they are in the journal when it returns.

Fewer replies than requests: the last of them leaves the others out.
"""

numbers = count(1)


class Stream(ABC):
    """One request's way back."""

    open: bool = True

    @abstractmethod
    def head(self, reply: Reply, length: int | None) -> None:
        """Send status and headers; ``length`` None when the body has no known end."""

    @abstractmethod
    def write(self, part: bytes, *, end: bool = False) -> bool:
        """Send a part of the body; False when it must wait for the client."""

    def whole(self, reply: Reply) -> None:
        """Send everything."""
        self.head(reply, len(reply.body))
        self.write(reply.body, end=True)

    @abstractmethod
    def refuse(self) -> None:
        """Say that the request was not processed."""

    @abstractmethod
    def break_off(self) -> None:
        """Reset only this stream."""

    @abstractmethod
    def go_away(self, *, covering: bool, words: bytes) -> None:
        """Announce the end of the connection, with or without this stream."""


class Player:
    """Plays replies on one connection."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()

    def play(self, stream: Stream, reply: Reply) -> None:
        """Give an answer, at once or later."""
        delay = reply.delay or (SLOW if reply.manner == "slow" else 0.0)
        if delay:
            self._loop.call_later(delay, self._play, stream, reply)
        else:
            self._play(stream, reply)

    def _play(self, stream: Stream, reply: Reply) -> None:
        if not stream.open or self._transport.is_closing():
            return
        manner = self._manners().get(reply.manner)
        if manner:
            manner(stream, reply)
        else:
            stream.whole(reply)

    def _manners(self) -> dict[str, Callable[[Stream, Reply], None]]:
        return {
            "silent": lambda stream, reply: None,
            "closed": lambda stream, reply: self._transport.close(),
            "dropped": lambda stream, reply: self._transport.abort(),
            "reset": lambda stream, reply: self._reset(),
            "broken": lambda stream, reply: stream.break_off(),
            "refused": lambda stream, reply: stream.refuse(),
            "goaway": lambda stream, reply: stream.go_away(
                covering=False, words=reply.farewell
            ),
            "lastwords": lambda stream, reply: stream.go_away(
                covering=True, words=reply.farewell
            ),
            "farewell": self._farewell,
            "truncated": self._truncated,
            "garbage": self._garbage,
            "huge": self._huge,
            "drip": self._drip,
            "events": self._events,
        }

    def _reset(self) -> None:
        """Close so that the client gets a TCP reset."""
        raw = self._transport.get_extra_info("socket")
        linger = struct.pack("ii", 1, 0)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._transport.abort()

    def _farewell(self, stream: Stream, reply: Reply) -> None:
        """Answer, and end the connection with this stream."""
        stream.head(reply, len(reply.body))
        stream.write(reply.body, end=True)
        stream.go_away(covering=True, words=reply.farewell)

    def _truncated(self, stream: Stream, reply: Reply) -> None:
        stream.head(reply, len(reply.body))
        stream.write(reply.body[: len(reply.body) // 2])
        stream.break_off()

    def _garbage(self, stream: Stream, reply: Reply) -> None:
        noise = bytes(range(256))
        stream.head(reply, len(noise))
        stream.write(noise, end=True)

    def _huge(self, stream: Stream, reply: Reply) -> None:
        stream.head(reply, None)
        self._pour(stream)

    def _pour(self, stream: Stream) -> None:
        # A few parts at a time, so that the other connections have their turn.
        for _part in range(8):
            if not stream.open or not stream.write(HUGE_PART):
                break
        if stream.open and not self._transport.is_closing():
            self._loop.call_later(0.01, self._pour, stream)

    def _drip(self, stream: Stream, reply: Reply) -> None:
        if not reply.body:
            stream.whole(reply)
            return
        stream.head(reply, len(reply.body))
        self._drop(stream, reply.body)

    def _drop(self, stream: Stream, rest: bytes) -> None:
        if stream.open and not self._transport.is_closing() and rest:
            stream.write(rest[:1], end=len(rest) == 1)
            self._loop.call_later(DRIP_PAUSE, self._drop, stream, rest[1:])

    def _events(self, stream: Stream, reply: Reply) -> None:
        """Server-sent events: the newest count, at most every EVENT_PAUSE."""
        if reply.watch is None:
            return
        stream.head(reply, None)
        news: list[int] = []
        self._tell(stream, news, reply.watch(news.append))

    def _tell(self, stream: Stream, news: list[int], stop: Callable[[], None]) -> None:
        if not stream.open or self._transport.is_closing():
            stop()
            return
        if news:
            stream.write(f"data: {news[-1]}\n\n".encode())
            news.clear()
        self._loop.call_later(EVENT_PAUSE, self._tell, stream, news, stop)
