"""What a run of the tests says of each fault."""

from dataclasses import dataclass, field
from typing import Any

import pytest

PASSED, FAILED, MISSING, NOT_HERE = "passed", "failed", "missing", "not here"
WORD_OF = {"passed": PASSED, "failed": FAILED, "skipped": NOT_HERE}


@dataclass(kw_only=True)
class Finding:
    """The tests of one fault: name to what it came to, and how long they took."""

    tests: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def verdict(self) -> str:
        """A test that was left out proves nothing, and hides nothing."""
        words = set(self.tests.values())
        first = (FAILED, PASSED, NOT_HERE)
        return next((word for word in first if word in words), MISSING)

    @property
    def holds(self) -> bool:
        return self.verdict == PASSED

    @property
    def troubled(self) -> list[str]:
        return [name for name, word in self.tests.items() if word != PASSED]

    def came_to(self, test: str) -> str:
        return self.tests[test]

    def told(self) -> dict[str, Any]:
        """The shape of faults.json."""
        seconds = round(self.seconds, 1)
        return {"verdict": self.verdict, "seconds": seconds, "tests": self.tests}


class Witness:
    """A plugin of pytest that notes which test proves what, and what it came to."""

    def __init__(self, numbers: list[str]) -> None:
        self.findings = {number: Finding() for number in numbers}
        self._proves: dict[str, list[str]] = {}

    def finding(self, number: str) -> Finding:
        return self.findings.get(number, Finding())

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out what proves none of the wanted faults."""
        for item in items:
            named = [n for mark in item.iter_markers("fault") for n in mark.args]
            self._proves[item.nodeid] = [n for n in named if n in self.findings]
        idle = [item for item in items if not self._proves[item.nodeid]]
        items[:] = [item for item in items if self._proves[item.nodeid]]
        config.hook.pytest_deselected(items=idle)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Set-up, test and tear-down each report; the worst word stays."""
        for number in self._proves.get(report.nodeid, ()):
            found = self.findings[number]
            found.seconds += report.duration
            before = found.tests.get(report.nodeid)
            if before in (None, PASSED):
                found.tests[report.nodeid] = WORD_OF[report.outcome]
