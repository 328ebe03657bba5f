"""What was seen of a run while it went on, as tests/chaos/sights.py wrote it down."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

KILLING = ("KILLS", "PURGES")


@dataclass(kw_only=True)
class Sightings:
    """Samples, faults and halts of one run, and the limit that it was given.

    ``rate`` is in requests a second; None: there was no limit.
    """

    samples: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    halts: list[tuple[float, float]] = field(default_factory=list)
    rate: float | None = None

    @classmethod
    def read(cls, path: Path) -> "Sightings":
        """Read the file; nothing was seen when there is none."""
        found = cls()
        if not path.is_file():
            return found
        for line in path.read_bytes().splitlines():
            fact = orjson.loads(line)
            if fact["kind"] == "sample":
                found.samples.append(fact)
            elif fact["kind"] == "fault":
                found.faults.append(fact)
            elif fact["kind"] == "halt":
                found.halts.append((fact["since"], fact["until"]))
            elif fact["kind"] == "limit":
                found.rate = fact["rate"]
        return found

    @property
    def kills(self) -> list[float]:
        """When processes were killed."""
        return [each["at"] for each in self.faults if each["name"] in KILLING]

    @property
    def last_fault(self) -> float | None:
        return max((each["at"] for each in self.faults), default=None)

    def count(self, name: str) -> int:
        """How often a fault struck."""
        return sum(each["name"] == name for each in self.faults)

    def worst(self, name: str) -> float:
        """The largest that a sample showed."""
        return max((each[name] for each in self.samples), default=0.0)
