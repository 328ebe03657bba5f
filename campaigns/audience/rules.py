"""A rule: who is meant, as nested groups of conditions, read from JSON.

The JSON of a rule (version 1)::

    {"version": 1, "match": "all", "rules": [
        {"field": "attribute.text", "name": "city", "operator": "is",
         "value": "Paris"},
        {"match": "any", "rules": [
            {"field": "event", "name": "purchase", "operator": "did",
             "value": {"times": 2, "days": 30}},
            {"field": "country", "operator": "is_one_of", "value": ["FR", "BE"]}]},
        {"match": "none", "rules": [
            {"field": "segment", "name": "12", "operator": "is_in"}]}]}

A group inside another may ask that none of its rules holds: "except people who …".

Whatever is not in `fields.FIELDS` is refused; nothing from outside reaches the
database but as a value of the type that its operator asks for.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from .fields import FIELDS, row_of
from .sentences import sentence
from .tree import Condition, Group, Membership, Rule
from .values import Unfit, Value

__all__ = ["FIELDS", "Rule", "RuleError", "parse", "sentence", "to_json"]

VERSION = 1
MAX_DEPTH = 3
MAX_CONDITIONS = 50


class RuleError(ValueError):
    """The rule cannot be used; ``problems`` has a sentence for each place.

    A place is a path into the JSON, such as ``rules/1/rules/0/value``; its sentence
    names the condition as people count it: "Condition 2.1".
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


def parse(source: object) -> Rule:
    """The rule that the JSON means, or RuleError with every problem found."""
    if not isinstance(source, dict) or source.get("version") != VERSION:
        raise RuleError({"version": _("The rule must be an object with version 1.")})
    reader = _Reader()
    body = {key: part for key, part in source.items() if key != "version"}
    rule = reader.node(body, ())
    if reader.count > MAX_CONDITIONS:
        problem = _("Rule: a rule has at most 50 conditions: remove some.")
        reader.problems["rules"] = problem
    if reader.problems or not isinstance(rule, Group):
        raise RuleError(reader.problems)
    return rule


def to_json(rule: Rule) -> dict[str, Any]:
    """The JSON from which `parse` reads the same rule."""
    return {"version": VERSION} | _node_to_json(rule)


def _node_to_json(node: Condition | Group) -> dict[str, Any]:
    if isinstance(node, Group):
        return {"match": node.match, "rules": [_node_to_json(r) for r in node.rules]}
    kept = {"field": node.field, "operator": node.operator}
    if node.name:
        kept["name"] = node.name
    if node.value is None:
        return kept
    return kept | {"value": value_to_json(node)}


def value_to_json(condition: Condition) -> Any:
    """A condition's value as its JSON has it."""
    if isinstance(condition.value, Membership):
        rule = condition.value.rule
        return {"title": condition.value.title, "rule": to_json(rule)}
    return row_of(condition).value.to_json(condition.value)


Place = tuple[int, ...]


class _Wrong(ValueError):
    """One problem, at one part of a node."""

    def __init__(self, sentence: object, part: str = "") -> None:
        super().__init__(str(sentence))
        self.part = part


class _Reader:
    """Reads nodes; keeps each problem under the path of its place."""

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}
        self.count = 0

    def node(self, source: object, place: Place) -> Condition | Group | None:
        try:
            if isinstance(source, dict) and (not place or "rules" in source):
                return self._group(source, place)
            self.count += 1
            return _condition(source)
        except _Wrong as wrong:
            self._note(wrong, place)
            return None

    def _group(self, source: dict[str, Any], place: Place) -> Group:
        if len(place) >= MAX_DEPTH:
            raise _Wrong(_("groups may be nested 3 levels deep at most."))
        _only(source, {"match", "rules"})
        match, rules = source.get("match"), source.get("rules")
        if match not in ("all", "any", "none") or (match == "none" and not place):
            raise _Wrong(_("choose “all” or “any”."), "match")
        if not isinstance(rules, list) or not rules:
            raise _Wrong(_("add at least one condition."), "rules")
        if len(rules) > MAX_CONDITIONS:
            raise _Wrong(_("a rule has at most 50 conditions: remove some."), "rules")
        read = [self.node(each, (*place, i)) for i, each in enumerate(rules)]
        return Group(match=match, rules=tuple(r for r in read if r is not None))

    def _note(self, wrong: _Wrong, place: Place) -> None:
        parts = [*(f"rules/{i}" for i in place), *([wrong.part] if wrong.part else [])]
        facts = {"number": ".".join(str(i + 1) for i in place), "problem": wrong}
        told = (
            _("Condition %(number)s: %(problem)s") if place else _("Rule: %(problem)s")
        )
        self.problems["/".join(parts)] = told % facts


def _condition(source: object) -> Condition:
    if not isinstance(source, dict):
        raise _Wrong(_("this is neither a condition nor a group."))
    _only(source, {"field", "operator", "name", "value"})
    field = FIELDS.get(_key(source.get("field")))
    if field is None:
        raise _Wrong(_("choose what to look at."), "field")
    operator = field.operators.get(_key(source.get("operator")))
    if operator is None:
        raise _Wrong(_("choose a comparison."), "operator")
    name = _read(field.name, source, "name")
    value = _read(operator.value, source, "value")
    return Condition(
        field=field.key, operator=operator.key, name=name or "", value=value
    )


def _read(kind: Value, source: dict[str, Any], part: str) -> Any:
    try:
        return kind.read(source.get(part))
    except Unfit as problem:
        raise _Wrong(problem, part) from problem


def _only(source: dict[str, Any], known: set[str]) -> None:
    if unknown := set(source) - known:
        names = ", ".join(sorted(str(key)[:40] for key in unknown))
        raise _Wrong(_("these parts are not known: %(names)s.") % {"names": names})


def _key(raw: object) -> str:
    return raw if isinstance(raw, str) else ""
