"""Opening a connection: name, socket, TLS. Blocks, so it is a thread's work."""

import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from devices.gateways.addresses import is_public
from devices.gateways.wire import (
    NO_ADDRESS,
    NO_CONNECTION,
    NO_TLS,
    TIMED_OUT,
    UNTRUSTED,
    Break,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to connect: ``name`` is what the certificate must prove.

    ``public_only``: no address of a private network, whatever the name resolves to.
    """

    name: str
    host: str
    port: int
    public_only: bool = False


class Failed(Exception):
    """No connection came about, so nothing left; ``why`` says what happened."""

    def __init__(self, why: Break) -> None:
        super().__init__(why.text)
        self.why = why


Opened = ssl.SSLSocket | Failed


def in_background(
    place: Place, tls: ssl.SSLContext, *, seconds: float, done: Callable[[Opened], None]
) -> None:
    """Open, and tell ``done`` from a thread of its own, exactly once."""

    def work() -> None:
        try:
            found: Opened = opened(place, tls, seconds=seconds)
        except Failed as failed:
            found = failed
        except Exception as error:  # noqa: BLE001 - who waits must hear of it
            found = Failed(Break(NO_CONNECTION, type(error).__name__))
        done(found)

    threading.Thread(target=work, name=f"open {place.name}", daemon=True).start()


def opened(place: Place, tls: ssl.SSLContext, *, seconds: float) -> ssl.SSLSocket:
    """A connection whose other side proved its name. Raises Failed.

    Its socket does not block; ``selected_alpn_protocol()`` says what it speaks.
    """
    until = time.monotonic() + seconds
    plain = _connected(place, until)
    try:
        plain.settimeout(max(0.01, until - time.monotonic()))
        found = tls.wrap_socket(plain, server_hostname=place.name)
    except ssl.SSLCertVerificationError as error:
        raise Failed(Break(UNTRUSTED, error.verify_message or str(error))) from error
    except TimeoutError as error:
        raise Failed(Break(TIMED_OUT, "the TLS handshake did not end")) from error
    except (OSError, ValueError) as error:
        raise Failed(Break(NO_TLS, str(error)[:200])) from error
    found.setblocking(False)
    return found


def _connected(place: Place, until: float) -> socket.socket:
    """A socket to the first of the addresses that answers.

    Each gets its share of the time, so that one that swallows everything leaves some
    for the others.
    """
    addresses = _addresses(place)
    trouble: OSError = TimeoutError()
    for number, (family, kind, protocol, _name, address) in enumerate(addresses):
        left = max(0.01, until - time.monotonic()) / (len(addresses) - number)
        made = socket.socket(family, kind, protocol)
        try:
            made.settimeout(left)
            made.connect(address)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        except OSError as error:
            made.close()
            trouble = error
        else:
            return made
    if isinstance(trouble, TimeoutError):
        raise Failed(Break(TIMED_OUT, "no answer to the connection")) from trouble
    raise Failed(Break(NO_CONNECTION, trouble.strerror or str(trouble))) from trouble


def _addresses(place: Place) -> "list[socket._RetAddress]":
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Failed(Break(NO_ADDRESS, str(error)[:200])) from error
    if place.public_only:
        # Asked after the name was resolved, so that no name can lie in between.
        found = [each for each in found if is_public(str(each[4][0]))]
        if not found:
            raise Failed(Break(NO_CONNECTION, "an address of a private network"))
    return found
