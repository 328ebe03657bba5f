"""A rule in words: "People whose city is “Paris” and who did “purchase” …"."""

from collections.abc import Sequence

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


def of_group(group: Group) -> str:
    """A group by itself: "People who … and who …."."""
    if group.match == "none":
        return _("People %(clauses)s.") % {"clauses": _not_among([group])}
    return sentence(group)


def _joined(group: Group) -> str:
    if group.match == "all":
        return _all_of(group)
    return wording.either([_inner(each) for each in group.rules])


def _all_of(group: Group) -> str:
    """Exceptions stand at the end, whatever their place."""
    left_out = [each for each in group.rules if _is_exception(each)]
    wanted = [each for each in group.rules if each not in left_out]
    words = wording.both([_inner(each) for each in wanted]) if wanted else ""
    if not left_out:
        return words
    if not words:
        return _not_among(left_out)
    facts = {"clauses": words, "excluded": _excluded(left_out)}
    return _("%(clauses)s, except people %(excluded)s") % facts


def _is_exception(node: Condition | Group) -> bool:
    return isinstance(node, Group) and node.match == "none"


def _not_among(groups: Sequence[Condition | Group]) -> str:
    facts = {"excluded": _excluded(groups)}
    return _("who are not among the people %(excluded)s") % facts


def _excluded(groups: Sequence[Condition | Group]) -> str:
    rules = [rule for each in groups if isinstance(each, Group) for rule in each.rules]
    return wording.either([_inner(each) for each in rules])


def _inner(node: Condition | Group) -> str:
    if isinstance(node, Condition):
        return _clause(node)
    if node.match == "none":
        return _not_among([node])
    if len(node.rules) == 1:
        return _inner(node.rules[0])
    return _("(%(clauses)s)") % {"clauses": _joined(node)}


def _clause(condition: Condition) -> str:
    return row_of(condition).clause(condition.name, condition.value)
