"""One person's attributes before and after somebody said something: pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from devices.refusals import Refused

from .keeping import MAX_ATTRIBUTES, MAX_NUMBER, check_attribute

INCREASE = "$inc"
DIGITS = 9
"""Behind the point after an addition: 0.1 and 0.2 are 0.3."""


@dataclass(slots=True)
class Known:
    """A person as they are kept; ``told`` is name to [source, time]."""

    attributes: dict[str, Any]
    places: dict[str, str]
    told: dict[str, list[str]]
    changed: bool = False
    told_anew: bool = False


class Taken(NamedTuple):
    attributes: dict[str, Any]
    told: dict[str, list[str]]
    older: Sequence[str]


def check(changes: Mapping[str, Any]) -> None:
    """Raise Refused for the first change that can never be kept."""
    for name, value in changes.items():
        if not isinstance(value, Mapping):
            check_attribute(name, value)
            continue
        check_attribute(name, None)
        by = value.get(INCREASE)
        if set(value) != {INCREASE} or isinstance(by, bool) or not _is_number(by):
            raise Refused(
                f"/attributes/{name}",
                "bad_type",
                _("Give a value, or add a number to it with {“$inc”: 1}."),
            )


def merged(
    one: Known,
    changes: Mapping[str, Any],
    moment: datetime,
    *,
    replaces: bool,
    source: str,
) -> Taken:
    """Everything after it. Raises Refused, and changes nothing that was given.

    What was said before something later about the same attribute is left out, but
    for additions: they count in any order.
    """
    after, told, older = dict(one.attributes), dict(one.told), []
    if replaces:
        changes = dict.fromkeys(one.attributes) | dict(changes)
    for name, value in changes.items():
        later = name in told and datetime.fromisoformat(told[name][1]) > moment
        if isinstance(value, Mapping):
            value = _added(name, one.attributes.get(name), value[INCREASE])
        elif later:
            older.append(name)
            continue
        after[name] = value
        if not later:
            told[name] = [source, moment.isoformat()]
    kept = {name: value for name, value in after.items() if value is not None}
    if len(kept) > MAX_ATTRIBUTES and len(kept) > len(one.attributes):
        raise Refused(
            "/attributes",
            "too_many_attributes",
            _("A person has at most 100 attributes: delete some with null first."),
        )
    return Taken(kept, _bounded(told, kept), older)


def _bounded(told: dict[str, list[str]], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Origins of what is there, and of the last hundred that were deleted."""
    gone = sorted(set(told) - set(kept), key=lambda name: told[name][1])
    return {
        name: told[name] for name in [*gone[-MAX_ATTRIBUTES:], *kept] if name in told
    }


def _added(name: str, before: object, by: float) -> float:
    pointer = f"/attributes/{name}"
    if before is not None and (isinstance(before, bool) or not _is_number(before)):
        sentence = _("This attribute is not a number: give a value first.")
        raise Refused(pointer, "not_a_number", sentence)
    total = (before or 0) + by  # type: ignore[operator]
    if abs(total) > MAX_NUMBER:
        sentence = _("Numbers reach from -10^15 to 10^15: give larger ones as text.")
        raise Refused(pointer, "too_large", sentence)
    return total if isinstance(total, int) else round(total, DIGITS)


def plain(changes: Mapping[str, Any]) -> dict[str, Any]:
    """As values for the dictionary: an addition is a number."""
    return {
        name: 0 if isinstance(value, Mapping) else value
        for name, value in changes.items()
    }


def erased() -> Refused:
    return Refused(
        "/external_id",
        "erased",
        _("This person was erased: nothing is kept until they register again."),
    )


def _is_number(value: object) -> bool:
    if not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= MAX_NUMBER
