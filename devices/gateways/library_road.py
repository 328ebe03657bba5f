"""How the library's own HTTP clients reach the provider, or the simulator instead.

Ours lets libcurl connect elsewhere (Wire.simulator). Sessions of requests, which
Firebase and pywebpush use, can be led elsewhere without touching anything of theirs:
by a proxy. With a simulator their sessions are given this one.
"""

import os
import socket
import threading
from contextlib import suppress
from functools import lru_cache

LONGEST_HEAD = 8192
PART = 65_536


class Road:
    """A proxy on loopback that leads every CONNECT to one address, host:port."""

    def __init__(self, address: str) -> None:
        host, _colon, port = address.rpartition(":")
        self._there = (host, int(port))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self._listening.getsockname()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def _listen(self) -> None:
        while True:
            client, _address = self._listening.accept()
            threading.Thread(target=self._lead, args=(client,), daemon=True).start()

    def _lead(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            if not _asks_to_connect(client):
                return
            with socket.create_connection(self._there, timeout=5.0) as server:
                server.settimeout(None)
                for end in (client, server):  # or each small part waits for 40 ms
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                back = threading.Thread(
                    target=_pour, args=(server, client), daemon=True
                )
                back.start()
                _pour(client, server)
                back.join()


def road_to(address: str) -> Road:
    """This process's road to a simulator; a forked child gets its own."""
    return _road_to(os.getpid(), address)


@lru_cache(maxsize=64)
def _road_to(_process: int, address: str) -> Road:
    return Road(address)


def _asks_to_connect(client: socket.socket) -> bool:
    head = b""
    while b"\r\n\r\n" not in head:
        part = client.recv(1024)
        head += part
        if not part or len(head) > LONGEST_HEAD:
            return False
    return head.startswith(b"CONNECT ")


def _pour(source: socket.socket, target: socket.socket) -> None:
    """Hand everything on until one side has ended, then end the other."""
    with suppress(OSError):
        while part := source.recv(PART):
            target.sendall(part)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
