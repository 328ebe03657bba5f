"""The benchmarks' own site: its folder, its database, and processes that work there."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

from pushsite.embedded import process as server
from tests.benchmarks import wires

ROOT = Path(__file__).resolve().parent.parent.parent
MANAGE = (sys.executable, str(ROOT / "manage.py"))
QUIET_BROKER = "memory://nobody"
"""Nobody listens: what is measured is told to work, and needs no bell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A site below ``folder`` whose gateway is a wire's."""

    folder: Path
    port: int = 0
    broker: str = QUIET_BROKER
    database: str = ""

    @property
    def keys(self) -> Path:
        """Where the simulated providers' authority and accounts lie."""
        return self.folder / "simulator"

    def environment(self, **more: str) -> dict[str, str]:
        """What a process of this site has in its environment."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "CELERY_BROKER_URL", "PORT", "SITE_URL")
        }
        own = {
            "PUSHSITE_VAR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "pushsite.settings",
            "CELERY_BROKER_URL": self.broker,
            "SIMULATOR": f"127.0.0.1:{self.port}",
        }
        return kept | own | more

    def manage(self, *words: str) -> None:
        """One of the site's commands."""
        subprocess.run(
            [*MANAGE, *words],
            check=True,
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.DEVNULL,
        )

    def perform(self, module: str, *words: object, processor: int | None = None) -> Any:
        """What a step of the benchmarks returns: see tests.benchmarks.child."""
        return self.begin(module, *words, processor=processor).end()

    def begin(
        self, module: str, *words: object, processor: int | None = None
    ) -> "Step":
        """The same, not waited for."""
        place = [] if processor is None else wires.pinned(processor)
        command = [*place, sys.executable, "-m", "tests.benchmarks.child", module]
        return Step([*command, *map(str, words)], self.environment())


class Step:
    """A step under way."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.popen = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        """Until it says that it could begin."""
        assert _pipe(self.popen.stdout).readline() == "ready\n", "it did not start"

    def go(self, word: object) -> None:
        """Let it begin, with what it needs to know."""
        _pipe(self.popen.stdin).write(f"{word}\n")
        _pipe(self.popen.stdin).flush()

    def end(self) -> Any:
        """What it returned. Ends the program when it failed."""
        output, _nothing = self.popen.communicate()
        if self.popen.returncode:
            raise SystemExit(f"A step of the benchmarks failed: {self.popen.args!r}")
        return json.loads(output.splitlines()[-1])


def _pipe(made: IO[str] | None) -> IO[str]:
    assert made is not None
    return made


@contextmanager
def opened(folder: Path) -> Iterator[Ground]:
    """The site, its ledger empty; its database stops when the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    ground = Ground(folder=folder)
    try:
        ground.manage("migrate", "--no-input", "--verbosity", "0")
        ground.perform("runs", "forget")
        yield ground
    finally:
        ground.manage("embedded", "stop")


def postgres_seconds(folder: Path) -> float:
    """CPU seconds that the site's PostgreSQL has used, with those of ended sessions."""
    main = psutil.Process(server.postmaster(folder / "postgres" / "data"))
    used = main.cpu_times()
    total = used.user + used.system + used.children_user + used.children_system
    for each in main.children():
        with suppress(psutil.NoSuchProcess):
            used = each.cpu_times()
            total += used.user + used.system
    return float(total)
