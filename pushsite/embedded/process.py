"""Which process, if any, really is the postmaster of a data folder."""

import os
import subprocess
from pathlib import Path

PID_FILE = "postmaster.pid"


def recorded_pid(data: Path) -> int | None:
    """The pid that the data folder names, whoever has that pid today."""
    try:
        first = (data / PID_FILE).read_text().split("\n", 1)[0]
        return abs(int(first)) or None
    except (OSError, ValueError):
        return None


def postmaster(data: Path) -> int | None:
    """The pid of the live postmaster of this folder; None if it has none.

    After a reboot the recorded pid may be anybody's; in a container without an init
    a dead postmaster stays as a zombie. Both are None.
    """
    pid = recorded_pid(data)
    if pid is None:
        return None
    if Path("/proc/self/cmdline").exists():
        return pid if _serves_on_linux(pid, data) else None
    return pid if _serves_by_ps(pid, data) else None


def _serves_on_linux(pid: int, data: Path) -> bool:
    process = Path("/proc") / str(pid)
    try:
        state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    is_server = os.path.basename(words[0]).startswith(b"postgres")
    if state in "ZX" or not is_server:
        return False
    try:
        return (process / "cwd").samefile(data)
    except OSError:
        return os.fsencode(str(data)) in words


def _serves_by_ps(pid: int, data: Path) -> bool:
    answer = subprocess.run(  # noqa: S603
        ["ps", "-o", "stat=,command=", "-p", str(pid)],  # noqa: S607
        capture_output=True,
        text=True,
    )
    state, _, command = answer.stdout.strip().partition(" ")
    return bool(state) and "Z" not in state and str(data) in command


def left_behind(data: Path) -> list[int]:
    """Postmasters of this path whose folder was deleted or moved away under them.

    Such a one lives on (for a minute, or for good) and at its end removes the socket
    of its old path, which may be a new server's. Linux only: elsewhere none is found.
    """
    processes = (path for path in Path("/proc").glob("[0-9]*") if path.name.isdigit())
    return [int(path.name) for path in processes if _lost_its_folder(path, data)]


def _lost_its_folder(process: Path, data: Path) -> bool:
    """Its own children bear titles such as `postgres: checkpointer`."""
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
        folder = str((process / "cwd").readlink())
    except OSError:
        return False
    is_postmaster = os.path.basename(words[0]) == b"postgres"
    return is_postmaster and os.fsencode(str(data)) in words and folder != str(data)


def forget_if_not_ours(data: Path) -> None:
    """Remove a pid file that names a process which is not our live postmaster.

    PostgreSQL replaces the file of a dead process by itself, but refuses to start
    while the pid it names exists, whoever has it. Its own check of shared memory
    still keeps a second server out of the folder.
    """
    if recorded_pid(data) is not None and postmaster(data) is None:
        (data / PID_FILE).unlink(missing_ok=True)
