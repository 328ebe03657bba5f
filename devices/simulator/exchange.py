"""A request as a server got it, and the answer it is to be given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import orjson

JSON = ("content-type", "application/json; charset=UTF-8")
PAGE = ("content-type", "text/html; charset=UTF-8")


class Incoming(NamedTuple):
    """One whole request; header names are in lower case."""

    connection: int
    stream: int
    method: str
    authority: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    certificate: Mapping[str, Any] | None = None
    """The client's, as ssl.SSLSocket.getpeercert() tells it."""

    @property
    def host(self) -> str:
        """The name that was asked for, without a port."""
        return self.authority.rpartition("@")[2].partition(":")[0].lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, and how it is given.

    ``manner`` is "" for the ordinary way, or a name of scripts.SCRIPTS that is
    about the connection; ``delay`` in seconds.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    manner: str = ""
    delay: float = 0.0
    streams: int | None = None
    """How many streams the client may use on this connection from now on."""

    farewell: bytes = b""
    """What a GOAWAY says beside its code, where the manner is one."""

    watch: Callable[[Callable[[int], None]], Callable[[], None]] | None = None
    """For a stream of server-sent events: how to hear of each."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """A reply, with what the journal says of the request beside what came."""

    reply: Reply
    gateway: str
    token: str | None = None
    run: str | None = None
    body: Any = None
    claims: Mapping[str, Any] = field(default_factory=dict)
    script: str | None = None
    shown: "Shown | None" = None
    """What a phone got to display, when the message was accepted for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one device displays, and what its app gets (``n``: for the receipt).

    ``kind`` is android, ios, browser or windows; ``buttons`` are (id, label) in their
    order. A later one with the same ``tag`` takes this one's place.
    """

    kind: str
    title: str = ""
    body: str = ""
    image: str = ""
    icon: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    tag: str = ""
    link: str = ""
    n: str = ""


class Provider(Protocol):
    """One provider behind the simulator's port."""

    def serves(self, host: str) -> bool:
        """Whether this is one of the provider's hosts."""

    def answer(self, request: Incoming, *, at: float) -> Outcome:
        """What becomes of one request, at a Unix time."""

    def gone(self, connection: int) -> None:
        """A connection has ended."""

    def first_streams(self) -> int:
        """How many streams a new connection to the provider may use at first."""


def json_reply(status: int, value: Any, **extra: Any) -> Reply:
    """An answer of JSON."""
    return Reply(status=status, headers=(JSON,), body=orjson.dumps(value), **extra)


def page_reply(status: int, title: str) -> Reply:
    """An answer of Google's front end, which speaks HTML."""
    body = f"<!DOCTYPE html><html><title>Error {status} ({title})!!1</title></html>"
    return Reply(status=status, headers=(PAGE,), body=body.encode())
