"""What a check says: in words, how grave, what to do, and where."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

Severity = Literal["stop", "look", "ok"]
Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One line of the review.

    "stop" forbids the launch, "look" asks for a look, "ok" is a check passed.
    ``fix`` says what to do about it; ``field`` is the part of the campaign that it
    is about ("title", "segment", "schedule", ...), "" for none of them.
    """

    severity: Severity
    sentence: Words
    fix: Words = ""
    field: str = ""


def stop(sentence: Words, fix: Words = "", field: str = "") -> Problem:
    return Problem(severity="stop", sentence=sentence, fix=fix, field=field)


def look(sentence: Words, fix: Words = "", field: str = "") -> Problem:
    return Problem(severity="look", sentence=sentence, fix=fix, field=field)


def ok(sentence: Words) -> Problem:
    return Problem(severity="ok", sentence=sentence)
