"""What must hold before a site may start; each failure is one sentence."""

import errno
import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pushsite.embedded import cannot_write

LEAST_FREE_BYTES = 300_000_000


class CannotStart(Exception):
    """The site cannot start, or did not: show this text and leave nothing running."""


@contextmanager
def only_one(var: Path, address: str) -> Iterator[None]:
    """Hold <var>/up.lock, which names this process; CannotStart when another does."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = (var / "up.lock").open("a+")
    except OSError as error:
        raise cannot_write(var, error) from error
    with lock:
        _take(lock.fileno(), var)
        lock.truncate(0)
        lock.write(f"{os.getpid()} {address}\n")
        lock.flush()
        yield
        lock.truncate(0)


def _take(descriptor: int, var: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        pid, _, address = (var / "up.lock").read_text().strip().partition(" ")
        raise CannotStart(
            f"Pushsite already runs from {var} (process {pid or 'unknown'}), at "
            f"{address or 'its own address'}: open that, or stop it with make down, "
            "or set PUSHSITE_VAR and PORT to run a second one."
        ) from error


def running_pid(var: Path) -> int | None:
    """The process of the `up` that holds this folder's lock; None when none does."""
    try:
        lock = (var / "up.lock").open("r+")
    except OSError:
        return None
    with lock:
        try:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = lock.read().partition(" ")[0]
            return int(pid) if pid.isdigit() else None
    return None


def port_is_free(host: str, port: int, *, purpose: str) -> None:
    """CannotStart when nobody could listen at this port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise CannotStart(_port_sentence(host, port, purpose, error)) from error


def _port_sentence(host: str, port: int, purpose: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host}, meant for {purpose}, is in use by another "
            "program: stop that program, or choose another port, as in "
            "make up PORT=8100 (the simulator takes the next one)."
        )
    return (
        f"Port {port} of {host}, meant for {purpose}, cannot be used "
        f"({error.strerror}): choose another port, as in make up PORT=8100."
    )


def disk_has_room(var: Path) -> None:
    """CannotStart when the disk below var is about to be full."""
    free = shutil.disk_usage(var).free
    if free < LEAST_FREE_BYTES:
        raise CannotStart(
            f"The disk that holds {var} is full (only {free // 1_000_000} MB free): "
            f"free at least {LEAST_FREE_BYTES // 1_000_000} MB there, or set "
            "PUSHSITE_VAR to a folder on another disk."
        )
