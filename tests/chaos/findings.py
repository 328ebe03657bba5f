"""What the checker, a program of its own, says of a run; and the line to print."""

import json
import os
import subprocess
import sys
from typing import Any

from django.db import connection
from psycopg.conninfo import make_conninfo

from tests.chaos import site
from tests.chaos.course import Course

LINE = (
    *("audience", "accepted", "failed", "unknown", "skipped", "stranded"),
    *("duplicates", "kills", "on_wire"),
)
"""The keys of design.md 9, in their order; others come after them."""

FAULTS = ("stops", "restarts", "purges", "restart_workers", "pauses")
SUMS = (*LINE, *FAULTS, "doubtful", "requests")
WORST = ("unknown", "stranded", "duplicates", "on_wire", "seconds")


def judge(course: Course, *, seed: int) -> dict[str, Any]:
    """One run, by the ledger's rows and the journal; see checker.py for the words."""
    found = _ask(str(course.run.public_id), course)
    found["audience"] = found.pop("deliveries")
    faults = {name.lower(): times for name, times in course.done.items()}
    line = {name: {**found, **faults}[name] for name in LINE}
    return {
        **line,
        "seed": seed,
        "policy": found["policy"],
        **{name: faults[name] for name in FAULTS},
        "doubtful": found["doubtful"],
        "unknown_seen": found["unknown_seen"],
        "requests": found["requests"],
        "seconds": found["seconds"],
        "worker_mb": round(max((s["send_mb"] for s in _samples(course)), default=0)),
        "stuck": bool(course.stuck),
        "agrees": found["agrees"] or _only_repeats(found),
        "invariants": found["invariants"],
    }


def is_good(found: dict[str, Any]) -> bool:
    """Whether the run ended, the two agree and every invariant holds."""
    holds = all(each["holds"] for each in found["invariants"].values())
    return holds and found["agrees"] and not found["stuck"]


def broken(found: dict[str, Any]) -> list[str]:
    """Each invariant that does not hold, with what was seen."""
    findings = found["invariants"].values()
    return [
        f"{each['name']} is broken: {each['seen']}"
        for each in findings
        if not each["holds"]
    ]


def line_of(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The line of one run, or the totals and the worst of several."""
    if len(found) == 1:
        return {**found[0], "invariants": _names(found[0])}
    total = {name: sum(each[name] for each in found) for name in SUMS}
    names = [_names(each) for each in found]
    return {
        **total,
        "runs": len(found),
        "good": sum(map(is_good, found)),
        "worst": {name: max(each[name] for each in found) for name in WORST},
        "invariants": {each: all(n[each] for n in names) for each in names[0]},
    }


def _names(found: dict[str, Any]) -> dict[str, bool]:
    return {name: each["holds"] for name, each in found["invariants"].items()}


def _only_repeats(found: dict[str, Any]) -> bool:
    """Under never_miss a repeat is no disagreement: I2 says how many there may be."""
    doubts = ("stranded", "accepted_unseen", "seen_unaccounted", "foreign")
    return found["policy"] == "never_miss" and not any(map(found.get, doubts))


def _samples(course: Course) -> list[dict[str, Any]]:
    lines = map(json.loads, course.sights.path.read_text().splitlines())
    return [each for each in lines if each["kind"] == "sample"]


def _ask(run: str, course: Course) -> dict[str, Any]:
    facts = connection.get_connection_params()
    kept = ("dbname", "user", "host", "port")
    database = make_conninfo(**{n: facts[n] for n in kept if facts.get(n)})
    words = (database, str(site.JOURNAL), run, str(course.sights.path))
    asked = subprocess.run(
        (sys.executable, "-m", "tests.checker", *words),
        cwd=site.ROOT,
        env=os.environ | {"PGPASSWORD": str(facts.get("password") or "")},
        stdout=subprocess.PIPE,
        text=True,
    )
    if not asked.stdout:
        raise SystemExit("The checker failed: see above.")
    found: dict[str, Any] = json.loads(asked.stdout)
    return found
