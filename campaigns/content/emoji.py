"""Emoji: those that writers are offered, and since which systems each can be shown.

The figures stand, dated and with their source, in emoji.json. Phones draw a sign that
their system does not know as an empty box. Joined signs (a family, a flag in a heart)
fall apart into older ones instead, and are not looked at.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Version = tuple[int, ...]

KEPT: dict[str, Any] = json.loads(Path(__file__).with_name("emoji.json").read_text())


@dataclass(frozen=True, slots=True)
class Since:
    """The first systems that show the signs of a version of Emoji, by platform."""

    emoji: str
    ios: str
    android: str

    def first(self, platform: str) -> str:
        return self.ios if platform == "ios" else self.android


@dataclass(frozen=True, slots=True)
class Offered:
    """``words`` are what it is called and found by, in the reader's language."""

    sign: str
    words: str


def _since() -> Iterator[tuple[int, Since]]:
    for kept in KEPT["versions"]:
        since = Since(kept["emoji"], kept["ios"], kept["android"])
        for each in kept["from_to"]:
            first, last = (int(end, 16) for end in each.split("-"))
            yield from ((number, since) for number in range(first, last + 1))


SINCE: dict[str, Since] = {chr(number): since for number, since in _since()}


def dated(text: str) -> dict[str, Since]:
    """The signs of a text that older systems cannot show, in its order."""
    return {each: SINCE[each] for each in text if each in SINCE}


def version(text: str) -> Version:
    """ "17.4.1" as (17, 4, 1), to be compared; () for what is no version."""
    parts = text.split(".")
    return tuple(map(int, parts)) if all(each.isdecimal() for each in parts) else ()


def offered(language: str | None) -> list[Offered]:
    """What the composer offers, named in French or English."""
    name = "fr" if (language or "").startswith("fr") else "en"
    return [Offered(each["sign"], each[name]) for each in KEPT["offered"]]
