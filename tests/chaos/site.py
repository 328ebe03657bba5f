"""A whole site in a folder of its own, which leaves nothing behind when it ends."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = Path(os.environ.get("PUSHSITE_VAR", ROOT / "var")).resolve()
VAR = HOME / "chaos"
PORT = int(os.environ.get("PORT", "8900"))
READY_SECONDS, STOP_SECONDS = 180, 90
SIMULATOR = VAR / "simulator"
JOURNAL = SIMULATOR / "journal.jsonl"
STARTED = time.monotonic()


def say(text: str) -> None:
    """A line for whoever watches, with the seconds since the start."""
    seconds = time.monotonic() - STARTED
    print(f"{seconds:7.1f} {text}", file=sys.stderr, flush=True)  # noqa: T201


WINDOW = "32"
"""Requests in flight per process unless SEND_WINDOW says otherwise.

A kill costs what is on the wire, and a simulator that is slower than the sender keeps
the window full, which a gateway that answers at once never does.
"""


def take_environment() -> None:
    """This process and those it starts work on the site below VAR, and it alone."""
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("CELERY_BROKER_URL", None)
    os.environ.setdefault("SEND_WINDOW", WINDOW)
    os.environ |= {
        "PUSHSITE_VAR": str(VAR),
        "PORT": str(PORT),
        "SIMULATOR": f"127.0.0.1:{PORT + 1}",
        # So that the journal tells what was on the wire when a sender was killed.
        "SIMULATOR_ASKS": "1",
        "DJANGO_SETTINGS_MODULE": "pushsite.settings",
        # The site ends when this process is gone, whatever ended it.
        "PUSHSITE_TIED": "1",
    }


def manage(*words: str) -> tuple[str, ...]:
    return (sys.executable, str(ROOT / "manage.py"), *words)


def perform(*words: str) -> None:
    subprocess.run(manage(*words), check=True, stdout=sys.stderr)


@contextmanager
def running(*, people: int, seed: int) -> Iterator[None]:
    """A fresh site with a sample audience, for as long as the block lasts."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "chaos.lock").open("w") as lock:
        _take(lock.fileno())
        _clear()
        try:
            perform("migrate", "--no-input", "--verbosity", "0")
            say("The tables are made.")
            seeded = ("--seed", str(seed), "--events", "0")
            perform("sample", "--people", str(people), *seeded)
            say("The sample audience is made.")
            with _up():
                yield
        finally:
            perform("embedded", "stop")


def _take(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(
            f"Another run of the chaos works in {VAR}: wait for its end, or set"
            " PUSHSITE_VAR and PORT to run a second one."
        ) from None


def _clear() -> None:
    """End and remove what an earlier run left, whatever had ended it."""
    if not VAR.exists():
        return
    for process in members():
        with suppress(psutil.Error):
            if "postgres" not in process.name():
                process.kill()
    perform("embedded", "stop")
    shutil.rmtree(VAR)


@contextmanager
def _up() -> Iterator[None]:
    log = VAR / "up.log"
    with log.open("wb") as output:
        site = subprocess.Popen(
            manage("up", "--workers", "2"),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_ready(site, log)
        say("The site is ready.")
        yield
    finally:
        site.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            site.wait(STOP_SECONDS)
        if site.poll() is None:
            site.kill()
            site.wait()


def _wait_until_ready(site: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while "Pushsite is ready" not in log.read_text(errors="replace"):
        if site.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"The site did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)


def is_ours(pid: int) -> bool:
    """Whether this process is of the site; a pid may be somebody else's by now."""
    with suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        return process.environ().get("PUSHSITE_VAR") == str(VAR)
    return False


def members() -> list[psutil.Process]:
    """Every other process of the site, PostgreSQL too; none once it has ended."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            of_postgres = str(VAR / "postgres") in " ".join(process.cmdline())
            if process.pid != os.getpid() and (of_postgres or is_ours(process.pid)):
                found.append(process)
    return found


def senders() -> list[psutil.Process]:
    """The send worker and its processes."""
    return [process for process in members() if _serves(process, "send")]


def _serves(process: psutil.Process, queue: str) -> bool:
    with suppress(psutil.Error):
        words = process.cmdline()
        return "-Q" in words and words[words.index("-Q") + 1] == queue
    return False


def web() -> list[psutil.Process]:
    """The web server's processes."""
    found = []
    for process in members():
        with suppress(psutil.Error):
            if "granian" in process.cmdline():
                found.append(process)
    return found


def peak_megabytes(process: psutil.Process) -> float:
    """The largest resident set that a process had so far; 0 when it is gone."""
    with suppress(psutil.Error, OSError, StopIteration):
        status = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        peak = next(line for line in status if line.startswith("VmHWM:"))
        return int(peak.split()[1]) / 1024
    return 0.0


def gateway_seconds() -> float:
    """What the simulator has used of a processor so far."""
    used = 0.0
    for process in members():
        with suppress(psutil.Error):
            if process.cmdline()[-1] == "simulator":
                times = process.cpu_times()
                used += times.user + times.system
    return used
