"""`make bench`: what a push costs, in one run on this machine.

RUNS (5) and COUNT (40,000) choose how often and how much; words on the command line
choose keys. Each figure is the median of its runs; the kinds take turns, so that what
else the machine does falls on all alike. Prints a table, writes var/bench.json.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import wires
from tests.benchmarks.sending import KINDS, Cost

VAR = Path(os.environ.get("PUSHSITE_VAR", "var"))
RUNS = int(os.environ.get("RUNS", "5"))
COUNT = int(os.environ.get("COUNT", "40000"))
CONNECTIONS, STREAMS = 4, 100
KEYS = {f"{kind}_send": kind for kind in KINDS}
UNIT = "pushes a CPU second of the sending process"


def main() -> None:
    wanted = {key: KEYS[key] for key in sys.argv[1:] or KEYS}
    costs: dict[str, list[Cost]] = {key: [] for key in wanted}
    with wires.open_wire(VAR / "bench", streams=STREAMS) as wire:
        for run in range(1, RUNS + 1):
            for key, kind in wanted.items():
                print(f"{key}: run {run} of {RUNS} ...", file=sys.stderr)
                costs[key].append(sent(kind, wire))
    figures = {key: figure(runs) for key, runs in costs.items()}
    (VAR / "bench.json").write_text(json.dumps(figures, indent=2) + "\n")
    print(table(figures, costs))


def sent(kind: str, wire: wires.Wire) -> Cost:
    """One run in a process of its own, on the first processor."""
    before = wire.told()
    numbers = map(str, (COUNT, CONNECTIONS, STREAMS))
    place = [str(wire.port), str(wire.folder)]
    done = subprocess.run(
        [
            *wires.pinned(0),
            *(sys.executable, "-m", "tests.benchmarks.sending", kind),
            *place,
            *numbers,
        ],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    cost = Cost(**json.loads(done.stdout))
    came = wire.told()["requests"] - before["requests"]
    if came < cost.requests:
        raise SystemExit(f"{kind}: {cost.requests} accepted, but {came} came")
    return cost


def figure(runs: Sequence[Cost]) -> dict[str, Any]:
    """What var/bench.json keeps for one key."""
    rates = [round(cost.rate) for cost in runs]
    value = statistics.median(rates)
    return {"value": value, "unit": UNIT, "library": None, "ratio": None, "runs": rates}


def table(figures: Mapping[str, Any], costs: Mapping[str, Sequence[Cost]]) -> str:
    lines = [f"| key | {UNIT} | least | most | CPU us each | wall /s | MiB |"]
    lines.append("|---|---|---|---|---|---|---|")
    for key, found in figures.items():
        wall = statistics.median(cost.requests / cost.wall for cost in costs[key])
        memory = max(cost.memory for cost in costs[key])
        lines.append(
            f"| {key} | {found['value']:,.0f} | {min(found['runs']):,} "
            f"| {max(found['runs']):,} | {1e6 / found['value']:.1f} | {wall:,.0f} "
            f"| {memory:.0f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
