"""“Show different text if”, as menus fill it in and as Liquid that reads back the same.

    {% if city == "Paris" and points > 10 %}Salut{% elsif vip == true %}Hi{% endif %}

What `write` made, campaigns.content.reopening opens again in the menus. Fields and
operators are those of segments, by their keys.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

Match = Literal["all", "any"]
JOINS: dict[Match, str] = {"all": " and ", "any": " or "}

FORMS: dict[tuple[str, str], str] = {
    ("text", "is"): "{x} == {text}",
    ("text", "is_not"): "{x} != {text}",
    ("text", "is_one_of"): "({texts})",
    ("text", "contains"): "{x} contains {text}",
    ("text", "starts_with"): "starts.{x} contains {text}",
    ("text", "is_known"): "{x} != nil",
    ("text", "is_unknown"): "{x} == nil",
    ("number", "is"): "{x} == {number}",
    ("number", "is_not"): "{x} != {number}",
    ("number", "more_than"): "{x} > {number}",
    ("number", "at_least"): "{x} >= {number}",
    ("number", "less_than"): "{x} < {number}",
    ("number", "at_most"): "{x} <= {number}",
    ("number", "between"): "({x} >= {number} and {x} <= {most})",
    ("number", "is_known"): "{x} != nil",
    ("number", "is_unknown"): "{x} == nil",
    ("yes_no", "is_yes"): "{x} == true",
    ("yes_no", "is_no"): "{x} == false",
    ("yes_no", "is_known"): "{x} != nil",
    ("yes_no", "is_unknown"): "{x} == nil",
    ("date", "on"): "day.{x} == {day}",
    ("date", "before"): "day.{x} < {day}",
    ("date", "after"): "day.{x} > {day}",
    ("date", "in_days"): "days_until.{x} == {days}",
    ("date", "in_last_days"): "(days_until.{x} <= 0 and days_until.{x} >= -{days})",
    ("date", "in_next_days"): "(days_until.{x} >= 0 and days_until.{x} <= {days})",
    ("date", "more_than_days_ago"): "days_until.{x} < -{days}",
    ("date", "anniversary_today"): "anniversary.{x} == 0",
    ("date", "is_known"): "day.{x} != nil",
    ("date", "is_unknown"): "day.{x} == nil",
}
"""Every comparison by (kind, operator), as the Liquid that it is written as."""

PATTERNS = {
    "text": r'"[^"]*"|\'[^\']*\'',
    "number": r"-?\d{1,15}(?:\.\d{1,6})?",
    "most": r"-?\d{1,15}(?:\.\d{1,6})?",
    "day": r'"\d{4}-\d\d-\d\d"',
    "days": r"\d{1,4}",
}
NAME = r"[^\W\d][\w-]*"
MOST_SOURCE = 4_000
MOST_BRANCHES, MOST_CONDITIONS, MOST_TEXTS = 8, 8, 20
TAG = re.compile(r"\{%-?\s*(if|elsif|else|endif)\b(.*?)-?%\}", re.DOTALL)
LEAVE_OUT = "{% leave_out %}"


class Unfit(ValueError):
    """The menus are not filled in so that a text could be made; says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison of a field; ``values`` are as the menus hold them."""

    field: str
    kind: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """The text for whom all, or any, of the conditions hold."""

    conditions: tuple[Condition, ...]
    match: Match = "all"
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The first branch that holds, or ``otherwise``."""

    branches: tuple[Branch, ...]
    otherwise: str = ""


def values_of(kind: str, operator: str) -> tuple[str, ...]:
    """Which values a comparison takes: "text", "texts", "number", "day", "days"."""
    form = FORMS[kind, operator]
    names = ("texts", "text", "number", "most", "day", "days")
    return tuple(name for name in names if f"{{{name}}}" in form)


def write(choice: Choice) -> str:
    """The Liquid of a choice; raises `Unfit` with what is still to be filled in."""
    if not choice.branches:
        raise Unfit(_("Add a condition first."))
    words = ("if", *["elsif"] * (len(choice.branches) - 1))
    parts = [
        f"{{% {word} {_expression(each)} %}}{_whole(each.text)}"
        for word, each in zip(words, choice.branches, strict=True)
    ]
    if choice.otherwise:
        parts.append(f"{{% else %}}{_whole(choice.otherwise)}")
    return "".join([*parts, "{% endif %}"])


def _whole(text: str) -> str:
    """A text that keeps its tags in itself."""
    opened = sum(_steps(text))
    if opened:
        raise Unfit(_("A text inside is cut off: close its {% if %} with {% endif %}."))
    return text


def _steps(text: str) -> Iterator[int]:
    for tag in TAG.finditer(text):
        yield {"if": 1, "endif": -1}.get(tag[1], 0)


def _expression(branch: Branch) -> str:
    if not branch.conditions:
        raise Unfit(_("Add a condition first."))
    return JOINS[branch.match].join(map(_comparison, branch.conditions))


def _comparison(said: Condition) -> str:
    if not re.fullmatch(NAME, said.field):
        raise Unfit(_("Choose a value of the person."))
    form = FORMS.get((said.kind, said.operator))
    if form is None:
        raise Unfit(_("Choose a comparison."))
    if (said.kind, said.operator) == ("text", "is_one_of"):
        return _one_of(said)
    names = values_of(said.kind, said.operator)
    if len(said.values) < len(names):
        raise Unfit(_missing(names[len(said.values)]))
    given = {
        name: _literal(name, value.strip())
        for name, value in zip(names, said.values, strict=False)
    }
    return form.format(x=said.field, **given)


def _one_of(said: Condition) -> str:
    values = [each.strip() for each in said.values if each.strip()][:MOST_TEXTS]
    if not values:
        raise Unfit(_missing("text"))
    each_is = [f"{said.field} == {_literal('text', value)}" for value in values]
    return f"({' or '.join(each_is)})"


def _literal(name: str, value: str) -> str:
    if name == "text":
        return _quoted(value)
    found = f'"{value}"' if name == "day" else value.replace(",", ".")
    if not re.fullmatch(PATTERNS[name], found):
        raise Unfit(_missing(name))
    return found


def _quoted(value: str) -> str:
    if not value:
        raise Unfit(_missing("text"))
    if any(each in value for each in ("{{", "{%", "}}", "%}", "\n")):
        raise Unfit(_("Write the value without braces or line breaks."))
    if '"' not in value:
        return f'"{value}"'
    if "'" not in value:
        return f"'{value}'"
    raise Unfit(_("Write the value with one kind of quotation mark only."))


def _missing(name: str) -> str:
    sentences = {
        "text": _("Write the value to compare with."),
        "number": _("Write a number to compare with."),
        "most": _("Write both numbers."),
        "day": _("Choose a day."),
        "days": _("Write a number of days."),
    }
    return sentences[name]


def kinds() -> Sequence[str]:
    """The kinds of value, in the order of the menus."""
    return tuple(dict.fromkeys(kind for kind, _operator in FORMS))
