"""A proxy between our processes and PostgreSQL or the broker, which breaks on demand.

It can cut every connection, refuse new ones, and lose the answer to a commit: the
server has it, the client never hears so.
"""

import asyncio
import struct
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

Address = Path | tuple[str, int]
"""A socket in the file system, or host and port."""


class Proxy:
    """Listens at ``listen`` for ``target``, in a thread of its own, until ``stop``."""

    def __init__(self, target: Address, listen: Address) -> None:
        self.target, self.listen = target, listen
        self.refuses = False
        self.lost = 0
        self._to_lose = 0
        self._marker = b""
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._call(self._start())

    def cut(self) -> None:
        """End every connection at once, without a word."""
        self._call(self._cut())

    def lose_commits(self, marker: bytes, *, times: int) -> None:
        """Lose the next answers to commits of work whose SQL has ``marker`` in it."""
        self._marker, self._to_lose = marker, self.lost + times

    def stop(self) -> None:
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _start(self) -> asyncio.Server:
        if isinstance(self.listen, Path):
            server = await asyncio.start_unix_server(self._serve, self.listen)
            self.listen.chmod(0o777)
            return server
        return await asyncio.start_server(self._serve, *self.listen)

    async def _cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _end(self) -> None:
        self._server.close()
        await self._cut()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self.refuses:
            writer.transport.abort()
            return
        try:
            upstream, server = await self._open()
        except OSError:
            writer.transport.abort()
            return
        both = {writer, server}
        self._writers |= both
        session = Session(self)
        ways = (
            self._carry(reader, server, session.asked),
            self._carry(upstream, writer, session.answered),
        )
        await asyncio.gather(*ways, return_exceptions=True)
        self._writers -= both

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self.target, Path):
            return await asyncio.open_unix_connection(self.target)
        return await asyncio.open_connection(*self.target)

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        may_pass: Callable[[bytes], bool],
    ) -> None:
        try:
            while data := await reader.read(65_536):
                if not may_pass(data):
                    await self._cut_pair(reader, writer)
                    return
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.transport.abort()

    async def _cut_pair(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        reader.feed_eof()
        writer.transport.abort()

    def takes(self, sql: bytes) -> bool:
        """Whether this is work whose commit is to be lost."""
        return self.lost < self._to_lose and self._marker in sql


class Session:
    """What one client of PostgreSQL asked for (the protocol, version 3)."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.marked = False
        self.named: set[bytes] = set()
        self._client = Messages(is_client=True)
        self._server = Messages(is_client=False)

    def asked(self, data: bytes) -> bool:
        for kind, body in self._client.of(data):
            name = body.partition(b"\0")[0]
            if kind in b"QP" and self.proxy.takes(body):
                self.marked = True
                self.named.add(name)
            elif kind == b"B":
                statement = body.split(b"\0", 2)[1]
                self.marked |= bool(statement) and statement in self.named
        return True

    def answered(self, data: bytes) -> bool:
        """False when this tells of a commit that is to be lost."""
        for kind, body in self._server.of(data):
            if kind == b"Z" and body == b"I" and self.marked:
                self.marked = False
                if self.proxy.takes(self.proxy._marker):
                    self.proxy.lost += 1
                    return False
        return True


class Messages:
    """Cuts a stream into messages: a letter, a length, a body."""

    def __init__(self, *, is_client: bool) -> None:
        self._rest = b""
        self._is_start = is_client

    def of(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        self._rest += data
        while True:
            head = 0 if self._is_start else 1
            if len(self._rest) < head + 4:
                return
            end = head + struct.unpack_from("!I", self._rest, head)[0]
            if len(self._rest) < end:
                return
            kind, body = self._rest[:head], self._rest[head + 4 : end]
            self._rest, self._is_start = self._rest[end:], False
            yield kind, body
