"""The event loop in which one call of the library runs.

push_notifications.apns_async makes a loop for each call (asyncio.run) and leaves its
connection open in it. asyncio lets a policy say which loop that is: ours, for as
long as the call takes. It closes what was left open, and leads Apple's hosts to the
simulator where there is one; aioapns' own setting for a proxy does not work with
asyncio's sockets (TransportSocket has no send).
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

APPLE = ".push.apple.com"


class Loop(asyncio.SelectorEventLoop):
    """``simulator`` is host:port, or "" for Apple itself."""

    def __init__(self, simulator: str = "") -> None:
        super().__init__()
        self._there = simulator.rpartition(":")
        self._opened: list[asyncio.BaseTransport] = []

    async def create_connection(
        self, protocol_factory: Any, host: Any = None, port: Any = None, **more: Any
    ) -> Any:
        if self._there[0] and str(host).endswith(APPLE):
            more["server_hostname"] = host
            host, port = self._there[0], int(self._there[2])
        made = await super().create_connection(protocol_factory, host, port, **more)
        self._opened.append(made[0])
        return made

    def close(self) -> None:
        """Close the connections too, which takes two rounds of the loop."""
        if self._opened and not self.is_closed():
            # Answers that nobody waits for any more end in errors of aioapns.
            self.set_exception_handler(lambda _loop, _context: None)
            while self._opened:
                self._opened.pop().abort()  # type: ignore[attr-defined]
            for _round in range(3):
                self.run_until_complete(asyncio.sleep(0))
        super().close()


class _Policy(asyncio.DefaultEventLoopPolicy):
    def __init__(self, simulator: str) -> None:
        super().__init__()
        self._simulator = simulator

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return Loop(self._simulator)


@contextmanager
def loop_for(simulator: str) -> Iterator[None]:
    """While this is open, asyncio.run in this process takes a loop of ours."""
    before = asyncio.get_event_loop_policy()
    asyncio.set_event_loop_policy(_Policy(simulator))
    try:
        yield
    finally:
        asyncio.set_event_loop_policy(before)
