"""A rule in words: "People whose city is “Paris” and who did “purchase” …"."""

from django.utils.translation import gettext as _

from . import wording
from .fields import row_of
from .tree import Condition, Group, Rule


def sentence(rule: Rule) -> str:
    """The whole rule as one sentence in the language that is active."""
    return _("People %(clauses)s.") % {"clauses": _joined(rule)}


def of_condition(condition: Condition) -> str:
    """One condition as a sentence: "People who did “purchase” at least once."."""
    return _("People %(clauses)s.") % {"clauses": _clause(condition)}


def _joined(group: Group) -> str:
    words = [_inner(each) for each in group.rules]
    return wording.both(words) if group.match == "all" else wording.either(words)


def _inner(node: Condition | Group) -> str:
    if isinstance(node, Condition):
        return _clause(node)
    if len(node.rules) == 1:
        return _inner(node.rules[0])
    return _("(%(clauses)s)") % {"clauses": _joined(node)}


def _clause(condition: Condition) -> str:
    return row_of(condition).clause(condition.name, condition.value)
