"""The parts of a rule: conditions in groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Match = Literal["all", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison; ``name`` is the attribute, event or topic that it is about."""

    field: str
    operator: str
    name: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Conditions and groups of which all, or any, must hold; never empty."""

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
