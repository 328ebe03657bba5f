"""The frames of HTTP/2 (RFC 9113, sections 4 and 6): numbers, and those we write."""

import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEAD = struct.Struct(">HBBBL")
"""Of a frame: length (its upper 16 bits, its lower 8), kind, flags, stream."""

DATA, HEADERS, _PRIORITY, RST_STREAM, SETTINGS = range(5)
PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(5, 10)

END_STREAM = ACK = 0x1
END_HEADERS = 0x4
PADDED = 0x8
WITH_PRIORITY = 0x20

TABLE_SIZE, ENABLE_PUSH, MAX_STREAMS, INITIAL_WINDOW, MAX_FRAME = range(1, 6)
"""Settings."""

NO_ERROR, PROTOCOL_ERROR, REFUSED_STREAM, CANCEL = 0x0, 0x1, 0x7, 0x8

LARGEST = 16_384
"""Bytes of a frame's payload that each side takes unless it said otherwise."""

WINDOW = 65_535
"""Bytes of a connection's and of a stream's window unless somebody said otherwise."""

_SETTING = struct.Struct(">HL")


class Violation(Exception):
    """The other side broke the protocol: nothing more on this connection counts."""


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """One frame, of at most LARGEST bytes of payload unless more was agreed."""
    size = len(payload)
    return HEAD.pack(size >> 8, size & 255, kind, flags, stream) + payload


def settings(values: dict[int, int]) -> bytes:
    """A SETTINGS frame of our own."""
    payload = b"".join(_SETTING.pack(name, value) for name, value in values.items())
    return frame(SETTINGS, 0, 0, payload)


def read_settings(payload: bytes) -> dict[int, int]:
    """What a SETTINGS frame of theirs says. Raises Violation."""
    if len(payload) % _SETTING.size:
        raise Violation("settings of a wrong length")
    return dict(_SETTING.iter_unpack(payload))


def number(payload: bytes, start: int = 0) -> int:
    """Four bytes as a number without its reserved bit. Raises Violation."""
    if len(payload) < start + 4:
        raise Violation("a frame that is too short")
    return int.from_bytes(payload[start : start + 4], "big") & 0x7FFF_FFFF


def window_update(stream: int, size: int) -> bytes:
    return frame(WINDOW_UPDATE, 0, stream, size.to_bytes(4, "big"))


def reset(stream: int, code: int) -> bytes:
    return frame(RST_STREAM, 0, stream, code.to_bytes(4, "big"))


def unpadded(flags: int, payload: bytes) -> bytes:
    """The payload without padding and priority. Raises Violation."""
    if flags & PADDED:
        length = payload[0] if payload else 0
        if length >= len(payload):
            raise Violation("more padding than payload")
        payload = payload[1 : len(payload) - length]
    return payload[5:] if flags & WITH_PRIORITY else payload


def header_block(stream: int, block: bytes) -> bytes:
    """A header block, in as many frames as it needs."""
    most = LARGEST
    pieces = [block[at : at + most] for at in range(0, len(block), most)]
    kinds = [HEADERS] + [CONTINUATION] * (len(pieces) - 1)
    flags = [0] * (len(pieces) - 1) + [END_HEADERS]
    return b"".join(
        frame(kind, flag, stream, piece)
        for kind, flag, piece in zip(kinds, flags, pieces, strict=True)
    )
