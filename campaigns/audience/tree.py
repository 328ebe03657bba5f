"""The parts of a rule: conditions in groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Match = Literal["all", "any", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison; ``name`` is the attribute, event or topic that it is about."""

    field: str
    operator: str
    name: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Conditions and groups of which all, any or none must hold; never empty."""

    match: Match
    rules: "tuple[Condition | Group, ...]"

    def conditions(self) -> Iterator[Condition]:
        """Every condition, depth first."""
        for rule in self.rules:
            if isinstance(rule, Group):
                yield from rule.conditions()
            else:
                yield rule


Rule = Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The value of a condition about another segment: its name and rule, looked up.

    ``rule`` is complete: whatever it says of further segments is looked up as well.
    """

    title: str
    rule: Rule
