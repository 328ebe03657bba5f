"""The one HTTP sender: HTTP/2 over a few kept-open connections, no event loop.

It never repeats a request. libcurl repeats a POST by itself when a kept
connection dies, if it can rewind the body: so the body is handed out by a
function, once, and there is no seek function.
"""

import os
import ssl
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pycurl
from django.utils.translation import gettext as _

from devices.gateways.addresses import open_public_socket
from devices.gateways.base import GatewayMisconfigured
from devices.gateways.wire import Answer, Options, Request, Wire, host_of

ANSWER_LIMIT = 65_536
"""Bytes of an answer that are read; a longer answer is cut off."""

HTTP_1_1 = pycurl.CURL_HTTP_VERSION_1_1
HTTP_2 = pycurl.CURL_HTTP_VERSION_2TLS
HTTP_1 = {pycurl.CURL_HTTP_VERSION_1_0, pycurl.CURL_HTTP_VERSION_1_1}
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
ROOTS = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


def trusted_roots(environ: Mapping[str, str] = os.environ) -> str:
    """The PEM file of trusted authorities of this machine.

    Raises GatewayMisconfigured when there is none.
    """
    named = (environ.get("SSL_CERT_FILE"), environ.get("CURL_CA_BUNDLE"))
    candidates = (*named, ssl.get_default_verify_paths().cafile, *ROOTS)
    found = next((path for path in candidates if path and Path(path).is_file()), None)
    if found is None:
        raise GatewayMisconfigured(
            _(
                "No file of trusted certificate authorities was found on this machine. "
                "Install ca-certificates, or set SSL_CERT_FILE to such a file."
            )
        )
    return found


def read_headers(lines: Sequence[bytes]) -> Mapping[str, str]:
    """The headers of the last answer among these lines, names in lower case."""
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if line.startswith(b"HTTP/"):
            found = {}
        elif colon:
            found[name.strip().lower()] = value.strip()
    return found


class _Slot:
    """One reused easy handle, and the request that it carries now."""

    __slots__ = (
        "body",
        "curl",
        "fenced",
        "headers",
        "left",
        "lines",
        "options",
        "parts",
        "request",
        "size",
        "url",
    )

    def __init__(self, curl: Any, options: Options) -> None:
        self.curl = curl
        self.options = options
        self.lines: list[bytes] = []
        self.url = ""
        self.headers: Sequence[str] | None = None
        self.size = -1
        curl.slot = self
        curl.setopt(pycurl.READFUNCTION, self.read)
        curl.setopt(pycurl.WRITEFUNCTION, self.write)
        if options.headers:
            curl.setopt(pycurl.HEADERFUNCTION, self.header)

    def load(self, request: Request) -> None:
        """Set what differs from the request before, and only that."""
        self.request = request
        self.body = request.body
        self.left = self.fenced = False
        self.parts: list[bytes] = []
        if self.lines:
            self.lines = []
        if request.url is not self.url:
            self.curl.setopt(pycurl.URL, request.url)
            self.url = request.url
        if request.headers is not self.headers:
            self.curl.setopt(pycurl.HTTPHEADER, request.headers)
            self.headers = request.headers
        if len(request.body) != self.size:
            self.size = len(request.body)
            self.curl.setopt(pycurl.POSTFIELDSIZE_LARGE, self.size)

    def read(self, size: int) -> bytes | int:
        """Hand the body out, once: the last moment at which it can be kept back."""
        if not self.left:
            fence = self.request.fence
            if self.fenced or (fence and not fence(self.request.reference)):
                self.fenced = True
                return int(pycurl.READFUNC_ABORT)
            self.left = True
        part, self.body = self.body[:size], self.body[size:]
        return part

    def write(self, part: bytes) -> int | None:
        """Keep the answer up to ANSWER_LIMIT; 0 ends a longer one (error 23)."""
        self.parts.append(part)
        if len(self.parts) == 1 and len(part) <= ANSWER_LIMIT:
            return None
        return 0 if sum(map(len, self.parts)) > ANSWER_LIMIT else None

    def header(self, line: bytes) -> int | None:
        """Keep a line of the answer's head, up to ANSWER_LIMIT altogether."""
        self.lines.append(line)
        return 0 if sum(map(len, self.lines)) > ANSWER_LIMIT else None

    def answer(self, error: int, text: str, unnumbered: set[str]) -> Answer:
        """What became of the request; the slot is free afterwards.

        ``unnumbered`` collects the hosts that ever answered by HTTP/1.1.
        """
        curl = self.curl
        status = curl.getinfo(pycurl.RESPONSE_CODE)
        body = self.parts[0] if len(self.parts) == 1 else b"".join(self.parts)
        if curl.getinfo(pycurl.INFO_HTTP_VERSION) in HTTP_1:
            unnumbered.add(host_of(self.url))
        return Answer(
            request=self.request,
            status=status if status >= 200 else 0,
            body=body[:ANSWER_LIMIT],
            retry_after=(
                (curl.getinfo(pycurl.RETRY_AFTER) or None) if status >= 400 else None
            ),
            error=error,
            text=text,
            left=self.left,
            fenced=self.fenced,
            numbered=not unnumbered or host_of(self.url) not in unnumbered,
            headers=read_headers(self.lines) if self.lines else NO_HEADERS,
        )


class Sender:
    """Requests in flight over shared connections. For one thread of one process.

    ``start`` puts a request on its way, ``drive`` moves the wire and puts answers
    into the inboxes of their requests. Answers are complete, broken or timed out,
    and every started request gets exactly one.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._roots = wire.ca_file or trusted_roots()
        self._multi = _multi(wire)
        self.renewals, self._renewing = 0, False
        self._free: dict[Options, list[_Slot]] = {}
        self._busy = 0
        self._unnumbered: set[str] = set()

    @property
    def room(self) -> int:
        """How many requests may be started now."""
        if self._renewing and self._busy:
            return 0
        return self.wire.window - self._busy

    def start(self, request: Request) -> None:
        """Queue one request inside libcurl. The caller respects ``room``."""
        if self._renewing and not self._busy:
            self._multi.close()
            self._multi = _multi(self.wire)
            self._renewing = False
        options = request.options
        free = self._free.get(options)
        slot = free.pop() if free else _Slot(self._handle(options), options)
        slot.load(request)
        self._multi.add_handle(slot.curl)
        self._busy += 1

    def drive(self, timeout: float) -> int:
        """Move the wire until an answer came, at most ``timeout`` seconds.

        Returns how many answers went into their inboxes.
        """
        until = time.monotonic() + timeout
        while self._busy:
            self._multi.perform()
            came = self._collect()
            remaining = until - time.monotonic()
            if came or remaining <= 0:
                return came
            self._rest(remaining)
        return 0

    def exchange(self, request: Request) -> Answer:
        """Start one request beside the others and wait for its answer."""
        self.start(request)
        while not request.inbox:
            self.drive(1.0)
        return request.inbox.pop()

    def renew(self) -> None:
        """Let what is in flight end, and use new connections for what comes then.

        ``renewals`` counts these calls; until the end there is no room.
        """
        self.renewals += 1
        self._renewing = True

    def close(self) -> None:
        """Close every connection. What was in flight gets no answer any more."""
        self._multi.close()
        self._free.clear()

    def _rest(self, seconds: float) -> None:
        """Sleep until a socket or a timer of libcurl wants something."""
        timer = self._multi.timeout()
        if timer >= 0:
            seconds = min(seconds, timer / 1000)
        if seconds > 0 and self._multi.select(seconds) == -1:
            time.sleep(min(seconds, 0.01))

    def _collect(self) -> int:
        came = 0
        queued = 1
        while queued:
            queued, good, bad = self._multi.info_read(self.wire.window)
            for curl in good:
                self._finish(curl.slot, 0, "")
            for curl, error, text in bad:
                self._finish(curl.slot, error, text)
            came += len(good) + len(bad)
        return came

    def _finish(self, slot: _Slot, error: int, text: str) -> None:
        self._multi.remove_handle(slot.curl)
        self._busy -= 1
        answer = slot.answer(error, text, self._unnumbered)
        self._free.setdefault(slot.options, []).append(slot)
        answer.request.inbox.append(answer)

    def _handle(self, options: Options) -> Any:
        """An easy handle with everything that never changes set once."""
        wire = self.wire
        curl = pycurl.Curl()
        for option, value in (
            (pycurl.POST, 1),
            (pycurl.HTTP_VERSION, HTTP_1_1 if options.http1 else HTTP_2),
            (pycurl.PIPEWAIT, 1),
            (pycurl.NOSIGNAL, 1),
            (pycurl.TCP_KEEPALIVE, 1),
            (pycurl.CONNECTTIMEOUT_MS, int(wire.connect_timeout * 1000)),
            (pycurl.TIMEOUT_MS, int(wire.timeout * 1000)),
            (pycurl.FOLLOWLOCATION, 0),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTPS),
            (pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1_2),
            (pycurl.SSL_VERIFYPEER, 1),
            (pycurl.SSL_VERIFYHOST, 2),
            (pycurl.CAINFO, self._roots),
            (pycurl.USERAGENT, "Pushsite"),
        ):
            curl.setopt(option, value)
        if wire.simulator:
            curl.setopt(pycurl.CONNECT_TO, [f"::{wire.simulator}"])
            curl.setopt(pycurl.PROXY, "")
        elif options.public_only:
            curl.setopt(pycurl.OPENSOCKETFUNCTION, open_public_socket)
        if options.certificate:
            curl.setopt(pycurl.SSLCERT_BLOB, options.certificate.encode())
            curl.setopt(pycurl.SSLKEY_BLOB, options.key.encode())
        return curl


def _multi(wire: Wire) -> Any:
    multi = pycurl.CurlMulti()
    multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
    multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, wire.connections)
    multi.setopt(pycurl.M_MAX_CONCURRENT_STREAMS, wire.streams)
    return multi
