"""A kernel's limit of memory (cgroup v1) for processes that a test picks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path("/sys/fs/cgroup/memory")
MOVES_ALL = "3"


class Cell:
    """Processes that share a limit; the kernel kills who wants more."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "memory.move_charge_at_immigrate").write_text(MOVES_ALL)

    def hold(self, pid: int) -> None:
        (self.folder / "cgroup.procs").write_text(str(pid))

    def close(self) -> None:
        """Let nobody in it have more than there is now."""
        used = (self.folder / "memory.usage_in_bytes").read_text()
        # The kernel refuses what it cannot reclaim at once; whoever calls asks again.
        with suppress(OSError):
            (self.folder / "memory.limit_in_bytes").write_text(used)

    @property
    def kills(self) -> int:
        told = (self.folder / "memory.oom_control").read_text().split()
        return int(told[told.index("oom_kill") + 1])


def is_here() -> bool:
    return os.access(ROOT / "memory.limit_in_bytes", os.W_OK)


@contextmanager
def cell() -> Iterator[Cell]:
    folder = ROOT / f"faults-{os.getpid()}"
    folder.mkdir()
    try:
        yield Cell(folder)
    finally:
        folder.rmdir()
