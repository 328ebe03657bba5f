"""`make bench`: what a push costs, in one run on this machine.

Words on the command line choose keys. RUNS (5) is how often each is measured: its
figure is the median, and the keys take turns, so that what else the machine does
falls on all alike. COUNT makes the runs smaller, for a quick look. Prints a table,
writes var/bench.json.
"""

import json
import sys
from collections.abc import Mapping
from contextlib import ExitStack

from tests.benchmarks import ground, sizes, tables, wires
from tests.benchmarks.figures import Figure, Sample
from tests.benchmarks.keys import KEYS


def main() -> None:
    names = sys.argv[1:] or list(KEYS)
    if unknown := set(names) - set(KEYS):
        raise SystemExit(f"There is no key {', '.join(unknown)}: {', '.join(KEYS)}.")
    figures = measured(names)
    kept = {name: figure.as_json() for name, figure in figures.items()}
    (sizes.VAR / "bench.json").write_text(json.dumps(kept, indent=2) + "\n")
    print(tables.table(figures))


def measured(names: list[str]) -> Mapping[str, Figure]:
    samples: dict[str, list[Sample]] = {name: [] for name in names}
    with ExitStack() as open_now:
        site = open_now.enter_context(ground.opened(sizes.FOLDER / "site"))
        delays = {KEYS[name].delay_ms for name in names}
        opened = {
            delay: open_now.enter_context(wires.open_wire(site.keys, delay_ms=delay))
            for delay in delays
        }
        for run in range(1, sizes.RUNS + 1):
            for name in names:
                key = KEYS[name]
                if key.runs and run > key.runs:
                    continue
                print(f"{name}: run {run} ...", file=sys.stderr, flush=True)
                samples[name].append(key.measure(site, opened[key.delay_ms]))
    return {
        name: Figure(
            unit=KEYS[name].unit, digits=KEYS[name].digits, samples=samples[name]
        )
        for name in names
    }


if __name__ == "__main__":
    main()
