"""Read a kept file row by row, from wherever the last task stopped.

A row that cannot be read is told with its line and does not end the file.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson
from django.utils.translation import gettext_noop

from devices import said
from devices.models import Import, ImportChunk

from . import vendors

CHUNK = 1 << 20
LONGEST = 1 << 20
"""Bytes of one line: a file without line ends is no table."""
CELL = 32 * 1024

TOO_LONG = gettext_noop(
    "The row is longer than a megabyte, or a quote is never closed."
)
NOT_TEXT = gettext_noop("The row holds bytes that are no text: save the file as UTF-8.")
NUL = gettext_noop("The row holds a NUL character: remove it.")
NO_QUOTE = gettext_noop(
    "A quote in the row is not closed, or text follows it: write it twice."
)
NOT_JSON = gettext_noop("The line is no JSON object.")
TOO_MANY = gettext_noop(
    "The row has %(cells)s cells where the headings are %(columns)s."
)

Cells = list[str]


@dataclass(slots=True)
class Row:
    """``cells`` in the order of the columns, or ``why`` there are none.

    ``end`` is the offset behind it: reading goes on there.
    """

    line: int
    end: int
    next_line: int
    cells: list[Cells] = field(default_factory=list)
    why: str = ""


@dataclass(slots=True)
class Line:
    text: str
    size: int
    number: int


@dataclass(slots=True)
class Lines:
    """The lines of a file from an offset, counted in lines and bytes.

    ``taken`` are those that the row at hand has used: `give_back` reads all but the
    first of them again.
    """

    upload: Import
    offset: int = 0
    number: int = 0
    taken: list[Line] = field(default_factory=list)
    again: deque[Line] = field(default_factory=deque)

    def pieces(self) -> Iterator[bytes]:
        number, skip = divmod(self.offset, CHUNK)
        while True:
            chunks = ImportChunk.objects.filter(upload=self.upload, number=number)
            content = chunks.values_list("content", flat=True).first()
            if content is None:
                return
            yield bytes(content)[skip:]
            number, skip = number + 1, 0

    def raw(self) -> Iterator[bytes]:
        """Lines with their ends, whichever of the three kinds they are."""
        kept = b""
        for piece in self.pieces():
            lines = (kept + piece).splitlines(keepends=True)
            # The last may go on, also a carriage return: a line feed may follow.
            kept = lines.pop() if lines else b""
            yield from lines
            if len(kept) > LONGEST:
                yield kept
                kept = b""
        yield from kept.splitlines(keepends=True)

    def __iter__(self) -> Iterator[str]:
        encoding, number = self.upload.encoding, self.number
        for raw in self.raw():
            number += 1
            text = raw.decode(encoding, "surrogateescape")
            yield self._take(Line(text, len(raw), number))
            while self.again:
                yield self._take(self.again.popleft())

    def _take(self, line: Line) -> str:
        self.offset += line.size
        self.number = line.number
        self.taken.append(line)
        return "" if line.size > LONGEST else line.text

    def give_back(self) -> None:
        first, *others = self.taken
        self.again.extendleft(reversed(others))
        self.offset -= sum(line.size for line in others)
        self.number = first.number

    def is_overlong(self) -> bool:
        return any(line.size > LONGEST for line in self.taken)


def rows(upload: Import) -> Iterator[Row]:
    """Every row behind ``upload.offset``; the headings are no row."""
    lines = Lines(upload, upload.offset, upload.file_line)
    if vendors.is_json(upload.shape):
        return json_rows(upload, lines)
    return csv_rows(upload, lines)


def csv_rows(upload: Import, lines: Lines) -> Iterator[Row]:
    width = len(upload.columns)
    has_head = not vendors.is_headless(upload.shape)
    source = iter(lines)
    reader = parser(upload, source)
    skip = has_head and lines.offset == 0
    while True:
        lines.taken.clear()
        begins = lines.number + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            # Only the line with the quote is lost: those behind it are read again.
            lines.give_back()
            reader = parser(upload, source)
            yield row(begins, lines, why=said.keep(NO_QUOTE))
            continue
        if cells is None:
            return
        if skip:
            skip = False
        elif lines.is_overlong():
            yield row(begins, lines, why=said.keep(TOO_LONG))
        elif any(cells):
            yield judged(cells, width, begins, lines)


def judged(cells: Cells, width: int, begins: int, lines: Lines) -> Row:
    """A row of as many cells as there are columns; empty ones at its end may lack."""
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    if len(cells) > width:
        told = said.keep(TOO_MANY, cells=len(cells), columns=width)
        return row(begins, lines, why=told)
    text = "".join(cells)
    if "\0" in text:
        return row(begins, lines, why=said.keep(NUL))
    if not text.isascii() and not is_text(text):
        return row(begins, lines, why=said.keep(NOT_TEXT))
    cells.extend([""] * (width - len(cells)))
    return row(begins, lines, [cells])


def json_rows(upload: Import, lines: Lines) -> Iterator[Row]:
    flatten = vendors.FLATTEN[upload.shape]
    for text in lines:
        line = lines.number
        overlong = lines.is_overlong()
        lines.taken.clear()
        if overlong:
            yield row(line, lines, why=said.keep(TOO_LONG))
            continue
        if not (text := text.strip().rstrip(",")) or text in ("[", "]", "{", "}"):
            continue
        try:
            found = flatten(orjson.loads(text))
        except (ValueError, TypeError, AttributeError):
            yield row(line, lines, why=said.keep(NOT_JSON))
            continue
        cells = [[each.get(name, "") for name in upload.columns] for each in found]
        if any("\0" in cell for each in cells for cell in each):
            yield row(line, lines, why=said.keep(NUL))
        else:
            yield row(line, lines, cells)


def row(
    line: int, lines: Lines, cells: list[Cells] | None = None, why: str = ""
) -> Row:
    return Row(line, lines.offset, lines.number, cells or [], why)


def parser(upload: Import, source: Iterator[str]) -> Iterator[Cells]:
    csv.field_size_limit(CELL)
    return csv.reader(source, delimiter=upload.delimiter, strict=True)


def is_text(text: str) -> bool:
    """Whether every byte was a letter: the others stand as lone surrogates."""
    try:
        text.encode()
    except UnicodeError:
        return False
    return True


def head(upload: Import) -> str:
    """The beginning of the file, up to its last whole line."""
    first = ImportChunk.objects.filter(upload=upload, number=0)
    content = bytes(first.values_list("content", flat=True).get())[: 256 * 1024]
    return content.decode(upload.encoding, "replace")
