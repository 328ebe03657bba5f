"""JSON that is one value becomes JSON with an object on each line."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from devices.refusals import Refused

from . import vendors

MOST = 64 << 20
"""Bytes of a JSON file that must be read whole."""
LOOKED_AT = 64 << 10


def by_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, unless they are a JSON value of many lines, or a list."""
    source = iter(pieces)
    first = b""
    while len(first) < LOOKED_AT and (more := next(source, b"")):
        first += more
    if first.lstrip()[:1] not in (b"{", b"[") or has_lines(first):
        yield first
        yield from source
        return
    for found in vendors.objects(whole(chain([first], source))):
        if isinstance(found, dict):
            yield orjson.dumps(found) + b"\n"


def has_lines(first: bytes) -> bool:
    """Whether the first two lines are objects of their own."""
    lines = [line.strip().rstrip(b",") for line in first.splitlines()]
    lines = [line for line in lines if line and line != b"["][:2]
    return len(lines) == 2 and all(isinstance(loaded(each), dict) for each in lines)


def loaded(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        return None


def whole(pieces: Iterable[bytes]) -> Any:
    kept = bytearray()
    for piece in pieces:
        kept += piece
        if len(kept) > MOST:
            sentence = _(
                "This JSON file is larger than 64 MB: give one object on each line."
            )
            raise Refused("/file", "too_large", sentence)
    found = loaded(bytes(kept))
    if not isinstance(found, dict | list):
        sentence = _("This JSON cannot be read: give one object on each line.")
        raise Refused("/file", "bad_json", sentence)
    return [found] if is_one(found) else found


def is_one(found: Any) -> bool:
    """Whether a value is a single row, such as the only line of a file."""
    return isinstance(found, dict) and bool(
        {"external_id", "braze_id", "token", "localId"} & set(found)
    )
