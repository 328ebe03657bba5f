"""What crosses the border to the sender: its settings, requests and answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from devices.gateways.base import Fence

ANSWER_LIMIT = 65_536
"""Bytes of an answer that are read; a longer answer is cut off."""

AGENT = "Pushsite"
"""What we call ourselves to a provider."""

NO_ADDRESS, NO_CONNECTION, CUT_OFF, TIMED_OUT, NO_TLS = 6, 7, 23, 28, 35
ABORTED, LOST, UNTRUSTED, NO_ROOTS, RESET = 42, 56, 60, 77, 92
"""Errors, by the numbers that libcurl gives them."""

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How requests leave this process.

    ``simulator`` is host:port: every host is then looked for there and nowhere
    else, and ``ca_file`` must be the simulator's. ``ca_file`` is a PEM file of
    trusted authorities; without one, the environment's (SSL_CERT_FILE) or the
    system's. ``window`` is how many requests are in flight at most, ``streams``
    how many share one connection, times in seconds.
    """

    simulator: str = ""
    ca_file: str = ""
    window: int = 100
    connections: int = 2
    streams: int = 50
    connect_timeout: float = 3.0
    timeout: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How one kind of request differs from the others; shares no connection with them.

    ``http1``: HTTP/1.1 with a length. ``public_only``: an address of a private
    network is never connected to, whatever a name resolves to. ``headers``: the
    answer's headers are wanted. ``certificate`` and ``key`` are PEM texts of a
    client certificate.
    """

    http1: bool = False
    public_only: bool = False
    headers: bool = False
    certificate: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        wishes = (self.http1, self.public_only, self.headers, self.certificate)
        object.__setattr__(self, "_hash", hash((*wishes, self.key)))

    def __hash__(self) -> int:
        """Made once: every request asks for it."""
        return self._hash


ORDINARY = Options()


class Request(NamedTuple):
    """One POST. Share ``headers`` between requests: the list is compared by identity.

    ``own`` are the header fields that only this request has, as (name, value).
    ``inbox`` is where the answer goes, ``reference`` what the fence is asked with,
    and ``context`` what the asker wants to find again beside the answer.
    """

    url: str
    headers: Sequence[str]
    body: bytes
    inbox: "list[Answer]"
    reference: int = 0
    fence: Fence | None = None
    context: Any = None
    options: Options = ORDINARY
    own: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        """Without address, headers and body: each holds a token or a text."""
        return f"Request({self.reference})"


class Break(NamedTuple):
    """Why a request got no whole answer: one of libcurl's numbers, and words."""

    error: int
    text: str
    left_out: bool = False


class Answer(NamedTuple):
    """What came back. ``status`` is 0 when no status line came.

    ``error`` is libcurl's number (0 when the answer is complete) and ``text`` its
    words. ``left`` is whether the first byte of the body may have left this
    machine: False is a proof that it did not. ``fenced``: the fence said no.
    ``left_out``: the server said that it did not and will not process the request.
    ``headers`` have lower-case names, and are empty unless the request's options want
    them.
    """

    request: Request
    status: int
    body: bytes
    retry_after: float | None
    error: int
    text: str
    left: bool
    fenced: bool
    left_out: bool
    headers: Mapping[str, str] = NO_HEADERS

    def __repr__(self) -> str:
        return f"Answer({self.request!r}, status={self.status}, error={self.error})"


def origin_of(url: str) -> str:
    """The part of an https address before its path."""
    end = url.find("/", 8)
    return url if end < 0 else url[:end]


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After: a number, or a date (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after", "")
    if text.isdigit():
        return float(text) or None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) or None


def host_of(url: str) -> str:
    """The host of an https address, with its port when it names one."""
    return url.split("/", 3)[2]
