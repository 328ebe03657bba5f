"""What goes wrong with texts that are read from right to left, said before it does.

Phones take the direction of a line from its first letter (Unicode Bidirectional
Algorithm, rules P2 and P3), and turn what stands between two directions around.
"""

import re
import unicodedata
from collections.abc import Iterator

from babel import Locale, UnknownLocaleError
from django.utils.translation import gettext as _

PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
PROMO = re.compile(r"\{\{-?\s*promo\.")
CODE = re.compile(r"(?=[A-Za-z0-9-]*[0-9])(?=[A-Za-z0-9-]*[A-Za-z])[A-Za-z0-9-]{4,}")
RIGHT, LEFT = {"R", "AL"}, {"L"}


def of_language(tag: str) -> str:
    """ "rtl" or "ltr": how the language of a tag is read."""
    try:
        return str(Locale.parse(tag, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"


def problems(text: str, tag: str) -> Iterator[str]:
    """What to look at in a text of a language read from right to left, in sentences.

    Nothing for other languages, and for what is still empty.
    """
    if of_language(tag) != "rtl" or not text.strip():
        return
    plain = PLACEHOLDER.sub(" ", text)
    first = next(iter(text.strip()))
    turns = next((each for each in plain if _strong(each)), "")
    if turns and unicodedata.bidirectional(turns) in LEFT:
        yield _(
            "The first letter is read from left to right, and phones turn the whole "
            "line that way: begin with a word of this language."
        )
    elif unicodedata.category(first) in ("So", "Sk", "Cs") or first == "\u200d":
        yield _(
            "An emoji at the start may stand on the wrong side on some phones: put it "
            "at the end."
        )
    if _code_inside(text):
        yield _(
            "A code in the middle may be read in the wrong order: put it at the end, "
            "or on a line of its own."
        )
    elif _mixes(plain):
        yield _(
            "Words in two directions stand in one line: read it on a phone before you "
            "send it."
        )


def _strong(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in RIGHT | LEFT


def _mixes(text: str) -> bool:
    """Whether one line has letters of both directions."""
    return any(
        {unicodedata.bidirectional(each) in LEFT for each in line if _strong(each)}
        == {True, False}
        for line in text.splitlines()
    )


def _code_inside(text: str) -> bool:
    """Whether a code stands between two words of the other direction, in one line."""
    for line in text.splitlines():
        plain = PROMO.sub("AB12 {{ promo.", line)
        plain = PLACEHOLDER.sub(" ", plain)
        for found in CODE.finditer(plain):
            before, after = plain[: found.start()], plain[found.end() :]
            if any(map(_strong, before)) and any(map(_strong, after)):
                return True
    return False
