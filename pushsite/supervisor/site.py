"""The processes of one site: web, workers, beat and, for trying out, the simulator."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pushsite.celery import READY

from .children import Spec

# Requests wait mostly for the database, and each thread may hold a connection.
WEB_THREADS = 4
CONTROL_PROCESSES = 2
# The tick alone would write 40,000 lines a day at INFO.
LOG_LEVEL = "WARNING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a site runs and how large; ports are of this machine."""

    root: Path
    host: str
    port: int
    simulator_port: int
    workers: int
    with_beat: bool
    with_simulator: bool
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def manage(self, *words: str) -> tuple[str, ...]:
        return (sys.executable, str(self.root / "manage.py"), *words)

    def specs(self) -> list[Spec]:
        """Every process: beat ends before the workers, the simulator after them."""
        specs = [self._web(), self._control(), self._send()]
        if self.with_simulator:
            specs.append(self._simulator())
        if self.with_beat:
            specs.append(self._beat())
        return specs

    def _spec(
        self,
        name: str,
        *command: str,
        stage: int,
        ready_text: str = "",
        ready_at: tuple[str, int] | None = None,
    ) -> Spec:
        return Spec(
            name=name,
            command=(sys.executable, *command),
            environment={"PYTHONUNBUFFERED": "1", **self.environment},
            stage=stage,
            ready_text=ready_text,
            ready_at=ready_at,
        )

    def _simulator(self) -> Spec:
        command = (str(self.root / "manage.py"), "simulator")
        ready_at = ("127.0.0.1", self.simulator_port)
        return self._spec("simulator", *command, stage=1, ready_at=ready_at)

    def _web(self) -> Spec:
        command = (
            *("-m", "granian", "--interface", "wsgi", "--workers", "1"),
            *("--host", self.host, "--port", str(self.port)),
            *("--blocking-threads", str(WEB_THREADS), "--no-ws"),
            *("--log-level", "warning", "pushsite.wsgi:application"),
        )
        at = (self.host, self.port)
        return self._spec("web", *command, stage=2, ready_at=at)

    def _control(self) -> Spec:
        return self._worker("control", CONTROL_PROCESSES, "--prefetch-multiplier", "1")

    def _send(self) -> Spec:
        return self._worker("send", self.workers)

    def _worker(self, queue: str, processes: int, *options: str) -> Spec:
        command = (
            *("-m", "celery", "--quiet", "-A", "pushsite", "worker"),
            *("-Q", queue, "-n", f"{queue}@pushsite", "-c", str(processes)),
            *("--without-gossip", "--without-mingle", "--loglevel", LOG_LEVEL),
            *options,
        )
        return self._spec(queue, *command, stage=2, ready_text=READY)

    def _beat(self) -> Spec:
        command = (
            *("-m", "celery", "--quiet", "-A", "pushsite", "beat"),
            *("--pidfile", "", "--loglevel", LOG_LEVEL),
        )
        return self._spec("beat", *command, stage=3, ready_text=READY)
