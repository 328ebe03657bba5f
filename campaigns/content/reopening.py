"""Liquid that the menus made, opened in them again.

What somebody wrote in another way stays a text of its own: `read` says None.
"""

import re
from itertools import pairwise

from campaigns.content.conditions import (
    FORMS,
    JOINS,
    NAME,
    PATTERNS,
    TAG,
    Branch,
    Choice,
    Condition,
    values_of,
)


def read(text: str) -> Choice | None:
    """The choice that a text is, if it is one that `write` would make; else None."""
    tags = _own_tags(text)
    if len(tags) < 2 or tags[0].start() or tags[-1].end() != len(text):
        return None
    branches: list[Branch] = []
    otherwise = ""
    for here, after in pairwise(tags):
        inside = text[here.end() : after.start()]
        if here[1] == "else":
            otherwise = inside
            continue
        branch = _branch(here[2].strip(), inside)
        if branch is None:
            return None
        branches.append(branch)
    return Choice(branches=tuple(branches), otherwise=otherwise)


def _own_tags(text: str) -> list[re.Match[str]]:
    """The tags of the outermost choice, from its if to its endif."""
    depth, mine = 0, []
    for tag in TAG.finditer(text):
        depth -= tag[1] == "endif"
        if depth == 0 or (depth == 1 and tag[1] in ("elsif", "else")):
            mine.append(tag)
        depth += tag[1] == "if"
    return mine


def _branch(source: str, text: str) -> Branch | None:
    for match, join in JOINS.items():
        parts = _split(source, join)
        said = [_condition(each) for each in parts]
        conditions = tuple(each for each in said if each is not None)
        if len(conditions) == len(parts):
            return Branch(conditions=conditions, match=match, text=text)
    return None


def _split(source: str, join: str) -> list[str]:
    """The parts between ``join`` where it stands in no quotes and no parentheses."""
    parts, start, depth, quote = [], 0, 0, ""
    for index, letter in enumerate(source):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif not depth and index >= start and source.startswith(join, index):
            parts.append(source[start:index])
            start = index + len(join)
    return [*parts, source[start:]]


def _condition(source: str) -> Condition | None:
    several = _several(source)
    if several is not None:
        return several
    for (kind, operator), pattern in READERS.items():
        found = pattern.fullmatch(source)
        if found:
            names = values_of(kind, operator)
            values = tuple(_plain(found[name]) for name in names)
            return Condition(
                field=found["x"], kind=kind, operator=operator, values=values
            )
    return None


def _several(source: str) -> Condition | None:
    """``(city == "A" or city == "B")``."""
    if not (source.startswith("(") and source.endswith(")")):
        return None
    pattern = READERS["text", "is"]
    found = [pattern.fullmatch(each) for each in _split(source[1:-1], " or ")]
    fields = {each["x"] for each in found if each}
    if None in found or len(fields) != 1:
        return None
    values = tuple(_plain(each["text"]) for each in found if each)
    return Condition(
        field=fields.pop(), kind="text", operator="is_one_of", values=values
    )


def _plain(literal: str) -> str:
    return literal[1:-1] if literal[:1] in "\"'" else literal


def _reader(form: str) -> re.Pattern[str]:
    """A pattern for what a form writes; a field that stands twice is the same one."""
    seen: set[str] = set()

    def group(found: re.Match[str]) -> str:
        name = found[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>{PATTERNS.get(name, NAME)})"

    plain = re.escape(form).replace(r"\{", "{").replace(r"\}", "}")
    return re.compile(re.sub(r"\{(\w+)\}", group, plain))


READERS = {key: _reader(form) for key, form in FORMS.items() if "{texts}" not in form}
