"""`make bench`: what a push costs, in one run on this machine.

Words on the command line choose keys. RUNS (5) is how often each is measured: its
figure is the median, and the keys take turns, so that what else the machine does
falls on all alike. COUNT makes the runs smaller, for a quick look. Prints a table,
writes var/bench.json.

`profile KEY` measures one key once, without the library, and prints what its process
spent its time on.
"""

import json
import os
import signal
import sys

from tests.benchmarks import sizes, tables
from tests.benchmarks.child import PROFILE
from tests.benchmarks.keys import KEYS
from tests.benchmarks.measuring import measured


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended from outside."))
    words = sys.argv[1:]
    alone = words[:1] == ["profile"]
    names = words[alone:] or list(KEYS)
    if unknown := set(names) - set(KEYS):
        raise SystemExit(f"There is no key {', '.join(unknown)}: {', '.join(KEYS)}.")
    if alone:
        os.environ[PROFILE] = "1"
        print(tables.table(measured(names, alone=True)))
        return
    figures = measured(names)
    kept = {name: figure.as_json() for name, figure in figures.items()}
    (sizes.VAR / "bench.json").write_text(json.dumps(kept, indent=2) + "\n")
    print(tables.table(figures))


if __name__ == "__main__":
    main()
