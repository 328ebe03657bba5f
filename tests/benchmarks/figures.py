"""What a key came to: its samples, its median, and the library's beside it."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run of one key. ``facts`` are further columns, by their heads."""

    value: float
    facts: Mapping[str, float] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The library's figures in the same unit, each the median of its runs."""

    device: float
    bulk: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A key's figure, or in ``missing`` the sentence that says why there is none."""

    unit: str
    digits: int = 0
    samples: Sequence[Sample] = ()
    baseline: Baseline | None = None
    missing: str = ""

    @property
    def value(self) -> float | None:
        return self._median(each.value for each in self.samples)

    def fact(self, head: str) -> float | None:
        """The median of a further column; None when the key has none."""
        return self._median(
            each.facts[head] for each in self.samples if head in each.facts
        )

    def as_json(self) -> dict[str, Any]:
        """What var/bench.json keeps: design.md 9, with more where there is more."""
        base, value = self.baseline, self.value
        kept: dict[str, Any] = {
            "value": value,
            "unit": self.unit,
            "library": _rounded(base and base.device),
            "ratio": _ratio(value, base and base.device),
            "runs": [round(each.value, self.digits) for each in self.samples],
        }
        if base is not None and base.bulk is not None:
            kept["library_bulk"] = _rounded(base.bulk)
            kept["ratio_bulk"] = _ratio(value, base.bulk)
        facts = {head: self.fact(head) for head in self._heads()}
        more = {"facts": facts, "note": self.note, "missing": self.missing}
        return kept | {name: each for name, each in more.items() if each}

    @property
    def note(self) -> str:
        notes = [each.note for each in self.samples[-1:]]
        notes += [self.baseline.note] if self.baseline else []
        return " ".join(each for each in notes if each)

    def _heads(self) -> list[str]:
        return list(dict.fromkeys(head for each in self.samples for head in each.facts))

    def _median(self, values: Any) -> float | None:
        found = list(values)
        return round(statistics.median(found), max(self.digits, 1)) if found else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _ratio(value: float | None, library: float | None) -> float | None:
    return round(value / library, 1) if value and library else None
