"""Take a file in: what it is, how it is written, and its bytes in pieces.

What is no table of text is refused whole, before anything is kept.
"""

import codecs
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from devices.models import Application, AuditEvent, Import, ImportChunk
from devices.refusals import Refused

from . import guessing, lined, reading

CHUNK = 1 << 20
MOST = 1 << 30
"""Bytes of a file, unpacked: some ten million rows."""
MOST_PACKED = 100
"""How many times larger than itself a packed file may become."""

GZIP = b"\x1f\x8b"
ZIP = _(
    "This is a zip archive or a spreadsheet: unpack it, or save the sheet as CSV "
    "(UTF-8), and upload that file."
)
FOREIGN: dict[bytes, Any] = {
    b"PK\x03\x04": ZIP,
    b"PK\x05\x06": ZIP,
    b"\xd0\xcf\x11\xe0": _(
        "This is a spreadsheet of an old kind: save the sheet as CSV (UTF-8) and "
        "upload that file."
    ),
    b"%PDF": _("This is a PDF: upload a CSV or JSON file."),
    b"BZh": _("This file is packed with bzip2: unpack it, or pack it with gzip."),
    b"\xfd7zX": _("This file is packed with xz: unpack it, or pack it with gzip."),
    b"7z\xbc\xaf": _("This is a 7z archive: unpack it and upload the file in it."),
}
"""How files begin that are no text, and what to do with them."""
WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@transaction.atomic
def store(
    application: Application,
    name: str,
    pieces: Iterable[bytes],
    *,
    user: Any,
    at: datetime,
) -> Import:
    """Keep a file and guess its columns; nothing of the audience changes.

    Raises Refused with what to do when this is no file that can be read.
    """
    upload = Import.objects.create(
        application=application,
        name=name.replace("\0", "")[-200:] or "file",
        created_by=user,
        created_at=at,
        touched_at=at,
    )
    seen = Seen()
    for number, piece in enumerate(rechunked(seen.through(plain(pieces)))):
        ImportChunk.objects.create(upload=upload, number=number, content=piece)
    if not seen.bytes:
        raise Refused("/file", "empty", _("The file is empty: choose another one."))
    upload.bytes, upload.encoding = seen.bytes, seen.encoding
    guessing.describe(upload, reading.head(upload))
    upload.save()
    AuditEvent.objects.note(user, "import uploaded", upload, file=upload.name)
    return upload


def plain(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The file's text as bytes: unpacked, and UTF-16 as UTF-8."""
    source = iter(pieces)
    first = next(source, b"")
    while first and len(first) < 8 and (more := next(source, b"")):
        first += more
    for beginning, sentence in FOREIGN.items():
        if first.startswith(beginning):
            raise Refused("/file", "not_text", sentence)
    whole: Iterator[bytes] = chain([first], source)
    if first.startswith(GZIP):
        whole = unpacked(whole)
    return lined.by_lines(narrowed(bounded(whole)))


def unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What gzip packed, a piece at a time; a bomb is refused while it unpacks."""
    machine, packed, told, whole = zlib.decompressobj(wbits=31), 0, 0, False
    for piece in pieces:
        packed += len(piece)
        while piece:
            try:
                text = machine.decompress(piece, CHUNK)
            except zlib.error as broken:
                raise Refused("/file", "damaged", DAMAGED) from broken
            told += len(text)
            if told > CHUNK * 16 and told > packed * MOST_PACKED:
                raise Refused("/file", "bomb", too_large())
            yield text
            piece, whole = machine.unconsumed_tail, machine.eof
            if whole:
                # Another member may follow.
                piece, machine = machine.unused_data, zlib.decompressobj(wbits=31)
    if not whole:
        raise Refused("/file", "damaged", DAMAGED)


def bounded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > MOST:
            raise Refused("/file", "too_large", too_large())
        yield piece


def too_large() -> Any:
    return _("The file is larger than 1 GB when unpacked: split it into several files.")


def narrowed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """UTF-16 becomes UTF-8; a byte order mark of UTF-8 goes."""
    source = iter(pieces)
    first = b""
    while len(first) < 3 and (more := next(source, b"")):
        first += more
    for mark, name in WIDE.items():
        if first.startswith(mark):
            yield from widened(name, chain([first[2:]], source))
            return
    yield first.removeprefix(codecs.BOM_UTF8)
    yield from source


def widened(name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        for piece in pieces:
            yield decoder.decode(piece).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as broken:
        raise Refused("/file", "bad_encoding", BROKEN_TEXT) from broken


DAMAGED = _("The packed file is damaged or not whole: pack it again.")
BROKEN_TEXT = _("The text of this file is damaged: save it again as UTF-8.")
BINARY = _("This is no text file: upload a CSV or JSON file.")


class Seen:
    """Looks at the bytes as they pass: how many, and whether they are UTF-8."""

    def __init__(self) -> None:
        self.bytes = 0
        self.encoding = "utf-8"

    def through(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder("utf-8")("strict")
        for piece in pieces:
            if not self.bytes and piece[:1024].count(b"\0") > len(piece[:1024]) // 10:
                raise Refused("/file", "not_text", BINARY)
            self.bytes += len(piece)
            if self.encoding == "utf-8":
                try:
                    decoder.decode(piece)
                except UnicodeError:
                    # The one that spreadsheets of western Europe write.
                    self.encoding = "cp1252"
            yield piece


def rechunked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size, so that an offset names its piece."""
    kept = bytearray()
    for piece in pieces:
        kept += piece
        while len(kept) >= CHUNK:
            yield bytes(kept[:CHUNK])
            del kept[:CHUNK]
    if kept:
        yield bytes(kept)
