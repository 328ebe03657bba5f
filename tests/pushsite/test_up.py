"""`manage.py up` as people meet it: real processes, on ports of their own."""

import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 90
pytestmark = pytest.mark.processes


def environment_of(var: Path, port: int) -> dict[str, str]:
    """A site of its own, whatever this test run itself is told to use."""
    unwanted = ("DATABASE_URL", "CELERY_BROKER_URL", "SIMULATOR", "SITE_URL")
    kept = {k: v for k, v in os.environ.items() if k not in unwanted}
    return kept | {"PUSHSITE_VAR": str(var), "PORT": str(port)}


class Up:
    """One `up` on a folder; reads its lines, ends it at the end of the test."""

    def __init__(self, var: Path, port: int, *options: str, **environment: str) -> None:
        self.var = var
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "up", "--empty", *options],
            env=environment_of(var, port) | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as output:
            for line in output:
                self._queue.put(line.rstrip("\n"))
        self._queue.put(None)

    def line_with(self, text: str) -> str:
        """Wait for a line; fails with everything printed when none comes."""
        until = time.monotonic() + PATIENCE_SECONDS
        while (left := until - time.monotonic()) > 0:
            line = self._queue.get(timeout=left)
            if line is None:
                break
            self.lines.append(line)
            if text in line:
                return line
        pytest.fail(f"no line with {text!r} in:\n" + "\n".join(self.lines))

    def end(self) -> str:
        """Wait for its end; everything it printed."""
        self.process.wait(PATIENCE_SECONDS)
        while (line := self._queue.get(timeout=5)) is not None:
            self.lines.append(line)
        return "\n".join(self.lines)

    def members(self) -> list[psutil.Process]:
        """Every process of this site, PostgreSQL and the watchdog included."""
        mark = str(self.var)
        return [p for p in psutil.process_iter() if mark in belongings(p)]

    def force_end(self) -> None:
        for process in self.members():
            process.kill()
        self.process.wait()
        self._reader.join()


def belongings(process: psutil.Process) -> str:
    try:
        return f"{process.environ().get('PUSHSITE_VAR')} {process.cmdline()}"
    except (psutil.Error, OSError):
        return ""


def eventually(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def port() -> Iterator[int]:
    """A free port whose successor is free too."""
    while True:
        with ExitStack() as stack:
            first, second = (stack.enter_context(socket.socket()) for _ in range(2))
            first.bind(("127.0.0.1", 0))
            number = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", number + 1))
            except OSError:
                continue
        yield number
        return


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all, so that its database is made once."""
    return tmp_path_factory.mktemp("up") / "var"


@pytest.fixture
def start(var: Path, port: int) -> Iterator[Callable[..., Up]]:
    started: list[Up] = []

    def start_one(*options: str, **environment: str) -> Up:
        started.append(Up(var, port, *options, **environment))
        return started[-1]

    yield start_one
    for up in started:
        up.force_end()


def test_a_site_starts_heals_and_stops_without_a_trace(
    start: Callable[..., Up], port: int
) -> None:
    up = start("--workers", "1")
    address = f"http://127.0.0.1:{port}"
    up.line_with(f"Pushsite is ready: {address}")
    up.line_with("Sign in as admin with the password")

    second = start()
    sentence = second.end()
    assert second.process.returncode == 1
    assert re.fullmatch(r"CommandError: Pushsite already runs from .*", sentence)
    assert f"process {up.process.pid}" in sentence
    assert address in sentence

    worker = next(p for p in up.members() if "send@pushsite" in p.cmdline())
    worker.kill()
    up.line_with("send ended")
    up.line_with("Celery is ready")

    up.process.send_signal(signal.SIGINT)
    printed = up.end()
    assert up.process.returncode == 0
    assert "Traceback" not in printed
    assert eventually(lambda: not up.members())


def test_a_killed_up_leaves_nothing_running(start: Callable[..., Up]) -> None:
    up = start("--workers", "1")
    up.line_with("Pushsite is ready")
    assert len(up.members()) > 5

    up.process.kill()

    assert eventually(lambda: not up.members()), up.members()


def test_a_second_signal_forces_the_end(start: Callable[..., Up]) -> None:
    up = start("--workers", "1")
    up.line_with("Pushsite is ready")
    control = next(p for p in up.members() if "control@pushsite" in p.cmdline())
    control.suspend()

    up.process.send_signal(signal.SIGINT)
    up.line_with("Stopping")
    up.process.send_signal(signal.SIGINT)

    up.end()
    assert up.process.returncode == 0
    assert eventually(lambda: not up.members())


@pytest.mark.journey
def test_down_stops_what_runs_and_says_when_nothing_does(
    start: Callable[..., Up], var: Path, port: int
) -> None:
    def down() -> str:
        command = [sys.executable, str(ROOT / "manage.py"), "down"]
        env = environment_of(var, port)
        return subprocess.run(command, env=env, capture_output=True, text=True).stdout

    up = start("--workers", "1", "--no-beat")
    up.line_with("Pushsite is ready")

    assert down() == "Stopped the site.\n"
    assert "Traceback" not in up.end()
    assert eventually(lambda: not up.members())
    assert down() == "Nothing was running.\n"


def test_a_worker_that_dies_at_its_start_stops_everything(
    start: Callable[..., Up],
) -> None:
    up = start(CELERY_BROKER_URL="nonsense://")

    last = up.end().splitlines()[-1]
    assert up.process.returncode == 1
    assert re.match(r"CommandError: The (control|send|beat) process ended as it", last)
    assert "its log is" in last
    assert eventually(lambda: not up.members())


@pytest.mark.parametrize(("offset", "purpose"), [(0, "the site"), (1, "the simulator")])
def test_a_port_in_use_is_one_sentence(
    start: Callable[..., Up], port: int, offset: int, purpose: str
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port + offset))
        other.listen()

        printed = start().end()

    assert re.fullmatch(
        rf"CommandError: Port {port + offset} of 127.0.0.1, meant for {purpose}, is in "
        r"use by another program: stop that program, or .*",
        printed,
    )


def test_a_folder_that_is_a_file_is_one_sentence(tmp_path: Path, port: int) -> None:
    (tmp_path / "var").write_text("in the way")

    printed = Up(tmp_path / "var", port).end()

    assert re.fullmatch(
        r"Pushsite cannot write in .*/var \(.*\): make that .*", printed
    )


SMALL_DISK = 'mount -t tmpfs -o size=4m none "$1" && shift && exec "$@"'


def test_a_full_disk_is_one_sentence(tmp_path: Path, port: int) -> None:
    in_a_namespace = ("unshare", "-r", "-m", "sh", "-c", SMALL_DISK, "sh")
    trial = (*in_a_namespace, str(tmp_path), "true")
    if not shutil.which("unshare") or subprocess.run(trial).returncode:
        pytest.skip("no small disk can be made here")

    done = subprocess.run(
        (*in_a_namespace, str(tmp_path), sys.executable, str(ROOT / "manage.py"), "up"),
        env=environment_of(tmp_path / "var", port),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert re.fullmatch(
        r"CommandError: The disk that holds .* is full \(only \d MB free\): free .*\n",
        done.stderr,
    )
