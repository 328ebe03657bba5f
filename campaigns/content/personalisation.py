"""Texts that differ from person to person: ``{{ first_name | default: "there" }}``.

`compile` refuses at save what could go wrong at send: unknown fields, placeholders
without a default, tags and filters outside of grammar. Texts without placeholders
are constants; plain placeholders are joined from segments, some thirty times faster
than python-liquid renders them; the rest goes to python-liquid. A test holds the
two to the same output.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from liquid import BoundTemplate
from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.expressions.arguments import PositionalArgument
from liquid.builtin.expressions.primitive import StringLiteral
from liquid.builtin.output import OutputNode
from liquid.exceptions import LiquidError

from campaigns.content import lint, moments
from campaigns.content.grammar import LeftOut, MissingValue
from campaigns.content.lint import PROMO, TemplateError
from campaigns.content.values import said, spoken

__all__ = [
    "BUILT_IN_FIELDS",
    "Failed",
    "Missing",
    "Template",
    "TemplateError",
    "Withheld",
    "compile",
    "known_fields",
]

BUILT_IN_FIELDS = frozenset({"country", "locale", "zone"})
"""What every person has beside attributes. The external id is private: never here."""

NAME = re.compile(r"[^\W\d][\w-]*")
RESERVED = {"and", "as", "blank", "cols", "contains", "continue", "else", "empty"}
RESERVED |= {"false", "for", "if", "in", "limit", "nil", "not", "null", "offset", "or"}
RESERVED |= {"partial", "required", "reversed", "true", "with"}
"""Words of Liquid: an attribute of such a name cannot stand in a text."""


@dataclass(frozen=True, slots=True)
class Missing:
    """The person has no value for a placeholder that asks for one: leave them out."""

    reason: ClassVar[str] = "missing_personalisation"
    variable: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The text cannot be rendered for this person's values; ``detail`` holds none."""

    reason: ClassVar[str] = "render_failed"
    detail: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """The text itself leaves this person out: see `grammar.LeaveOut`."""

    reason: ClassVar[str] = "left_out"


NO_CODES: Mapping[str, str] = MappingProxyType({})
Rendered = str | Missing | Failed | Withheld


class Template(ABC):
    """A text that was checked. ``variables`` are the fields it reads, in order."""

    source: str
    variables: tuple[str, ...]

    @abstractmethod
    def render(self, values: Mapping[str, object]) -> Rendered:
        """The text for one person; values are cleaned, and never read as a template."""


def known_fields(attribute_names: Collection[str]) -> set[str]:
    """The fields that a text may name: the built-in ones and usable attributes."""
    usable = {name for name in attribute_names if NAME.fullmatch(name)}
    return (usable - RESERVED) | BUILT_IN_FIELDS


def compile(
    text: str,
    *,
    known: Collection[str] | None,
    language: str = "en",
    codes: Mapping[str, str] = NO_CODES,
) -> Template:
    """Check a text and make it ready; ``known`` as `known_fields` gives it.

    ``language`` is the tag by which dates, sums and plurals are written; ``codes`` has
    a stand-in for each list of promo codes, for whoever has no code of it yet.

    None means that the text was checked when it was saved: any field may be named,
    since a field that disappeared is a missing value by now. Lines end with a line
    feed, whatever the browser sent. Raises `TemplateError`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    parsed = lint.parse(text)
    lint.check(parsed.nodes, known)
    variables = tuple(dict.fromkeys(lint.variables(parsed.nodes)))
    segments = _segments(parsed.nodes, codes)
    if segments is None:
        made = Liquid(text, variables, parsed, language=language, codes=codes)
        made.rehearse()
        return made
    if not variables:
        return Constant(text, "".join(each for each in segments if type(each) is str))
    return Segments(text, variables, segments)


class Constant(Template):
    """A text without placeholders."""

    __slots__ = ("_text", "source", "variables")

    def __init__(self, source: str, text: str) -> None:
        self.source, self.variables, self._text = source, (), text

    def render(self, values: Mapping[str, object]) -> str:
        return self._text


@dataclass(frozen=True, slots=True)
class Slot:
    """A plain placeholder; ``fallback`` None leaves out people without the value."""

    name: str
    fallback: str | None


class Segments(Template):
    """Text and plain placeholders, joined."""

    __slots__ = ("_parts", "_slots", "source", "variables")

    def __init__(
        self, source: str, variables: tuple[str, ...], segments: Sequence[str | Slot]
    ) -> None:
        self.source, self.variables = source, variables
        self._parts = [each if isinstance(each, str) else "" for each in segments]
        self._slots = [
            (index, each.name, each.fallback)
            for index, each in enumerate(segments)
            if isinstance(each, Slot)
        ]

    def render(self, values: Mapping[str, object]) -> str | Missing:
        parts = self._parts.copy()
        for index, name, fallback in self._slots:
            value = values.get(name)
            # Nearly every value is plain text: 0.1 microseconds saved for each.
            if type(value) is str and value.isprintable() and value.strip():
                parts[index] = value
                continue
            text = said(value) or fallback
            if text is None:
                return Missing(name)
            parts[index] = text
        return "".join(parts)


class Liquid(Template):
    """Conditions and filters, by python-liquid in the sandbox."""

    __slots__ = (
        "_asked",
        "_codes",
        "_language",
        "_lists",
        "_parsed",
        "source",
        "variables",
    )

    def __init__(
        self,
        source: str,
        variables: tuple[str, ...],
        parsed: BoundTemplate,
        *,
        language: str = "en",
        codes: Mapping[str, str] = NO_CODES,
    ) -> None:
        self.source, self.variables, self._parsed = source, variables, parsed
        self._language, self._codes = language, codes
        self._asked = lint.namespaces(parsed.nodes)
        self._lists = self._asked.pop(PROMO, ())

    def render(self, values: Mapping[str, object]) -> Rendered:
        scope: dict[str, object] = {
            name: spoken(values.get(name)) for name in self.variables
        }
        try:
            return self._parsed.render(self._scope(scope))
        except LeftOut:
            return Withheld()
        except MissingValue:
            return Missing(self._first_missing(scope))
        except (LiquidError, ArithmeticError, ValueError, TypeError) as wrong:
            return Failed(type(wrong).__name__)

    def _scope(self, values: dict[str, object]) -> dict[str, object]:
        """The values with what the text reads beside them."""
        values[moments.LANGUAGE] = self._language
        if self._asked:
            values.update(moments.scope(self._asked, values))
        if self._lists:
            values[PROMO] = {
                key: values.get(f"{PROMO}.{key}") or self._codes.get(key)
                for key in self._lists
            }
        return values

    def rehearse(self) -> None:
        """Raise `TemplateError` for a text that fails whatever the values are."""
        samples: tuple[object, ...] = ("1", 1, "2026-12-01", None)
        failures = []
        for sample in samples:
            rendered = self.render(dict.fromkeys(self.variables, sample))
            if not isinstance(rendered, Failed):
                return
            failures.append(rendered)
        raise lint.cannot_render(self.source, failures[0].detail)

    def _first_missing(self, scope: Mapping[str, object]) -> str:
        asked = lint.skippers(self._parsed.nodes)
        return next((name for name in asked if said(scope.get(name)) is None), "")


def _segments(
    nodes: Sequence[Node], codes: Mapping[str, str]
) -> list[str | Slot] | None:
    """The text as segments, or None when it holds more than plain placeholders."""
    segments = [_segment(node, codes) for node in nodes]
    if any(each is None for each in segments):
        return None
    return [each for each in segments if each is not None]


def _segment(node: Node, codes: Mapping[str, str]) -> str | Slot | None:
    if isinstance(node, ContentNode):
        return node.text
    if not isinstance(node, OutputNode):
        return None
    shown = node.expression
    if not isinstance(shown, FilteredExpression) or not isinstance(shown.left, Path):
        return None
    name, filters = str(shown.left.head()), shown.filters or []
    if len(shown.left.path) > 1:
        key = str(shown.left.path[1])
        is_plain = name == PROMO and not filters
        return Slot(f"{PROMO}.{key}", codes.get(key)) if is_plain else None
    if len(filters) != 1:
        return None
    if filters[0].name == "or_skip" and not filters[0].args:
        return Slot(name, None)
    if filters[0].name != "default" or len(filters[0].args) != 1:
        return None
    argument = filters[0].args[0]
    if not isinstance(argument, PositionalArgument):
        return None
    fallback = argument.value
    return Slot(name, fallback.value) if isinstance(fallback, StringLiteral) else None
