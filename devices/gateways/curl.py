"""Requests through libcurl: HTTP/1.1, a proxy, or a certificate of our own.

libcurl repeats a POST by itself when a kept connection dies, if it can rewind the
body: so the body is handed out by a function, once, and there is no seek function.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import pycurl

from devices.gateways.addresses import open_public_socket
from devices.gateways.wire import (
    AGENT,
    ANSWER_LIMIT,
    NO_HEADERS,
    Answer,
    Options,
    Request,
    Wire,
    host_of,
)

HTTP_1_1 = pycurl.CURL_HTTP_VERSION_1_1
HTTP_2 = pycurl.CURL_HTTP_VERSION_2TLS
HTTP_1 = {pycurl.CURL_HTTP_VERSION_1_0, pycurl.CURL_HTTP_VERSION_1_1}
UNREWOUND = "necessary data rewind was not possible"
"""libcurl's words when the server said that it did not process the stream.

Over HTTP/1.1 they say no more than that a kept connection was closed (seen: the
request had been accepted), so they count only where streams have numbers.
"""


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
        if request.own or request.headers is not self.headers:
            own = [f"{name}: {value}" for name, value in request.own]
            self.curl.setopt(pycurl.HTTPHEADER, [*request.headers, *own])
            self.headers = None if own else request.headers
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
            left_out=(
                error == pycurl.E_SEND_FAIL_REWIND
                and UNREWOUND in text
                and host_of(self.url) not in unnumbered
            ),
            headers=read_headers(self.lines) if self.lines else NO_HEADERS,
        )


class CurlSender:
    """For one thread of one process; `http.Sender` says what it promises."""

    def __init__(self, wire: Wire, roots: str) -> None:
        self.wire = wire
        self.busy = 0
        self._roots = roots
        self._multi = _multi(wire)
        self._free: dict[Options, list[_Slot]] = {}
        self._unnumbered: set[str] = set()

    def start(self, request: Request) -> None:
        """Queue one request inside libcurl."""
        options = request.options
        free = self._free.get(options)
        slot = free.pop() if free else _Slot(self._handle(options), options)
        slot.load(request)
        self._multi.add_handle(slot.curl)
        self.busy += 1

    def drive(self, timeout: float) -> int:
        """Move the wire until an answer came, at most ``timeout`` seconds.

        Returns how many answers went into their inboxes.
        """
        until = time.monotonic() + timeout
        while self.busy:
            self._multi.perform()
            came = self._collect()
            remaining = until - time.monotonic()
            if came or remaining <= 0:
                return came
            self._rest(remaining)
        return 0

    def retire(self) -> None:
        """Use new connections for what starts from now on; nothing is under way."""
        self._multi.close()
        self._multi = _multi(self.wire)

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
        self.busy -= 1
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
            (pycurl.USERAGENT, AGENT),
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
