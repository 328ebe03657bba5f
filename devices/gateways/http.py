"""The one HTTP sender: HTTP/2 over a few kept-open connections, no event loop.

It never repeats a request. Ordinary ones travel over HTTP/2 connections of our own
(http2/); libcurl carries what those do not: HTTP/1.1, a proxy of the environment, a
client's certificate.
"""

import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.request import (  # type: ignore[attr-defined]
    getproxies_environment,
    proxy_bypass_environment,
)

from django.utils.translation import gettext as _

from devices.gateways.base import GatewayMisconfigured
from devices.gateways.curl import CurlSender
from devices.gateways.http2.sender import Http2Sender
from devices.gateways.wire import Answer, Request, Wire, host_of, origin_of

ROOTS = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)
MOST_SLOW = 4
"""Windows of requests that may wait for slow answers beside the ordinary one."""

TURN = 0.005
"""Seconds that one road is waited for while requests are under way on both."""


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


class Sender:
    """Requests in flight over shared connections. For one thread of one process.

    ``start`` puts a request on its way, ``drive`` moves the wire and puts answers
    into the inboxes of their requests. Answers are complete, broken or timed out,
    and every started request gets exactly one.
    """

    libcurl = CurlSender
    """Makes the road for what does not travel over our own connections."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        roots = wire.ca_file or trusted_roots()
        self._own = Http2Sender(wire, roots)
        self._other = self.libcurl(wire, roots)
        self._by_libcurl: dict[str, bool] = {}
        self.renewals, self._renewing = 0, False

    @property
    def _busy(self) -> int:
        return self._own.busy + self._other.busy

    @property
    def room(self) -> int:
        """How many requests may be started now."""
        busy = self._busy
        if self._renewing and busy:
            return 0
        slow = min(self._own.slow, MOST_SLOW * self.wire.window)
        return self.wire.window - busy + slow

    def start(self, request: Request) -> None:
        """Put one request on its way. The caller respects ``room``."""
        if self._renewing and not self._busy:
            self._own.retire()
            self._other.retire()
            self._renewing = False
        if self._goes_by_libcurl(request):
            self._other.start(request)
        else:
            self._own.start(request)

    def drive(self, timeout: float) -> int:
        """Move the wire until an answer came, at most ``timeout`` seconds.

        Returns how many answers went into their inboxes.
        """
        if not self._own.busy:
            return self._other.drive(timeout)
        came = self._own.drive(0 if self._other.busy else timeout)
        while self._own.declined:
            self._send_by_libcurl(self._own.declined.pop())
        if self._other.busy:
            came += self._other.drive(0 if came else min(timeout, TURN))
        return came

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
        self._own.close()
        self._other.close()

    def __del__(self) -> None:
        """Nobody holds it any more: neither should it hold connections."""
        if hasattr(self, "_other"):
            self.close()

    def _goes_by_libcurl(self, request: Request) -> bool:
        options = request.options
        if options.http1 or options.certificate:
            return True
        origin = origin_of(request.url)
        by_libcurl = self._by_libcurl.get(origin)
        if by_libcurl is None:
            by_libcurl = not _is_direct(origin, self.wire)
            self._by_libcurl[origin] = by_libcurl
        return by_libcurl

    def _send_by_libcurl(self, request: Request) -> None:
        """Its host turned out not to speak HTTP/2."""
        self._by_libcurl[origin_of(request.url)] = True
        self._other.start(request)


def _is_direct(origin: str, wire: Wire) -> bool:
    """Whether an https address is reached without a proxy of the environment."""
    if not origin.startswith("https://"):
        return False
    if wire.simulator:
        return True
    proxies = getproxies_environment()
    if not (proxies.get("https") or proxies.get("all")):
        return True
    return bool(proxy_bypass_environment(host_of(origin)))
