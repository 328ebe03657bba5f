"""Segments that a rule names: looked up when it is asked, kept when it is frozen.

A segment may be made of others. A rule in use carries their rules with it, so that
what was scheduled does not change when one of them is edited.
"""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from campaigns.models import Segment

from . import rules
from .tree import Condition, Group, Membership, Rule
from .values import Frozen

FIELD = "segment"
MAX_DEPTH = 5
"""Segments made of segments made of segments, and so on."""

MAX_CONDITIONS = 200
"""Of a rule with all that it names."""

Place = tuple[int, ...]


def known(rule: Rule, application_id: int, *, inside: tuple[int, ...] = ()) -> Rule:
    """The rule with every segment that it names looked up, one query for each.

    ``inside`` are the segments that it belongs to: naming one of them is a circle.
    Raises RuleError for a circle, for a segment that is not there, and for a rule
    that grows beyond 200 conditions.
    """
    return _Reader(application_id, inside).group(rule, inside, ())


def kept(segment: Segment) -> Any:
    """The JSON to freeze: the segment's rule with the rules of those it names.

    A rule that cannot be used is returned as it is; whoever reads it is told why.
    """
    if not named(segment.rule):
        return segment.rule
    try:
        rule = rules.parse(segment.rule)
        whole = known(rule, segment.application_id, inside=(segment.pk,))
    except rules.RuleError:
        return segment.rule
    return rules.to_json(whole)


def named(source: Any) -> set[int]:
    """The segments that a rule's JSON names itself."""
    if not isinstance(source, dict):
        return set()
    if isinstance(parts := source.get("rules"), list):
        return set().union(*(named(each) for each in parts))
    name = source.get("name")
    if source.get("field") != FIELD or not isinstance(name, str):
        return set()
    return {int(name)} if name.isascii() and name.isdigit() else set()


def bare(node: Rule) -> Rule:
    """The rule with nothing kept of the segments it names: it asks them each time."""
    return replace(
        node,
        rules=tuple(
            bare(each)
            if isinstance(each, Group)
            else replace(each, value=None)
            if each.field == FIELD
            else each
            for each in node.rules
        ),
    )


def _size(node: Condition | Group) -> int:
    if isinstance(node, Group):
        return sum(_size(each) for each in node.rules)
    if isinstance(node.value, Membership):
        return _size(node.value.rule)
    return 1


class _Reader:
    """Looks segments up; ``place`` is that of the condition in the outermost rule."""

    def __init__(self, application_id: int, start: tuple[int, ...]) -> None:
        self.application_id = application_id
        self.start = start
        self.conditions = 0

    def group(self, group: Group, inside: tuple[int, ...], place: Place) -> Group:
        read = [
            self.node(each, inside, (*place, i) if inside == self.start else place)
            for i, each in enumerate(group.rules)
        ]
        return replace(group, rules=tuple(read))

    def node(
        self, node: Condition | Group, inside: tuple[int, ...], place: Place
    ) -> Condition | Group:
        if isinstance(node, Group):
            return self.group(node, inside, place)
        if node.field != FIELD or isinstance(node.value, Membership):
            return self.counted(node)
        return replace(node, value=self.membership(node, inside, place))

    def counted(self, node: Condition) -> Condition:
        """Too many is said at once: segments of segments grow by multiplication."""
        self.conditions += _size(node)
        if self.conditions > MAX_CONDITIONS:
            sentence = _(
                "Rule: with the segments that it names it has too many conditions"
            )
            raise rules.RuleError({"rules": sentence})
        return node

    def membership(
        self, node: Condition, inside: tuple[int, ...], place: Place
    ) -> Membership:
        key = int(node.name)
        if key in inside:
            problem = _(
                "this segment is made of the one that you build: choose another."
            )
            raise _wrong(place, problem)
        if len(inside) > len(self.start) + MAX_DEPTH:
            raise _wrong(place, _("too many segments are made of one another."))
        title, source = self.found(node, place)
        try:
            rule = rules.parse(source)
        except rules.RuleError as wrong:
            problem = _("the rules of the segment “%(name)s” cannot be used.")
            raise _wrong(place, problem % {"name": title}) from wrong
        return Membership(title=title, rule=self.group(rule, (*inside, key), place))

    def found(self, node: Condition, place: Place) -> tuple[str, Any]:
        if isinstance(node.value, Frozen):
            return node.value.title, node.value.rule
        rows = Segment.objects.filter(application=self.application_id, pk=node.name)
        row = rows.values_list("name", "rule").first()
        if row is None:
            raise _wrong(place, _("there is no such segment: choose another."))
        return row


def _wrong(place: Place, problem: str) -> rules.RuleError:
    """One problem under the path of its condition, as rules.parse tells it."""
    path = "/".join([*(f"rules/{i}" for i in place), "name"])
    facts = {"number": ".".join(str(i + 1) for i in place), "problem": problem}
    return rules.RuleError({path: _("Condition %(number)s: %(problem)s") % facts})
