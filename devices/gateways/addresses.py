"""Which addresses belong to the open Internet, and a socket that reaches no other."""

import ipaddress
import socket
from typing import Any

import pycurl

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")
UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out to the open Internet (RFC 3513, section 2.4)."""


def open_public_socket(purpose: int, address: Any) -> Any:
    """A socket for libcurl, unless the address is not one of the open Internet.

    Asked after the name was resolved, so that no name can lie in between. Through a
    proxy of the environment it is the proxy that is connected to: it must refuse
    private addresses itself.
    """
    family, kind, protocol, place = address
    if not is_public(place[0]):
        return pycurl.SOCKET_BAD
    return socket.socket(family, kind, protocol)


def is_public(host: str | bytes) -> bool:
    """Whether an address (not a name) belongs to the open Internet.

    An IPv6 address that stands for an IPv4 one is judged as that one.
    """
    text = host.decode() if isinstance(host, bytes) else host
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        address = _meant(address)
    if isinstance(address, ipaddress.IPv6Address) and address not in UNICAST:
        return False
    return address.is_global and not address.is_multicast


def _meant(address: ipaddress.IPv6Address) -> Address:
    if address in NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address
