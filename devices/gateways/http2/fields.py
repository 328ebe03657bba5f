"""Header fields on one connection (HPACK, RFC 7541): written for speed, read by hpack.

Written: what many requests share goes into the connection's table once, and stands in
every later request as an index; what differs is a literal that enters no table.

Read: we ask for a table of no size, so that a block means the same whatever came
before it, and the first byte of most answers is all there is to read. A server that
does not do as we ask is read in full, block by block, by the hpack library.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import hpack
from hpack.huffman import HuffmanEncoder
from hpack.huffman_constants import REQUEST_CODES, REQUEST_CODES_LENGTH

from devices.gateways.http2.frames import Violation
from devices.gateways.wire import AGENT, NO_HEADERS

TABLE = 4096
"""Bytes of the table that each side may use unless the other said otherwise."""

ENTRY = 32
"""Bytes that an entry costs beside its name and value (RFC 7541, 4.1)."""

FIRST_OWN = 62
"""The index of the newest entry: 1 to 61 are the same everywhere (appendix A)."""

WORTH = 16
"""Bytes from which a shared value stands in the table."""

POST_HTTPS = b"\x83\x87"
"""The method and the scheme of every request, by their numbers in appendix A."""
AUTHORITY, PATH = b":authority", b":path"
STATIC = {
    AUTHORITY: 1,
    PATH: 4,
    b"authorization": 23,
    b"content-length": 28,
    b"user-agent": 58,
}
KEPT_BLOCKS = 64

SIZE_ZERO = b"\x20"
"""The first byte of a block in which a server gives up its table."""

INDEXED_STATUS = {0x88: 200, 0x89: 204, 0x8A: 206, 0x8B: 304}


def _literal_statuses() -> dict[bytes, int]:
    """The ways to write a status of success as a literal, to the number."""
    coder = HuffmanEncoder(REQUEST_CODES, REQUEST_CODES_LENGTH)
    found: dict[bytes, int] = {}
    for status in (200, 201, 202, 204):
        plain = str(status).encode()
        short = coder.encode(plain)
        for text in (b"\x03" + plain, bytes([0x80 | len(short)]) + short):
            # With, without and never to be indexed; 8 is the name ":status".
            found |= {start + text: status for start in (b"\x48", b"\x08", b"\x18")}
    return found


LITERAL_STATUS = _literal_statuses()
LITERAL_LENGTHS = sorted({len(each) for each in LITERAL_STATUS})


class FieldWriter:
    """The header blocks that one connection's requests begin with."""

    def __init__(self) -> None:
        self._capacity = TABLE
        self._size = 0
        self._added = 0
        self._entries: deque[tuple[bytes, bytes]] = deque()
        self._place: dict[tuple[bytes, bytes], int] = {}
        self._announced = b""
        self._blocks: dict[tuple[str, int], tuple[Sequence[str], bytes]] = {}
        self._lengths: dict[int, bytes] = {}
        self._url = ""

    def resize(self, capacity: int) -> None:
        """The server said how large a table it keeps for us (RFC 7541, 4.2)."""
        capacity = min(capacity, TABLE)
        if capacity == self._capacity:
            return
        self._capacity = capacity
        self._announced = _integer(capacity, 5, 0x20)
        self._make_room(0)

    def block(
        self, url: str, shared: Sequence[str], own: Iterable[tuple[str, str]], size: int
    ) -> bytes:
        """The header block of a POST of ``size`` bytes.

        ``shared`` are lines ("name: value") in a list that other requests use too,
        and ``own`` what this one has of its own.
        """
        cut = url.find("/", 8)
        if cut < 0:
            cut, url = len(url), f"{url}/"
        # The same address again, as the same object, is one that requests share.
        if url is self._url:
            text = POST_HTTPS + self._shared(url, cut, shared, with_path=True)
        else:
            self._url = url
            # What begins with a colon stands before everything else.
            text = POST_HTTPS + b"\x04" + _string(url[cut:].encode())
            text += self._shared(url[:cut], cut, shared, with_path=False)
        for name, value in own:
            text += _name(name) + _string(value.encode())
        length = self._lengths.get(size)
        if length is None:
            length = b"\x0f\x0d" + _string(b"%d" % size)
            self._lengths[size] = length
        if self._announced:
            text, self._announced = self._announced + text, b""
        return text + length

    def _shared(
        self, key: str, cut: int, lines: Sequence[str], *, with_path: bool
    ) -> bytes:
        kept = self._blocks.get((key, id(lines)))
        if kept is not None:
            return kept[1]
        fields = [(AUTHORITY, key[8:cut].encode())]
        if with_path:
            fields.append((PATH, key[cut:].encode()))
        fields.append((b"user-agent", AGENT.encode()))
        for line in lines:
            name, _colon, value = line.partition(":")
            fields.append((name.lower().encode(), value.strip().encode()))
        before = self._added
        text = b"".join([self._written(name, value) for name, value in fields])
        if self._added != before or len(self._blocks) >= KEPT_BLOCKS:
            # Each entry that is added shifts the index of all others.
            self._blocks.clear()
        if self._added == before:
            self._blocks[key, id(lines)] = lines, text
        return text

    def _written(self, name: bytes, value: bytes) -> bytes:
        """A field that requests share: an index, or a literal that becomes one."""
        place = self._place.get((name, value))
        if place is not None:
            return _integer(FIRST_OWN + self._added - place, 7, 0x80)
        size = len(name) + len(value) + ENTRY
        kept = len(value) >= WORTH and size <= self._capacity
        if kept:
            self._make_room(size)
            self._added += 1
            self._size += size
            self._entries.append((name, value))
            self._place[name, value] = self._added
        known = STATIC.get(name, 0)
        start = _integer(known, 6, 0x40) if kept else _integer(known, 4, 0x00)
        return start + (b"" if known else _string(name)) + _string(value)

    def _make_room(self, size: int) -> None:
        while self._size + size > self._capacity:
            name, value = self._entries.popleft()
            self._size -= len(name) + len(value) + ENTRY
            del self._place[name, value]
            self._blocks.clear()


class FieldReader:
    """The header blocks that one connection's answers begin with."""

    def __init__(self) -> None:
        self._decoder = hpack.Decoder()
        self._keeps_no_table: bool | None = None

    @property
    def reads_all(self) -> bool:
        """Whether every block must be read, whoever wants it, to read the next."""
        return self._keeps_no_table is not True

    def read(self, block: bytes, *, whole: bool) -> tuple[int, Mapping[str, str]]:
        """The status (0: there is none) and the fields of a block.

        A success has no fields unless the ``whole`` block is wanted.
        """
        if self._keeps_no_table and not whole:
            status = INDEXED_STATUS.get(block[0] if block else 0)
            if status is not None:
                return status, NO_HEADERS
            for length in LITERAL_LENGTHS:
                status = LITERAL_STATUS.get(block[:length])
                if status is not None:
                    return status, NO_HEADERS
        if self._keeps_no_table is None:
            self._keeps_no_table = block[:1] == SIZE_ZERO
        return self._decoded(block)

    def _decoded(self, block: bytes) -> tuple[int, Mapping[str, str]]:
        try:
            fields = {
                bytes(field[0]).decode("latin-1"): bytes(field[1]).decode("latin-1")
                for field in self._decoder.decode(block, raw=True)
            }
            return int(fields.pop(":status", "0")), fields
        except (hpack.HPACKError, ValueError) as error:
            raise Violation("header fields that cannot be read") from error


def _integer(value: int, bits: int, start: int) -> bytes:
    """A number behind the upper bits of ``start`` (RFC 7541, 5.1)."""
    most = (1 << bits) - 1
    if value < most:
        return bytes([start | value])
    found = bytearray([start | most])
    value -= most
    while value >= 128:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


def _string(text: bytes) -> bytes:
    """As it is: to squeeze it costs more than to send it."""
    size = len(text)
    return (bytes((size,)) if size < 127 else _integer(size, 7, 0x00)) + text


@lru_cache(maxsize=256)
def _name(name: str) -> bytes:
    """The start of a literal that enters no table."""
    return b"\x00" + _string(name.lower().encode())
