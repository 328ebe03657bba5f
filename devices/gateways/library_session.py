"""requests' sessions as we let the library use them: nothing repeated, all bounded."""

import importlib
import io
import os
import socket
import time
from functools import lru_cache
from typing import Any

from devices.gateways.library_road import road_to
from devices.gateways.wire import ANSWER_LIMIT, Answer, Request, Wire


@lru_cache(maxsize=1)
def adapter_class() -> Any:
    """The adapter; made when the packages are there, which are not always."""
    requests: Any = importlib.import_module("requests")

    class Bounded(requests.adapters.HTTPAdapter):
        """Repeats nothing, and reads ANSWER_LIMIT bytes within the time for all."""

        def __init__(self, seconds: float) -> None:
            self.seconds = seconds
            super().__init__(max_retries=0)

        def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
            """urllib3 lets small parts wait (for 40 ms) on the way to a proxy only."""
            at_once = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
            return super().proxy_manager_for(proxy, socket_options=at_once, **options)

        def send(self, request: Any, **options: Any) -> Any:
            until = time.monotonic() + self.seconds
            response = super().send(request, **(options | {"stream": True}))
            try:
                body = _read(response.raw, until)
            except TimeoutError as late:
                raise requests.exceptions.ReadTimeout(request=request) from late
            response.raw = io.BytesIO(body)
            return response

    return Bounded


def _read(raw: Any, until: float) -> bytes:
    """An answer's body. The connection is kept only when it was read to its end."""
    body, whole = b"", False
    try:
        while len(body) < ANSWER_LIMIT and not whole:
            part = raw.read1(ANSWER_LIMIT - len(body))
            body, whole = body + part, not part
            if time.monotonic() > until and not whole:
                raise TimeoutError
    finally:
        if not whole:
            raw.close()
    return body


def lead(session: Any, wire: Wire, *, host: str = "") -> None:
    """Set a session up for a wire; ``host`` is the https address it serves alone."""
    session.max_redirects = 0
    session.mount(f"https://{host}", adapter_class()(wire.timeout))
    if wire.simulator:
        session.trust_env = False
        session.proxies = {"https": road_to(wire.simulator).url}
        session.verify = wire.ca_file


def session_for(wire: Wire) -> Any:
    """This process's session for a wire; a forked child gets its own."""
    return _session_for(os.getpid(), wire)


@lru_cache(maxsize=64)
def _session_for(_process: int, wire: Wire) -> Any:
    session = importlib.import_module("requests").Session()
    lead(session, wire)
    return session


def answer_of(response: Any, url: str, reference: int) -> Answer:
    """A response of requests as our tables of answers read it."""
    headers = {name.lower(): text for name, text in response.headers.items()}
    wait = headers.get("retry-after", "")
    return Answer(
        request=Request(url, [], b"", [], reference),
        status=response.status_code,
        body=response.content[:ANSWER_LIMIT],
        retry_after=float(wait[:6]) if wait.isdecimal() else None,
        error=0,
        text="",
        left=True,
        fenced=False,
        left_out=False,
        headers=headers,
    )
