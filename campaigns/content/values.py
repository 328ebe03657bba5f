"""What a person's value becomes before it stands in a message.

Values come from apps and their users: text may carry control characters, or
bidirectional controls that would turn the rest of the message around. Both go here,
once, before anything is rendered; a value is never read as a template.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

Scalar = str | int | float | Decimal | None

BIDI_SPANS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Embeddings, overrides, isolates: what stays open reorders the text that follows."""
BIDI_MARKS = "\u061c\u200e\u200f"
INVISIBLE = "\u200b\u2060\ufeff\u00ad"
"""Zero-width characters but the two joiners, which emoji and Persian need."""

BREAKS = "\t\n\v\f\r\x85\u2028\u2029"
_CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
_SURROGATES = range(0xD800, 0xE000)
_CLEANED = (
    dict.fromkeys([*_CONTROLS, *_SURROGATES])
    | dict.fromkeys(map(ord, BIDI_SPANS + INVISIBLE))
    | dict.fromkeys(map(ord, BREAKS), " ")
)

MAX_LISTED = 100


class Somebody(Protocol):
    """What a message may know of a person."""

    attributes: Mapping[str, Any]
    country: str
    locale: str
    zone: str


def of_person(person: Somebody) -> dict[str, Any]:
    """The values by name: a built-in field hides an attribute of the same name."""
    return {
        **person.attributes,
        "country": person.country,
        "locale": person.locale,
        "zone": person.zone,
    }


MAX_BITS = 256


def spoken(value: object) -> Scalar:
    """The value as a template may show or compare it; None when there is none.

    Text without control and bidirectional characters, blank text as None; numbers
    and booleans as they are, if finite; dates in ISO form; lists joined by commas;
    anything else None.
    """
    if type(value) is str:
        # isprintable is false for every control, format and surrogate character.
        cleaned = value if value.isprintable() else value.translate(_CLEANED)
        return cleaned if cleaned and not cleaned.isspace() else None
    if isinstance(value, int):
        return value if value.bit_length() <= MAX_BITS else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        words = [said(each) for each in value[:MAX_LISTED]]
        return spoken(", ".join(word for word in words if word))
    return None


def said(value: object) -> str | None:
    """The text of a value in a message; None for what a default stands in for."""
    scalar = spoken(value)
    if scalar is None or scalar is False:
        return None
    return "true" if scalar is True else str(scalar)
