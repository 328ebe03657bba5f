"""How wide text is in the fonts of phones and browsers, and where it wraps.

Widths are thousandths of the text's size, by the tables of surfaces.json. The page's
script reads the same file and wraps alike (static/pushsite/lines.js; a test compares).
"""

import json
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("surfaces.json")
KEPT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
"""The dated file as it is: surfaces, fonts, and where their figures come from."""

RANGES = sorted(
    (int(first, 16), int(last, 16), width) for first, last, width in KEPT["scripts"]
)
STARTS = [first for first, _last, _width in RANGES]
JOINER = "\u200d"
ELLIPSIS = "…"
BROKEN_ANYWHERE = 900
"""Characters at least this wide that are not letters of an alphabet stand alone."""


class Widths(dict[str, int]):
    """The width of each character of one font; others are looked up by their script."""

    _last: tuple[str, int] = ("", 0)

    def __missing__(self, character: str) -> int:
        width = self[character] = self._found(character)
        return width

    def _found(self, character: str) -> int:
        plain = unicodedata.normalize("NFD", character)[0]
        if plain in self:
            return self[plain]
        if unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc"):
            return 0
        return script_width(character)

    def of(self, text: str) -> int:
        """The width of a line, in thousandths of the text's size."""
        if JOINER in text:
            return sum(width for _each, width in self.each(text))
        return sum(map(self.__getitem__, text))

    def remembered(self, text: str) -> int:
        """As `of`, for a text that is measured for one screen after the other."""
        if self._last[0] != text:
            self._last = (text, self.of(text))
        return self._last[1]

    def each(self, text: str) -> list[tuple[str, int]]:
        """Characters with their widths; what a joiner joins takes no room."""
        joined = False
        found = []
        for character in text:
            found.append((character, 0 if joined else self[character]))
            joined = character == JOINER
        return found


def script_width(character: str) -> int:
    """The usual width of a character's script, where a font's own is not known."""
    place = bisect_right(STARTS, ord(character)) - 1
    if place >= 0 and ord(character) <= RANGES[place][1]:
        return RANGES[place][2]
    return int(KEPT["otherwise"])


@cache
def widths(font: str, weight: str) -> Widths:
    """The table of a font ("apple") in a weight ("regular", "bold")."""
    rows: Mapping[str, str] = KEPT["fonts"][font][weight]
    return Widths(
        {each: int(width) for width, letters in rows.items() for each in letters}
    )


@dataclass(frozen=True, slots=True)
class Laid:
    """Text on a screen: its ``lines`` as they are seen, and what is ``lost``."""

    lines: tuple[str, ...]
    seen: str
    lost: str


def lay(text: str, font: Widths, *, room: int, lines: int) -> Laid:
    """Wrap ``text`` into lines of ``room`` thousandths; the last ends in an ellipsis.

    Seen and lost make the whole text. Words wrap whole where they can; a line break
    in the text is one on the screen.
    """
    if "\n" not in text and font.of(text) <= room:
        return Laid((text,), text, "")
    characters = font.each(text)
    shown: list[str] = []
    start = 0
    while len(shown) < lines - 1 and start < len(text):
        end, following = _line(characters, start, room)
        shown.append(text[start:end].rstrip())
        start = following
    if start >= len(text) and shown:
        return Laid(tuple(shown), text, "")
    end = _last(characters, start, room, font[ELLIPSIS])
    rest = text[start:end]
    is_whole = end >= len(text)
    shown.append(rest if is_whole else rest.rstrip() + ELLIPSIS)
    return Laid(tuple(shown), text[:end], text[end:])


def holds(text: str, font: Widths, *, room: int, lines: int) -> bool:
    """Whether `lay` would lose nothing, mostly without laying the text out."""
    if "\n" in text:
        return not lay(text, font, room=room, lines=lines).lost
    wide = font.remembered(text)
    if wide <= room:
        return True
    if lines == 1 or wide > room * lines:
        return False
    # A line ends at most a word before its end.
    longest = max(map(font.of, text.split(" ")))
    if wide <= lines * room - (lines - 1) * longest:
        return True
    return not lay(text, font, room=room, lines=lines).lost


def _line(characters: list[tuple[str, int]], start: int, room: int) -> tuple[int, int]:
    """Where a line from ``start`` ends, and where the next one begins."""
    used, place = 0, start
    after = 0
    while place < len(characters):
        character, width = characters[place]
        if character == "\n":
            return place, place + 1
        used += width
        if used > room and not character.isspace():
            break
        place += 1
        if character in " -\u2010\u2013\u2014" or stands_alone(character, width):
            after = place
    if place == len(characters):
        return place, place
    end = after or _whole(characters, max(place, start + 1))
    return end, end


def stands_alone(character: str, width: int) -> bool:
    """Whether a line may end after it without a space: ideographs do, letters not."""
    return width >= BROKEN_ANYWHERE and ord(character) >= 0x2E80


def _last(
    characters: list[tuple[str, int]], start: int, room: int, ellipsis: int
) -> int:
    """Where the last line ends: at the text's end, or so that an ellipsis fits."""
    used, fits = 0, start
    for place in range(start, len(characters)):
        character, width = characters[place]
        if character == "\n":
            return fits if place + 1 < len(characters) else len(characters)
        used += width
        if used <= room - ellipsis:
            fits = place + 1
        if used > room:
            return _whole(characters, fits)
    return len(characters)


def _whole(characters: list[tuple[str, int]], place: int) -> int:
    """No later than ``place``, and not within what is one sign to a reader."""
    while 0 < place < len(characters) and characters[place][1] == 0:
        place -= 1
    return place
