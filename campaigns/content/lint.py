"""What makes a text refused when it is saved, said to the person who wrote it."""

import difflib
from collections.abc import Collection, Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from liquid import BoundTemplate, RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.expressions.filtered import Filter
from liquid.builtin.expressions.primitive import (
    FloatLiteral,
    IntegerLiteral,
    StringLiteral,
)
from liquid.exceptions import LiquidError
from liquid.expression import Expression

from campaigns.content.grammar import (
    BLANK_STAYS_BLANK,
    MAX_PLACEHOLDERS,
    MAX_SOURCE,
    SANDBOX,
    syntax_sentence,
)
from campaigns.content.moments import NAMESPACES, NOW, OF_DATES, ZONE

PROMO = "promo"
"""What stands before the name of a list of codes: ``{{ promo.summer }}``."""

READ_BY = {"date": (ZONE,), "days_until": (ZONE, NOW)}
"""What a filter reads beside its value."""


class TemplateError(ValueError):
    """The text cannot be saved: show the sentence beside its field.

    ``position`` is the character it is about, counted from 0.
    """

    def __init__(self, sentence: str, *, position: int = 0) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.position = max(position, 0)


def parse(text: str) -> BoundTemplate:
    """Parse within the limits; raises `TemplateError`."""
    if len(text) > MAX_SOURCE:
        sentence = _("This text is too long: %(most)s characters at most.")
        raise TemplateError(sentence % {"most": MAX_SOURCE}, position=MAX_SOURCE)
    if text.count("{{") + text.count("{%") > MAX_PLACEHOLDERS:
        sentence = _("This text has too many placeholders: %(most)s at most.")
        raise TemplateError(sentence % {"most": MAX_PLACEHOLDERS})
    if any("\ud800" <= each <= "\udfff" for each in text):
        raise TemplateError(_("This text holds a broken character: type it again."))
    try:
        return SANDBOX.from_string(text)
    except LiquidError as wrong:
        position = wrong.token.start_index if wrong.token else len(text)
        raise TemplateError(syntax_sentence(wrong), position=position) from wrong


def cannot_render(source: str, detail: str) -> TemplateError:
    """The refusal of a text that failed with every value it was tried on."""
    sentence = _(
        "This text fails whatever the values are: a filter has too many or wrong "
        "settings (%(detail)s)."
    )
    return TemplateError(sentence % {"detail": detail}, position=source.find("|"))


def check(nodes: Sequence[Node], known: Collection[str] | None) -> None:
    """Raise `TemplateError` for the first thing that could go wrong at send."""
    for expression in _expressions(nodes):
        if isinstance(expression, FilteredExpression):
            _check_filters(expression)
        for path in _paths(expression):
            _check_field(path, known)
        if isinstance(expression, FilteredExpression):
            _check_default(expression)


def variables(nodes: Sequence[Node]) -> Iterator[str]:
    """Every field that the text reads, in order, with repetitions."""
    for expression in _expressions(nodes):
        for path in _paths(expression):
            yield from _read(path)
        if isinstance(expression, FilteredExpression):
            for each in expression.filters or []:
                yield from READ_BY.get(each.name, ())


def namespaces(nodes: Sequence[Node]) -> dict[str, tuple[str, ...]]:
    """The namespaces that the text asks for, each with the fields behind its dot."""
    found: dict[str, dict[str, None]] = {}
    for expression in _expressions(nodes):
        for path in _paths(expression):
            if space := _space(path):
                found.setdefault(space, {})[_field(path)] = None
    return {space: tuple(names) for space, names in found.items()}


def _space(path: Path) -> str:
    """What stands before the dot of a path, where that is allowed; else ""."""
    first = path.head()
    dotted = len(path.path) == 2 and isinstance(path.path[1], str)
    is_known = isinstance(first, str) and (first in NAMESPACES or first == PROMO)
    return str(first) if dotted and is_known else ""


def _field(path: Path) -> str:
    """The field that a path reads: the part behind the dot of a namespace."""
    return str(path.path[1]) if _space(path) else str(path.head())


def _read(path: Path) -> Iterator[str]:
    space = _space(path)
    if space == PROMO:
        yield f"{PROMO}.{_field(path)}"
        return
    yield _field(path)
    if space in OF_DATES:
        yield from (ZONE, NOW)


def skippers(nodes: Sequence[Node]) -> Iterator[str]:
    """The fields without which the text leaves a person out."""
    for shown in _expressions(nodes):
        if not isinstance(shown, FilteredExpression):
            continue
        asks = any(each.name == "or_skip" for each in shown.filters or [])
        if asks and isinstance(shown.left, Path):
            yield _field(shown.left)


def _expressions(nodes: Sequence[Node]) -> Iterator[Expression]:
    for node in nodes:
        yield from node.expressions()
        yield from _expressions(list(node.children(STATIC, include_partials=False)))


STATIC = RenderContext(SANDBOX.from_string(""))


def _paths(expression: Expression) -> Iterator[Path]:
    if isinstance(expression, Path):
        yield expression
    for child in expression.children():
        yield from _paths(child)


def _check_field(path: Path, known: Collection[str] | None) -> None:
    name = path.head()
    if name == "block" and len(path.path) == 2:
        sentence = _("There is no content block “%(key)s”: make it, or take it out.")
        raise _at(path, sentence % {"key": str(path.path[1])[:40]})
    if _space(path) == PROMO:
        _check_codes(path, known)
        return
    name = _field(path) if _space(path) else name
    if (len(path.path) > 1 and not _space(path)) or not isinstance(name, str):
        sentence = _("“%(name)s” is not a field: write its name alone, without dots.")
        raise _at(path, sentence % {"name": str(path)[:60]})
    if known is None or name in known:
        return
    there = [each for each in known if not each.startswith(f"{PROMO}.")]
    near = difflib.get_close_matches(name, there, n=1)
    if near:
        sentence = _("“%(name)s” does not exist. Did you mean “%(near)s”?")
        raise _at(path, sentence % {"name": name, "near": near[0]})
    sentence = _("“%(name)s” does not exist. There are: %(fields)s.")
    fields = ", ".join(sorted(there)[:12])
    raise _at(path, sentence % {"name": name, "fields": fields})


def _check_codes(path: Path, known: Collection[str] | None) -> None:
    if known is None or f"{PROMO}.{_field(path)}" in known:
        return
    lists = [each for each in known if each.startswith(f"{PROMO}.")]
    near = difflib.get_close_matches(f"{PROMO}.{_field(path)}", lists, n=1)
    sentence = _("There is no list of promo codes “%(key)s”: upload one first.")
    if near:
        sentence = _("There is no list “%(key)s”. Did you mean “%(near)s”?")
    facts = {"key": _field(path)[:40], "near": "".join(near).partition(".")[2]}
    raise _at(path, sentence % facts)


def _check_filters(shown: FilteredExpression) -> None:
    for each in shown.filters or []:
        if each.name not in SANDBOX.filters:
            near = difflib.get_close_matches(each.name, SANDBOX.filters, n=1)
            sentence = _("“%(name)s” is not a filter. Did you mean “%(near)s”?")
            if not near:
                sentence = _("“%(name)s” is not a filter. There are: %(all)s.")
            facts = {"all": ", ".join(sorted(SANDBOX.filters)), "near": "".join(near)}
            raise TemplateError(
                sentence % {"name": each.name, **facts}, position=each.token.start_index
            )
        if each.name != "default" and any(isinstance(a.value, Path) for a in each.args):
            sentence = _("“%(name)s” takes words or numbers here, not another field.")
            raise TemplateError(
                sentence % {"name": each.name}, position=each.token.start_index
            )


def _check_default(shown: FilteredExpression) -> None:
    """Every placeholder says what stands in for a missing value, or skips."""
    if not isinstance(shown.left, Path) or _space(shown.left) == PROMO:
        return
    for each in shown.filters or []:
        if each.name == "or_skip" or (each.name == "default" and _speaks(each)):
            return
        if each.name == "default" and not _names_a_field(each):
            sentence = _("The default of “%(name)s” is empty. Write %(example)s.")
            raise _at(shown.left, sentence % _example(shown.left))
        if each.name != "default" and each.name not in BLANK_STAYS_BLANK:
            sentence = _("Put the default of “%(name)s” first: write %(example)s.")
            raise _at(shown.left, sentence % _example(shown.left))
    sentence = _(
        "Say what to show when “%(name)s” is missing: write %(example)s. To leave out "
        "the people who have none, write %(skip)s."
    )
    raise _at(shown.left, sentence % _example(shown.left))


def _speaks(each: Filter) -> bool:
    """Whether a default is a literal with something in it."""
    if not each.args:
        return False
    literal = each.args[0].value
    if isinstance(literal, StringLiteral):
        return bool(literal.value.strip())
    return isinstance(literal, IntegerLiteral | FloatLiteral)


def _names_a_field(each: Filter) -> bool:
    return bool(each.args) and isinstance(each.args[0].value, Path)


def _example(path: Path) -> dict[str, str]:
    name = str(path)
    fallback = pgettext("in place of a name", "there") if "name" in name else "…"
    return {
        "name": name,
        "example": f'{{{{ {name} | default: "{fallback}" }}}}',
        "skip": f"{{{{ {name} | or_skip }}}}",
    }


def _at(path: Path, sentence: str) -> TemplateError:
    return TemplateError(sentence, position=path.token.start_index)
