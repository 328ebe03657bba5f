"""What a check says: in words, how grave, why, what to do, and where."""

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

from .whys import WHYS

Severity = Literal["stop", "look", "ok"]
Words = str | Promise
LONGEST_KEY = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One line of the review.

    "stop" forbids the launch, "look" asks for a look, "ok" is a check passed.
    ``fix`` says what to do about it; ``field`` is the part of the campaign that it
    is about ("title", "segment", "schedule", ...), "" for none of them, and ``about``
    further parts. ``code`` names the check in every language, and after a colon what
    it looked at. ``people`` is the query of the page that lists some of those whom it
    hits, "" where there is none; ``variant`` the key of the one that says it, ""
    where there is only one.
    """

    severity: Severity
    sentence: Words
    fix: Words = ""
    field: str = ""
    code: str = ""
    people: str = ""
    about: tuple[str, ...] = ()
    variant: str = ""

    @property
    def why(self) -> Words:
        """Why it matters, in a sentence; "" where the sentence itself says so."""
        return WHYS.get(self.code.partition(":")[0], "")

    @property
    def key(self) -> str:
        """What tells it from all others of its campaign, whatever its numbers say.

        Without a code the sentence is part of it, which another language changes.
        """
        said = re.sub(r"[\d\s.,]+", " ", str(self.sentence))
        name = self.code or hashlib.sha256(said.encode()).hexdigest()[:16]
        place = f"{self.variant}:{self.field}" if self.variant else self.field
        return f"{name}@{place}"[:LONGEST_KEY]


def stop(
    sentence: Words, fix: Words = "", field: str = "", *, code: str = ""
) -> Problem:
    return Problem(severity="stop", sentence=sentence, fix=fix, field=field, code=code)


def look(
    sentence: Words,
    fix: Words = "",
    field: str = "",
    *,
    code: str = "",
    people: str = "",
    about: tuple[str, ...] = (),
) -> Problem:
    return Problem(
        severity="look",
        sentence=sentence,
        fix=fix,
        field=field,
        code=code,
        people=people,
        about=about,
    )


def ok(sentence: Words) -> Problem:
    return Problem(severity="ok", sentence=sentence)
