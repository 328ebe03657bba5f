"""Our own supervisor of one PostgreSQL server below var/."""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from urllib.parse import quote

from . import account, binaries, cluster, process, sockets, trouble
from .trouble import EmbeddedError

START_SECONDS = 60.0
ORPHANS_SECONDS = 10.0
STOP_SECONDS = 30.0
LOCK_SECONDS = 90.0
# A server makes its socket in its first moments; one without was robbed of it.
SOCKET_SECONDS = 5.0
STEP = 0.05
LONGEST_LOG = 10_000_000


class Readiness(IntEnum):
    """What pg_isready answers, by its exit status."""

    READY = 0
    REFUSING = 1
    SILENT = 2
    UNASKED = 3


class EmbeddedPostgres:
    """The server whose data is in <var>/postgres; making this object does nothing.

    It is started by whoever needs it first and never stops by itself.
    """

    def __init__(self, var: Path) -> None:
        self.var = var
        self.home = var / "postgres"
        self.data = self.home / "data"
        self.sockets = sockets.folder_for(self.home)
        self.log = self.home / "server.log"

    @property
    def url(self) -> str:
        """The address in the form that django-environ reads right."""
        folder = quote(str(self.sockets), safe="")
        return f"postgresql://{cluster.ROLE}@/{cluster.DATABASE}?host={folder}"

    def readiness(self) -> Readiness:
        """What the server says of itself: the only truth about it."""
        program = binaries.readiness_program()
        if program is None:
            return Readiness.UNASKED
        command = [program, "-q", "-h", str(self.sockets), "-p", "5432", "-t", "5"]
        asked = subprocess.run(command, cwd="/")  # noqa: S603
        return Readiness(asked.returncode)

    def is_ready(self) -> bool:
        return self.readiness() is Readiness.READY

    def ensure(self) -> bool:
        """Have the server running; True when this call started it.

        Takes 5 ms when it runs already. Raises EmbeddedError.
        """
        if self.is_ready():
            return False
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            with self._locked():
                return self._start_unless_ready()
        except OSError as error:
            words = [f"error: {error.strerror}: {error.filename}"]
            raise trouble.from_words(self.var, words, doing="starting") from error

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep `stop_if_unused` of other processes from stopping the server."""
        self.var.mkdir(parents=True, exist_ok=True)
        with (self.var / "postgres.users").open("a") as users:
            fcntl.flock(users.fileno(), fcntl.LOCK_SH)
            yield

    def stop_if_unused(self) -> bool:
        """Stop the server unless somebody holds `in_use`; True when it stopped."""
        with (self.var / "postgres.users").open("a") as users:
            return _try_lock(users.fileno()) and self.stop()

    def stop(self) -> bool:
        """Stop the server cleanly; True when it ran. Raises EmbeddedError."""
        pid = process.postmaster(self.data)
        if pid is None:
            return False
        for how in (signal.SIGINT, signal.SIGQUIT):
            self._tell(pid, how)
            if _wait(lambda: process.postmaster(self.data) != pid, STOP_SECONDS):
                return True
        raise EmbeddedError(
            f"The embedded PostgreSQL (pid {pid}) does not stop: read {self.log}, "
            f"then end it with kill -9 {pid}."
        )

    def _start_unless_ready(self) -> bool:
        """Start it, as the only process that tries to."""
        if self._settles():
            return False
        self._end_left_behind()
        found = binaries.find(major=cluster.major_of(self.data))
        who = account.choose(found.program("postgres"), self.home)
        who.own(self.home)
        if self.sockets != self.home:
            sockets.guard(self.sockets, uid=who.uid, gid=who.gid)
        if not self.data.exists():
            cluster.make(self.data, binaries=found, account=who)
        cluster.write_settings(self.data, self.sockets, binaries=found, account=who)
        self._start(found, who)
        return True

    def _settles(self) -> bool:
        """Whether a server that is starting or stopping now ends up ready."""

        def decided() -> bool:
            if self.is_ready():
                return True
            return process.postmaster(self.data) is None

        has_socket = (self.sockets / sockets.NAME).exists()
        if _wait(decided, START_SECONDS if has_socket else SOCKET_SECONDS):
            return self.is_ready()
        self.stop()
        return False

    def _end_left_behind(self) -> None:
        """End servers of folders that were deleted: they would take our socket."""
        for pid in process.left_behind(self.data):
            self._tell(pid, signal.SIGQUIT)
        _wait(lambda: not process.left_behind(self.data), STOP_SECONDS)

    def _start(self, found: binaries.Binaries, who: account.Account) -> None:
        """Start the server and wait until it is ready.

        After a kill -9 the old server's children hold its shared memory for a moment,
        and a new one refuses to start; so try again for a while.
        """
        command = (
            *(found.program("pg_ctl"), "start", "--silent", "--wait"),
            *("-t", str(int(START_SECONDS)), "-D", str(self.data), "-l", str(self.log)),
        )
        process.forget_if_not_ours(self.data)
        self._turn_log()
        until = time.monotonic() + ORPHANS_SECONDS
        while True:
            who.run(*command, stdin=subprocess.DEVNULL, capture_output=True)
            if self.is_ready():
                return
            if time.monotonic() > until or self._is_hopeless():
                raise trouble.from_log(self.var, self.log, doing="starting")
            time.sleep(0.2)

    def _turn_log(self) -> None:
        """Put a long log aside; the one before it goes."""
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _is_hopeless(self) -> bool:
        """Whether waiting cannot cure what the log's last lines tell."""
        lines = self.log.read_text(errors="replace").splitlines()[-5:]
        passing = ("shared memory", "is another postmaster", "lock file")
        return not any(word in line for line in lines for word in passing)

    def _tell(self, pid: int, how: signal.Signals) -> None:
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            return
        except PermissionError as error:
            raise EmbeddedError(
                f"The embedded PostgreSQL (pid {pid}) belongs to another user: "
                "stop it as that user."
            ) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Only one process at a time makes or starts the server."""
        with (self.var / "postgres.lock").open("a") as lock:
            if not _wait(lambda: _try_lock(lock.fileno()), LOCK_SECONDS):
                raise EmbeddedError(
                    "Another process has been starting the embedded PostgreSQL in "
                    f"{self.var} for {LOCK_SECONDS:.0f} seconds: end it, then try "
                    "again."
                )
            yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition came true in time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(STEP)
    return True
