"""A picture from an address that somebody pasted: fetched once, and never trusted.

Each socket is judged by the address that it is about to reach, after the name was
resolved: no name, no redirect and no second answer of a name server lies in between.
"""

import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

import pycurl
from django.utils.translation import gettext as _

from campaigns.content.images import NoPicture
from campaigns.content.shapes import MOST_BYTES
from campaigns.media.refusals import Refused
from devices.gateways.addresses import is_public
from devices.gateways.http import trusted_roots

SECONDS = 15.0
"""For all redirects together."""
CONNECT_SECONDS = 5.0
MOST_REDIRECTS = 3
LONGEST_ADDRESS = 2_000
LONGEST_HEAD = 64_000
"""Bytes of an answer's headers."""
PORTS = {"https": 443, "http": 80}
REDIRECTS = (301, 302, 303, 307, 308)
AT_ONCE = BoundedSemaphore(2)
"""Fetches of this process: each keeps a thread and up to 20 MB."""

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """``name`` is the last part of the path, without its extension; ``address`` is
    where the bytes came from in the end, without what follows a "?"."""

    body: bytes
    name: str
    address: str


def fetch(
    address: str, *, networks: Sequence[Network] = (), seconds: float = SECONDS
) -> Fetched:
    """The bytes behind an https address of the open Internet, at most MOST_BYTES.

    ``networks`` are private ones that may be reached as well, by http too. Takes at
    most about ``seconds``. Raises Refused with what to do instead.
    """
    if not AT_ONCE.acquire(timeout=seconds):
        raise Refused(NoPicture("busy"))
    try:
        return _followed(address, networks, time.monotonic() + seconds)
    finally:
        AT_ONCE.release()


def _followed(address: str, networks: Sequence[Network], until: float) -> Fetched:
    place = parsed(address, networks)
    for _hop in range(MOST_REDIRECTS + 1):
        answer = Answer(place, networks, until)
        if answer.status not in REDIRECTS:
            return _fetched(place, answer)
        place = parsed(urljoin(place.geturl(), answer.location), networks)
    raise Refused(
        _("This address leads on and on to others. Copy the one of the picture itself.")
    )


def parsed(address: str, networks: Sequence[Network] = ()) -> SplitResult:
    """The parts of an address that may be asked for. Raises Refused."""
    schemes = ("https", "http") if networks else ("https",)
    try:
        place = urlsplit(address.strip())
        host = (place.hostname or "").encode("idna").decode()
        port = place.port
    except ValueError as error:  # UnicodeError too
        raise _no_address() from error
    if not host or len(address) > LONGEST_ADDRESS:
        raise _no_address()
    if place.scheme not in schemes:
        raise Refused(
            _("Only addresses that begin with https:// are fetched. Copy such a one.")
        )
    if place.username is not None or place.password is not None:
        raise Refused(
            _("This address contains a sign-in. Use one that needs none, or a file.")
        )
    host = f"[{host}]" if ":" in host else host
    return SplitResult(
        scheme=place.scheme,
        netloc=f"{host}:{port}" if port else host,
        path=quote(place.path or "/", safe="/%:@!$&'()*+,;=~"),
        query=quote(place.query, safe="/?%:@!$&'()*+,;=~"),
        fragment="",
    )


def _no_address() -> Refused:
    return Refused(
        _("This is no address. Copy the whole of it, beginning with https://.")
    )


class Answer:
    """One request, without following, by a libcurl that knows of no other."""

    def __init__(
        self, place: SplitResult, networks: Sequence[Network], until: float
    ) -> None:
        self.status = 0
        self.location = ""
        self.media_type = ""
        self._parts: list[bytes] = []
        self._size = self._head = 0
        self._place, self._networks = place, networks
        self.is_barred = False
        self._opened: list[socket.socket] = []
        self._perform(until)

    @property
    def body(self) -> bytes:
        return b"".join(self._parts)

    def _perform(self, until: float) -> None:
        curl = pycurl.Curl()
        left = int(max(0.001, until - time.monotonic()) * 1_000)
        options = {
            pycurl.URL: self._place.geturl(),
            pycurl.PROTOCOLS: pycurl.PROTO_HTTPS | pycurl.PROTO_HTTP,
            pycurl.PROXY: "",  # it would be the proxy that reaches private addresses
            pycurl.CAINFO: trusted_roots(),
            pycurl.NOSIGNAL: 1,
            pycurl.FOLLOWLOCATION: 0,
            pycurl.MAXFILESIZE_LARGE: MOST_BYTES,
            pycurl.CONNECTTIMEOUT_MS: min(left, int(CONNECT_SECONDS * 1_000)),
            pycurl.TIMEOUT_MS: left,
            pycurl.USERAGENT: "Pushsite",
            pycurl.HTTPHEADER: ["Accept: image/*"],
            pycurl.OPENSOCKETFUNCTION: self._open,
            pycurl.HEADERFUNCTION: self._read_header,
            pycurl.WRITEFUNCTION: self._read_body,
        }
        try:
            for option, value in options.items():
                curl.setopt(option, value)
            curl.perform()
            self.status = curl.getinfo(pycurl.RESPONSE_CODE)
        except pycurl.error as error:
            self.status = curl.getinfo(pycurl.RESPONSE_CODE)
            raise self._refusal(error.args[0]) from error
        finally:
            curl.close()
            for each in self._opened:  # libcurl worked with a duplicate
                each.close()

    def _open(self, _purpose: int, address: Any) -> Any:
        family, kind, protocol, to = address
        if not self._may_reach(to[0], to[1]):
            self.is_barred = True
            return pycurl.SOCKET_BAD
        self._opened.append(socket.socket(family, kind, protocol))
        return self._opened[-1]

    def _may_reach(self, host: str | bytes, port: int) -> bool:
        text = host.decode() if isinstance(host, bytes) else host
        to = ip_address(text.partition("%")[0])
        if any(to in network for network in self._networks):
            return True
        # Other ports are other services than the web's.
        is_web = self._place.scheme == "https" and port == PORTS["https"]
        return is_web and is_public(text)

    def _read_header(self, line: bytes) -> int | None:
        self._head += len(line)
        name, _colon, value = line.decode("latin-1").partition(":")
        if name.lower() == "location":
            self.location = value.strip()
        if name.lower() == "content-type":
            self.media_type = value.partition(";")[0].strip().lower()
        return 0 if self._head > LONGEST_HEAD else None

    def _read_body(self, part: bytes) -> int | None:
        self._size += len(part)
        if self._size > MOST_BYTES:
            return 0
        self._parts.append(part)
        return None

    def _refusal(self, code: int) -> Exception:
        if self.is_barred:
            return Refused(
                _(
                    "This address leads into a private network, or to another service "
                    "than the web. Upload the picture as a file."
                )
            )
        if code == pycurl.E_FILESIZE_EXCEEDED or self._size > MOST_BYTES:
            return Refused(NoPicture("too_heavy"))
        if code == pycurl.E_OPERATION_TIMEDOUT:
            return Refused(
                _("The other site took too long to answer. Upload the file instead.")
            )
        return Refused(
            _(
                "The other site could not be reached. Open the address in your "
                "browser, save the picture, and upload the file."
            )
        )


def _fetched(place: SplitResult, answer: Answer) -> Fetched:
    if answer.status != 200:
        sentence = _(
            "The other site answered “%(status)s” and sent no picture. Open the "
            "address in your browser, save the picture, and upload the file."
        )
        raise Refused(sentence % {"status": answer.status})
    if answer.media_type in ("text/html", "application/xhtml+xml"):
        raise Refused(
            _("This is the address of a web page. Copy that of the picture alone.")
        )
    last = unquote(place.path.rpartition("/")[2])
    return Fetched(
        body=answer.body,
        name=last.rpartition(".")[0] or last or (place.hostname or ""),
        address=place._replace(query="").geturl(),
    )
