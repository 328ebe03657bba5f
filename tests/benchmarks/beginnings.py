"""How a run begins: its audience frozen, and its first request."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pushsite.supervisor.site import READY, Site
from tests.benchmarks import sizes
from tests.benchmarks.figures import Sample
from tests.benchmarks.ground import ROOT, Ground, postgres_seconds
from tests.benchmarks.journeys import require_complete
from tests.benchmarks.wires import Wire
from tests.journeys.processes import Process

WORKERS = 2
"""Send processes of `manage.py up`."""

WARM_UP = 2_000
"""Pushes of the run before."""

PARTS = ("control", "send", "beat")
READY_SECONDS, FIRST_SECONDS = 60, 120


def snapshot(ground: Ground, wire: Wire | None) -> Sample:
    """Seconds to freeze the devices of 1,000,000 people into the ledger."""
    rows = sizes.upto(sizes.BIG_AUDIENCE)
    ground.perform("audiences", rows)
    before = postgres_seconds(ground.folder)
    found = ground.perform("runs", "freeze", rows)
    used = postgres_seconds(ground.folder) - before
    if (found["state"], found["rows"], found["batches"]) != ("sending", rows, rows):
        raise SystemExit(f"This audience was not frozen as a whole: {found}")
    facts = {
        "people": found["people"],
        "rows /s": rows / found["seconds"],
        "PostgreSQL us": 1e6 * used / rows,
        "CPU us": 1e6 * found["cpu"] / rows,
    }
    return Sample(value=found["seconds"], facts=facts)


def first_push(ground: Ground, wire: Wire) -> Sample:
    """Seconds from a launch without undo window to the first request on the wire.

    By processes that have sent a small run before, as those of a site have.
    """
    rows = sizes.upto(100_000)
    live = replace(ground, port=wire.port, broker="pgmq://")
    live.perform("audiences", rows)
    with processes(live):
        live.perform("audiences", WARM_UP)
        warm = live.perform("runs", "start", WARM_UP)
        live.perform("runs", "await", warm["run"])
        before = wire.told()
        begun = live.perform("runs", "start", rows)
        first = first_came(wire)
        found = live.perform("runs", "await", begun["run"])
    came = wire.told()["pushes"] - before["pushes"]
    require_complete(ground, begun, came)
    return Sample(value=first - begun["at"], facts={"pushes": found["audience"]})


def first_came(wire: Wire) -> float:
    """When the first push came, by the gateway's clock."""
    ends = time.monotonic() + FIRST_SECONDS
    while time.monotonic() < ends:
        if found := wire.told()["first"]:
            return float(found)
        time.sleep(0.05)
    raise SystemExit(f"No push came within {FIRST_SECONDS} seconds of the launch.")


@contextmanager
def processes(ground: Ground, workers: int = WORKERS) -> Iterator[dict[str, Process]]:
    """Control worker, send worker and beat, as `manage.py up` starts them."""
    site = Site(
        root=ROOT,
        host="127.0.0.1",
        port=0,
        simulator_port=0,
        workers=workers,
        with_beat=True,
        with_simulator=False,
    )
    started: dict[str, Process] = {}
    try:
        for spec in site.specs():
            if spec.name in PARTS:
                log = ground.folder / f"{spec.name}.log"
                log.unlink(missing_ok=True)
                env = ground.environment(**spec.environment)
                started[spec.name] = Process(*spec.command, log=log, env=env)
        for process in started.values():
            _wait_until_ready(process)
        yield started
    finally:
        for process in started.values():
            process.ask_to_end()
        for process in started.values():
            process.end()


def _wait_until_ready(process: Process) -> None:
    ends = time.monotonic() + READY_SECONDS
    while READY not in _said(process.log):
        if process.popen.poll() is not None or time.monotonic() > ends:
            sys.exit(f"A process did not start:\n{_said(process.log)[-2000:]}")
        time.sleep(0.05)


def _said(log: Path) -> str:
    return log.read_text() if log.exists() else ""
