"""What a use case holds, and the answers that fit it to one's own data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from campaigns.models.campaigns import Purpose

Words = str | Promise
Json = dict[str, Any]
Answers = Mapping[str, str]
Kind = Literal["event", "attribute", "version", "days", "hours"]

HOUR, DAY = 3_600, 86_400
BETWEEN = {"days": (2, 365), "hours": (1, 672)}
LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Something that every shop calls otherwise: ``usual`` stands there at first."""

    key: str
    label: Words
    kind: Kind
    usual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The message in one language; a blank name has its stand-in already."""

    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A use case; ``rule`` makes the segment's JSON out of the answers.

    Without ``rule`` it is for everyone. ``every`` is the recurrence, ``wall`` the
    time of day; a case that does not recur starts when somebody says so. ``waits_for``
    says why it cannot be begun yet, ``elsewhere`` names the page where it is made.
    """

    key: str
    row: str
    name: Words
    purpose: Words
    icon: str
    copy: Mapping[str, Copy] = field(default_factory=dict)
    audience: Words = ""
    rule: Callable[[Answers], Json] | None = None
    asks: tuple[Ask, ...] = ()
    every: Json | None = None
    wall: str = ""
    ttl: int = DAY
    ttl_hours: str = ""
    kind: Purpose = Purpose.PROMOTIONAL
    advice: tuple[Words, ...] = ()
    waits_for: Words = ""
    elsewhere: str = ""

    @property
    def is_ready(self) -> bool:
        return not (self.waits_for or self.elsewhere)

    def answers(self, given: Answers) -> dict[str, str]:
        """What was answered, and the usual where nothing usable was."""
        return {each.key: _answer(each, given.get(each.key, "")) for each in self.asks}

    def lifetime(self, answers: Answers) -> int:
        """Seconds for which the message is worth showing."""
        return int(answers[self.ttl_hours]) * HOUR if self.ttl_hours else self.ttl

    def schedule(self, *, start: date, zone: str) -> Json:
        """The schedule's JSON; ``start`` is the first day that it may go."""
        if self.every is None:
            return {}
        place = {"start": start.isoformat(), "time": self.wall, "zone": zone}
        ends: Json = {"end": None, "excluded": []}
        return {"kind": "recurring", **place, "every": self.every, **ends}


def _answer(ask: Ask, given: str) -> str:
    said = given.strip()[:LONGEST]
    if ask.kind not in BETWEEN:
        return said or ask.usual
    low, high = BETWEEN[ask.kind]
    is_number = said.isascii() and said.isdigit() and len(said) < 6
    return said if is_number and low <= int(said) <= high else ask.usual


def hint(ask: Ask) -> str:
    """What may stand in the field, where not everything may."""
    if ask.kind not in BETWEEN:
        return ""
    low, high = BETWEEN[ask.kind]
    return _("A whole number from %(low)s to %(high)s.") % {"low": low, "high": high}
