"""Header blocks that come in pieces: HEADERS, then CONTINUATION (RFC 9113, 6.10)."""

from devices.gateways.http2 import frames
from devices.gateways.http2.frames import Violation

HEADER_LIMIT = 65_536
"""Bytes of one answer's header block; more breaks the connection."""


class Blocks:
    """The one block of a connection that may be under way."""

    def __init__(self) -> None:
        self.is_open = False
        """Nothing but the rest of the block may come."""
        self._stream = self._flags = 0
        self._pieces = b""

    def add(
        self, kind: int, flags: int, stream: int, payload: bytes
    ) -> tuple[int, int, bytes] | None:
        """The block as (stream, flags of its HEADERS, bytes) once it is whole.

        Raises Violation for what no server may send.
        """
        if kind == frames.HEADERS:
            self._stream, self._flags = stream, flags
            self._pieces = frames.unpadded(flags, payload)
        elif not self.is_open or self._stream != stream:
            raise Violation("a continuation of nothing")
        elif len(self._pieces) + len(payload) > HEADER_LIMIT:
            raise Violation("header fields without end")
        else:
            self._pieces += payload
        self.is_open = not flags & frames.END_HEADERS
        return None if self.is_open else (self._stream, self._flags, self._pieces)
