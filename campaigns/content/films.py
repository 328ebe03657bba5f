"""A film that iPhones show in place of a picture: looked at box by box, never decoded.

MP4 with H.264, and AAC if it sounds. Sources: ISO/IEC 14496-12 (boxes), Apple's
UNNotificationAttachment (50 MB; far less is sensible for what every phone fetches).
Words and places inside it are overwritten where they stand, so that no offset moves.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from campaigns.content.images import NoPicture

MOST_BYTES = 5_000_000
MOST_SECONDS = 15.0
SIDES = range(32, 1_921)
MOST_BOXES = 500
DEEPEST = 6
HEAD = 8
HOLDERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"})
WHOLE = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"})
WORDS = frozenset({b"udta", b"meta", b"uuid", b"free", b"skip", b"wide", b"name"})
"""Boxes that may say where and by whom it was made, or hold anything at all."""
VIDEO, SOUND = frozenset({b"avc1", b"avc3"}), frozenset({b"mp4a"})

SENTENCES = {
    "heavy": _("This film is larger than 5 MB. Save it smaller, and upload that."),
    "long": _("This film lasts more than 15 seconds. Shorten it, and upload that."),
    "sides": _(
        "A side of this film has fewer than 32 or more than 1920 pixels. Save it in "
        "another size, and upload that."
    ),
    "kind": _(
        "iPhones do not show this kind of film in messages. Save it as MP4 with H.264, "
        "and upload that."
    ),
    "broken": _("This film is damaged or not complete. Save it again as MP4."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """``body`` holds no word about itself; sides in pixels."""

    body: bytes
    seconds: float
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Box:
    """``start`` and ``end`` are of what it holds, behind its head."""

    kind: bytes
    path: tuple[bytes, ...]
    start: int
    end: int


def cleaned(body: bytes) -> Film:
    """The film without its words. Raises NoPicture with what to do instead."""
    if len(body) > MOST_BYTES:
        raise _refusal("heavy")
    if body[4:8] != b"ftyp":
        raise _refusal("kind")
    try:
        found = list(_boxes(body, 0, len(body), ()))
        seconds, (width, height) = _length(body, found), _sides(body, found)
    except (struct.error, IndexError, ZeroDivisionError) as broken:
        raise _refusal("broken") from broken
    _refuse_others(body, found)
    if not 0 < seconds <= MOST_SECONDS:
        raise _refusal("long")
    if width not in SIDES or height not in SIDES:
        raise _refusal("sides")
    blank = _without_words(body, found)
    return Film(body=blank, seconds=seconds, width=width, height=height)


def _refusal(code: str) -> NoPicture:
    return NoPicture(f"film_{code}", str(SENTENCES[code]))


def _boxes(body: bytes, start: int, end: int, path: tuple[bytes, ...]) -> Iterator[Box]:
    """Every box between two places, and those within; exactly one behind the other."""
    count = 0
    while start < end:
        size, kind = struct.unpack_from(">I4s", body, start)
        # A size of 0 or 1 is for films without end or above 4 GB.
        if size < HEAD or start + size > end or (count := count + 1) > MOST_BOXES:
            raise _refusal("broken")
        yield Box(kind, path, start + HEAD, start + size)
        if kind in HOLDERS and len(path) < DEEPEST:
            yield from _boxes(body, start + HEAD, start + size, (*path, kind))
        start += size


def _only(found: list[Box], kind: bytes) -> Box:
    boxes = [each for each in found if each.kind == kind]
    if len(boxes) != 1:
        raise _refusal("broken")
    return boxes[0]


def _length(body: bytes, found: list[Box]) -> float:
    head = _only(found, b"mvhd")
    is_long = body[head.start] == 1
    form, place = (">IQ", 20) if is_long else (">II", 12)
    if head.end - head.start < place + struct.calcsize(form):
        raise _refusal("broken")
    ticks, length = struct.unpack_from(form, body, head.start + place)
    return float(length / ticks)


def _sides(body: bytes, found: list[Box]) -> tuple[int, int]:
    """Of the largest track; sounds have none. Kept in 16.16 fixed point."""
    sides = [
        struct.unpack_from(">II", body, each.end - 8)
        for each in found
        if each.kind == b"tkhd" and each.end - each.start >= HEAD
    ]
    width, height = max(sides, default=(0, 0))
    return width >> 16, height >> 16


def _refuse_others(body: bytes, found: list[Box]) -> None:
    """One picture track and at most one sound, of the kinds that every iPhone plays."""
    if any(not each.path and each.kind not in WHOLE | WORDS for each in found):
        raise _refusal("kind")
    _only(found, b"moov")
    kinds = [
        body[each.start + 12 : each.start + 16]
        for each in found
        if each.kind == b"stsd"
    ]
    films = [each for each in kinds if each in VIDEO]
    sounds = [each for each in kinds if each in SOUND]
    if len(films) != 1 or len(sounds) > 1 or len(kinds) != len(films) + len(sounds):
        raise _refusal("kind")


def _without_words(body: bytes, found: list[Box]) -> bytes:
    blank = bytearray(body)
    for each in found:
        if each.kind in WORDS:
            blank[each.start - 4 : each.start] = b"free"
            blank[each.start : each.end] = bytes(each.end - each.start)
    return bytes(blank)
