"""What a batch shows of each name: types, frequent texts, the reach of numbers."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from devices.models.dictionary import Kind

LONGEST = 60
"""A longer text is somebody's own words: it is not kept."""

LOOKED_AT = 20
"""Events of one name in a batch whose properties are looked at."""

MOST_PROPERTIES = 50
"""Names of one event, or of one person, that are looked at."""

NAME_LENGTH = 80

PERSONAL = re.compile(r"@|(?:[^0-9]*[0-9]){7}|[0-9a-fA-F-]{16}|://")
"""Texts that name one person or one thing: addresses, numbers of phones, ids."""

PRIVATE = re.compile(
    r"name|mail|phone|mobile|address|street|birth|token|secret|passw|key$|iban|card",
    re.IGNORECASE,
)
"""Names of values that are somebody's own, or secrets: none of them is kept."""


class Name(NamedTuple):
    kind: str
    event: str
    name: str


@dataclass(slots=True)
class Observed:
    """What was seen of one name: ``sampled`` values, and the texts among them."""

    types: set[str] = field(default_factory=set)
    values: Counter[str] = field(default_factory=Counter)
    sampled: int = 0
    low: float | None = None
    high: float | None = None

    def take(self, name: str, value: object) -> None:
        self.sampled += 1
        self.types |= types_of(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.low = value if self.low is None else min(self.low, value)
            self.high = value if self.high is None else max(self.high, value)
        text = text_of(value)
        if text and not PRIVATE.search(name) and not PERSONAL.search(text):
            self.values[text] += 1


Seen = dict[Name, Observed]


def of_events(happened: Iterable[tuple[str, Mapping[str, Any]]]) -> Seen:
    """Names of events and of their properties, in a batch."""
    seen: Seen = {}
    for event, properties in happened:
        mine = seen.setdefault(Name(Kind.EVENT, "", event), Observed())
        mine.sampled += 1
        if mine.sampled > LOOKED_AT:
            continue
        for name, value in list(properties.items())[:MOST_PROPERTIES]:
            if fits(name):
                known = Name(Kind.PROPERTY, event, name)
                seen.setdefault(known, Observed()).take(name, value)
    return seen


def of_attributes(people: Iterable[Mapping[str, Any]]) -> Seen:
    """Names of attributes in what was said of people; null says nothing."""
    seen: Seen = {}
    for told in people:
        for name, value in list(told.items())[:MOST_PROPERTIES]:
            if value is not None and fits(name):
                known = Name(Kind.ATTRIBUTE, "", name)
                seen.setdefault(known, Observed()).take(name, value)
    return seen


def fits(name: str) -> bool:
    return 0 < len(name) <= NAME_LENGTH and name.isprintable()


def types_of(value: object) -> set[str]:
    """Which kinds of comparison a value can take part in."""
    if isinstance(value, bool):
        return {"yes_no"}
    if isinstance(value, int | float):
        return {"number"}
    if isinstance(value, str):
        return {"text", "date"} if is_date(value) else {"text"}
    return set()


def is_date(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def text_of(value: object) -> str:
    """A value as it is counted, "" when it is not."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}"
    return value if isinstance(value, str) and len(value) <= LONGEST else ""
