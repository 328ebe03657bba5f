"""One step of a benchmark in a process of its own, on the benchmarks' site.

`python -m tests.benchmarks.child MODULE WORDS...` calls ``main(*words)`` of a module
beside this one and prints what it returns as one line of JSON.
"""

import cProfile
import json
import os
import pstats
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import django

NAMES = (
    *("asking", "audiences", "importing", "ingesting", "library_keys", "runs"),
    *("sending", "working", "writing"),
)

PROFILED = ("ingesting", "sending", "working", "writing")
PROFILE = "BENCHMARK_PROFILE"
"""When set, the steps that are measured print what they spent their time on."""

LINES = 25


def main() -> None:
    name, *words = sys.argv[1:]
    assert name in NAMES, name
    django.setup()
    step = import_module(f"tests.benchmarks.{name}").main
    if PROFILE in os.environ and name in PROFILED:
        found = profiled(step, words)
    else:
        found = step(*words)
    print(json.dumps(found), flush=True)


def profiled(step: Callable[..., Any], words: Sequence[str]) -> Any:
    """What the step returns; its dearest functions go to standard error.

    cProfile makes Python's own calls dearer than they are: believe the order, not the
    seconds.
    """
    profile = cProfile.Profile(time.process_time)
    found = profile.runcall(step, *words)
    pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(LINES)
    return found


if __name__ == "__main__":
    main()
