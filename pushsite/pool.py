"""Celery's pool of processes, made to outlive a process that is killed.

Without an event loop (pgmq has none) a worker's processes share one queue, and whoever
waits for work holds its lock, a semaphore. Killed at that moment, a process keeps the
lock for ever: its worker takes tasks and none is done any more (seen with kill -9, and
when PostgreSQL was restarted). The kernel frees a lock on a file with its holder.
"""

import fcntl
import tempfile
from typing import Any

from billiard.pool import Pool
from celery.concurrency import prefork


class Lock:
    """Between processes, with one thread of each; freed by the end of its holder."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the pool

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take it; False when it is taken and ``block`` is false. No time-out."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | (0 if block else fcntl.LOCK_NB))
        except (BlockingIOError, PermissionError):
            return False
        return True

    def release(self) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN)

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_error: object) -> None:
        self.release()


class LastingPool(Pool):
    """billiard's pool; the locks that its processes take end with them."""

    _inqueue: Any
    _outqueue: Any

    def _setup_queues(self) -> None:
        super()._setup_queues()
        self._inqueue._rlock = Lock()
        self._outqueue._wlock = Lock()


def serve() -> None:
    """Have every worker without an event loop use this pool."""
    prefork.TaskPool.BlockingPool = LastingPool
