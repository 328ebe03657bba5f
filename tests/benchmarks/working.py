"""A send worker's work without its queue: until a run is over; and what it took."""

import resource
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from campaigns import tasks
from campaigns.delivery import collector, send
from campaigns.models import Run

NAP = 0.02
"""Seconds until a worker that found nothing looks again; others end the run."""

STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """CPU seconds (user and system, all threads), wall seconds, peak MiB."""

    cpu: float
    wall: float
    memory: float


def main(warm: str) -> dict[str, Any]:
    """Work on a first run, say that it is ready, and measure the run that it is told.

    As a worker of a site does, which lives for hours: connections are open, and what
    is made once has been made (0.1 s, a third of the cost of 10,000 pushes).
    """
    collector.calm()
    work(int(warm))
    print("ready", flush=True)
    run = int(sys.stdin.readline())
    before, began = time.process_time(), time.perf_counter()
    work(run)
    wall, used = time.perf_counter() - began, time.process_time() - before
    return asdict(Used(cpu=used, wall=wall, memory=peak()))


def work(run: int) -> None:
    """Send until a run is over, as a send task does."""
    while not _is_over(run):
        if not send.work(tasks.SEND_SECONDS, pace=tasks.pace()):
            time.sleep(NAP)


def _is_over(run: int) -> bool:
    return Run.objects.filter(pk=run, state="finished").exists()


def peak() -> float:
    """The largest resident set so far, in MiB.

    Linux counts in ru_maxrss what the process was a copy of before its program.
    """
    if STATUS.exists():
        lines = STATUS.read_text().splitlines()
        return int(next(each.split()[1] for each in lines if "VmHWM" in each)) / 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
