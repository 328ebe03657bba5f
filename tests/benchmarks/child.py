"""One step of a benchmark in a process of its own, on the benchmarks' site.

`python -m tests.benchmarks.child MODULE WORDS...` calls ``main(*words)`` of a module
beside this one and prints what it returns as one line of JSON.
"""

import json
import sys
from importlib import import_module

import django

NAMES = ("audiences", "library_keys", "runs", "sending", "working")


def main() -> None:
    name, *words = sys.argv[1:]
    assert name in NAMES, name
    django.setup()
    found = import_module(f"tests.benchmarks.{name}").main(*words)
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
