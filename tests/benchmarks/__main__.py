"""`make bench`: what a push costs, in one run on this machine.

Words on the command line choose keys. RUNS (5) is how often each is measured: its
figure is the median, and the keys take turns, so that what else the machine does
falls on all alike. COUNT makes the runs smaller, for a quick look. Prints a table,
writes var/bench.json.
"""

import json
import signal
import sys

from tests.benchmarks import sizes, tables
from tests.benchmarks.keys import KEYS
from tests.benchmarks.measuring import measured


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended from outside."))
    names = sys.argv[1:] or list(KEYS)
    if unknown := set(names) - set(KEYS):
        raise SystemExit(f"There is no key {', '.join(unknown)}: {', '.join(KEYS)}.")
    figures = measured(names)
    kept = {name: figure.as_json() for name, figure in figures.items()}
    (sizes.VAR / "bench.json").write_text(json.dumps(kept, indent=2) + "\n")
    print(tables.table(figures))


if __name__ == "__main__":
    main()
