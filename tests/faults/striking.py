"""What a test sees of a seam that struck (campaigns/delivery/seams.py)."""

from pathlib import Path

import psutil

from tests.journeys import processes
from tests.journeys.hosts import SECONDS
from tests.journeys.processes import Site


def struck(site: Site, seam: str) -> int:
    """The pid of the process that passed the seam; waits until one has."""
    mark = Path(site.environment["PUSHSITE_VAR"]) / f"seam-{seam}"
    processes.wait(
        lambda: mark.exists() and mark.read_text(), seconds=SECONDS, site=site
    )
    return int(mark.read_text())


def until_gone(pids: set[int], site: Site) -> None:
    """Wait until these processes have ended; a zombie has."""
    processes.wait(lambda: not any(map(lives, pids)), seconds=SECONDS, site=site)


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
