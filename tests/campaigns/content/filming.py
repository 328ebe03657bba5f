"""Films for tests: every box that players ask for, and nothing to be seen."""

import struct


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def track(kind: bytes, sides: tuple[int, int] = (0, 0), *more: bytes) -> bytes:
    width, height = sides
    head = b"\0" * 76 + struct.pack(">II", width << 16, height << 16)
    described = box(b"stsd", b"\0\0\0\0\0\0\0\1", box(kind, b"\0" * 70))
    media = box(b"mdia", box(b"minf", box(b"stbl", described)))
    return box(b"trak", box(b"tkhd", head), media, *more)


def film(
    *,
    seconds: float = 6,
    sides: tuple[int, int] = (640, 320),
    kinds: tuple[bytes, ...] = (b"avc1", b"mp4a"),
    more: tuple[bytes, ...] = (),
    inside: tuple[bytes, ...] = (),
) -> bytes:
    """``more`` stands at the end of the file, ``inside`` within its index."""
    clock = b"\0" * 12 + struct.pack(">II", 1_000, int(seconds * 1_000)) + b"\0" * 80
    tracks = [track(each, sides if each != b"mp4a" else (0, 0)) for each in kinds]
    index = box(b"moov", box(b"mvhd", clock), *tracks, *inside)
    start = box(b"ftyp", b"isom\0\0\2\0isomavc1mp41")
    return start + index + box(b"mdat", b"frames") + b"".join(more)
