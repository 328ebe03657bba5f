"""Break a site in the middle of runs, then let the checker judge.

``SIZE=20000 KILLS=20 SEED=1 python -m tests.chaos``: a whole site in a folder of its
own, a run to about SIZE deliveries, KILLS times kill -9 at random shares of the run's
requests (a process that is sending; one time in five its parent and all its children,
one time in five any send process, which may be waiting for work).
Prints one JSON line, writes var/chaos.json, and exits 1 when anybody got a push twice,
anybody is stranded, the run did not end, or the ledger and the gateway's journal
disagree.

SEEDS=n does n runs on one site, seeds SEED to SEED + n - 1, and prints the totals and
the worst of them. STOPS=n stops processes for 1.75 leases (give SEND_LEASE=2),
RESTARTS=n ends PostgreSQL at once, PURGES=n empties the queues as it kills.
"""

import json
import os
import random
import signal
import sys
from typing import Any

from tests.chaos import site

DEVICES_A_PERSON = 1.37
LATEST = 0.75
"""The share of a run's requests after which no fault strikes: it would be over."""

DEFAULTS = {"SIZE": 20_000, "KILLS": 20, "SEED": 1, "SEEDS": 1}
FAULTS = ("KILLS", "STOPS", "RESTARTS", "PURGES")


def main() -> int:
    wanted = {
        name: int(os.environ.get(name, DEFAULTS.get(name, 0)))
        for name in (*DEFAULTS, *FAULTS)
    }
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended from outside."))
    site.take_environment()
    people = max(50, round(wanted["SIZE"] / DEVICES_A_PERSON))
    with site.running(people=people, seed=wanted["SEED"]):
        good, line = shake(wanted)
    if left := site.members():
        site.say(f"Still running: {[process.pid for process in left]}")
    (site.HOME / "chaos.json").write_text(json.dumps(line) + "\n")
    print(json.dumps(line))  # noqa: T201
    return 0 if good and not left else 1


def shake(wanted: dict[str, int]) -> tuple[bool, dict[str, Any]]:
    """Every run with its faults; whether all were good, and the line."""
    # Not before there is a site: the settings start its database.
    import django

    django.setup()
    from django.db import connections

    from tests.chaos import findings

    found = []
    try:
        for seed in range(wanted["SEED"], wanted["SEED"] + wanted["SEEDS"]):
            found.append(one_run(seed, wanted))
            if not findings.is_good(found[-1]):
                break
    finally:
        connections.close_all()
    return all(map(findings.is_good, found)), findings.line_of(found)


def one_run(seed: int, wanted: dict[str, int]) -> dict[str, Any]:
    from tests.chaos import course, findings, nemesis

    chance = random.Random(seed)
    faults = [
        (chance.random() * LATEST, name) for name in FAULTS for _ in range(wanted[name])
    ]
    before = site.processor_seconds()
    run = course.launch(course.next_campaign())
    sailing = course.Course(run=run, faults=sorted(faults), chance=chance)
    try:
        sailing.sail()
    finally:
        nemesis.wake(everybody=True)
    if sailing.stuck:
        site.say(f"Seed {seed} is stuck.\n{sailing.stuck}")
    found = findings.judge(sailing)
    if not faults:
        found["worker_cpu_seconds"] = round(site.processor_seconds() - before, 1)
    site.say(f"Seed {seed}: {json.dumps(found)}")
    return found


if __name__ == "__main__":
    raise SystemExit(main())
