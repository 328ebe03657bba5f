"""Break a site in the middle of runs, then let the checker judge.

``SIZE=20000 KILLS=20 SEED=1 python -m tests.chaos``: a whole site in a folder of its
own, a run to about SIZE deliveries, KILLS times kill -9 at random shares of the run's
requests (a process that is sending; one time in five its parent and all its children,
one time in five any send process, which may be waiting for work).
Prints one JSON line, writes var/chaos.json, and exits 1 when an invariant does not
hold (tests/invariants.py; each that is broken is told with what was seen) or the run
did not end.

POLICY=never_miss sends a transactional message that is sent again when an answer is
lost. PAUSES=n (2) pauses the run and switches all sending off, in turn, for 3 s.
RESTART_WORKERS=n ends the send worker by SIGTERM as a deploy does, STOPS=n stops
processes for 1.75 leases (give SEND_LEASE=2), RESTARTS=n ends PostgreSQL at once,
PURGES=n empties the queues as it kills. SEEDS=n does n runs on one site, seeds SEED to
SEED + n - 1, and prints the totals and the worst of them.
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

DEFAULTS = {"SIZE": 20_000, "KILLS": 20, "SEED": 1, "SEEDS": 1, "PAUSES": 2}
FAULTS = ("KILLS", "STOPS", "RESTARTS", "PURGES", "RESTART_WORKERS", "PAUSES")
POLICIES = ("never_duplicate", "never_miss")


def main() -> int:
    wanted = {
        name: int(os.environ.get(name, DEFAULTS.get(name, 0)))
        for name in (*DEFAULTS, *FAULTS)
    }
    policy = os.environ.get("POLICY", POLICIES[0])
    if policy not in POLICIES:
        raise SystemExit(f"POLICY is one of {' and '.join(POLICIES)}, not {policy!r}.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended from outside."))
    site.take_environment()
    people = max(50, round(wanted["SIZE"] / DEVICES_A_PERSON))
    site.say(f"SEED={wanted['SEED']} SIZE={wanted['SIZE']} POLICY={policy}")
    with site.running(people=people, seed=wanted["SEED"]):
        good, line = shake(wanted, policy)
    if left := site.members():
        site.say(f"Still running: {[process.pid for process in left]}")
    (site.HOME / "chaos.json").write_text(json.dumps(line) + "\n")
    print(json.dumps(line))  # noqa: T201
    return 0 if good and not left else 1


def shake(wanted: dict[str, int], policy: str) -> tuple[bool, dict[str, Any]]:
    """Every run with its faults; whether all were good, and the line."""
    # Not before there is a site: the settings start its database.
    import django

    django.setup()
    from django.db import connections

    from tests.chaos import findings

    found = []
    try:
        for seed in range(wanted["SEED"], wanted["SEED"] + wanted["SEEDS"]):
            found.append(one_run(seed, wanted, policy))
            if not findings.is_good(found[-1]):
                break
    finally:
        connections.close_all()
    return all(map(findings.is_good, found)), findings.line_of(found)


def one_run(seed: int, wanted: dict[str, int], policy: str) -> dict[str, Any]:
    """A run with its faults, as the checker judges it."""
    from tests.chaos import course, findings, launching, nemesis, sights

    chance = random.Random(seed)
    faults = [
        (chance.random() * LATEST, name) for name in FAULTS for _ in range(wanted[name])
    ]
    sailing = course.Course(
        campaign=launching.begin(seed, size=wanted["SIZE"], policy=policy),
        faults=sorted(faults),
        chance=chance,
        sights=sights.Sights(site.VAR),
    )
    used = site.gateway_seconds()
    try:
        sailing.sail()
    finally:
        nemesis.wake(everybody=True)
    if sailing.stuck:
        site.say(f"Seed {seed} is stuck.\n{sailing.stuck}")
    used = site.gateway_seconds() - used
    found = findings.judge(sailing, seed=seed)
    found["gateway_per_cpu_second"] = round(found["requests"] / max(used, 0.1))
    for each in found["invariants"].values():
        site.say(
            f"{each['name']:>4} {'holds' if each['holds'] else 'BROKEN'}: "
            f"{each['seen']}"
        )
    return found


if __name__ == "__main__":
    raise SystemExit(main())
