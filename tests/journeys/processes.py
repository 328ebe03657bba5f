"""Start the product's own processes for a test, and be sure that they end.

Each runs in a process group of its own, so that a kill takes its children too.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MANAGE = (sys.executable, "manage.py")
CELERY = (sys.executable, "-m", "celery", "-A", "pushsite")


class Process:
    """One command that runs beside the test; its output is kept in a file."""

    def __init__(self, *command: str, log: Path, env: Mapping[str, str]) -> None:
        self.log = log
        with log.open("ab") as output:
            self.popen = subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(env),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def send(self, number: int) -> None:
        """A signal to the process and its children."""
        os.killpg(self.popen.pid, number)

    def kill(self) -> None:
        """End at once, without a chance to tidy up."""
        self.send(signal.SIGKILL)
        self.popen.wait(10)

    def ask_to_end(self) -> None:
        """Let it tidy up; a frozen one wakes for that."""
        if self.popen.poll() is None:
            self.send(signal.SIGCONT)
            self.popen.terminate()

    def end(self) -> None:
        """Wait for the end that was asked for; by force after 10 s."""
        try:
            self.popen.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


class Site:
    """A site of processes on the test's own database, with its own data folder.

    ``environment`` is what conftest's site_environment gives.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.started: list[Process] = []

    def control_worker(self) -> Process:
        return self._worker("control")

    def send_worker(self) -> Process:
        return self._worker("send")

    def simulator(self) -> Process:
        """The push services; Site.environment already leads there."""
        return self.start(*MANAGE, "simulator", name="simulator")

    def make_sample(self, *, people: int) -> None:
        """A sample shop, with a draft to everybody who may be told of offers."""
        size = ("--people", str(people), "--events", "0")
        made = self.start(*MANAGE, "sample", *size, name="sample")
        assert made.popen.wait(120) == 0, self.said()

    def beat(self) -> Process:
        number = len(self.started)
        return self.start(*CELERY, "beat", "--pidfile=", name=f"beat-{number}")

    def start(self, *command: str, name: str) -> Process:
        log = self.folder / f"{name}.log"
        process = Process(*command, log=log, env=self.environment)
        self.started.append(process)
        return process

    def ended(self, task: str) -> int:
        """How often workers of this site did a task that a message brought."""
        logs = [log.read_text() for log in self.folder.glob("*.log")]
        ends = re.compile(rf"Task {re.escape(task)}\[[^]]+\] succeeded")
        return sum(len(ends.findall(log)) for log in logs)

    def said(self) -> str:
        """The end of every log, for the message of a test that fails."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{log.name}:\n{log.read_text()[-2000:]}" for log in logs)

    def _worker(self, queue: str) -> Process:
        number = len(self.started)
        options = ("-Q", queue, "-n", f"{queue}-{number}@test", "-c", "1")
        quiet = ("--without-gossip", "--without-mingle", "-l", "INFO")
        name = f"{queue}-{number}"
        return self.start(*CELERY, "worker", *options, *quiet, name=name)


@contextmanager
def site(folder: Path, environment: Mapping[str, str]) -> Iterator[Site]:
    """A site whose processes have all ended when the block ends."""
    made = Site(folder, environment)
    try:
        yield made
    finally:
        for process in made.started:
            process.ask_to_end()
        for process in made.started:
            process.end()


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def wait(
    until: Callable[[], object],
    *,
    seconds: float,
    site: Site,
    state: Callable[[], object] = lambda: "",
) -> None:
    """Wait for something that other processes do; fail with what they said.

    ``state`` tells more of what is there instead.
    """
    ends = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < ends, f"waited {seconds} s\n{state()}\n{site.said()}"
        time.sleep(0.05)
