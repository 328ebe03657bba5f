"""`make faults`: every test that proves a fault, the slow ones too, and a table.

``ONLY="F07 F14"`` runs the tests of these alone. Writes faults.json into the data
folder; exits 1 when a fault that must be survived has no test, or one failed.
"""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.faults import catalogue
from tests.faults.witness import Finding, Witness

VAR = Path(os.environ.get("PUSHSITE_VAR", catalogue.TESTS.parent / "var"))
LINE = "{:<6}{:<64}{:>6}{:>10}{:>9}"


def main() -> int:
    only = os.environ.get("ONLY", "").split()
    if strangers := set(only) - set(catalogue.FAULTS):
        raise SystemExit(f"There is no fault {', '.join(sorted(strangers))}.")
    wanted = only or catalogue.ASKED
    witness = Witness(only or list(catalogue.FAULTS))
    status = pytest.main(["-m", "fault"], plugins=[witness])
    found = {
        number: witness.finding(number)
        for number in catalogue.FAULTS
        if number in wanted or witness.finding(number).tests
    }
    VAR.mkdir(parents=True, exist_ok=True)
    told = {number: finding.told() for number, finding in found.items()}
    (VAR / "faults.json").write_text(json.dumps(told, indent=2) + "\n")
    print(table(found))
    whole = status in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    return 0 if whole and all(each.holds for each in found.values()) else 1


def table(found: dict[str, Finding]) -> str:
    """A line for each fault, and what failed, is missing or is not here below."""
    lines = [LINE.format("", "fault", "tests", "", "seconds")]
    for number, each in found.items():
        seconds = f"{each.seconds:.1f}"
        what = catalogue.FAULTS[number]
        lines.append(LINE.format(number, what, len(each.tests), each.verdict, seconds))
    for number, each in found.items():
        lines += [f"{number} {each.came_to(t)}: {t}" for t in each.troubled]
    missing = [number for number, each in found.items() if not each.holds]
    lines.append(f"Not proved: {', '.join(missing)}" if missing else "All proved.")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
