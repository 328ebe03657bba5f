"""Hosts of one site: they share database, broker and keys, and no folder."""

from contextlib import ExitStack
from pathlib import Path

import psutil

from campaigns.models import Outcome, Run
from campaigns.models.reasons import Reason
from campaigns.models.states import BatchState
from tests.journeys import processes, runs
from tests.journeys.processes import Process, Site
from tests.simulators import RunningSimulator

WINDOW, LEASE = 20, 3
SECONDS = 90


class Hosts:
    """Makes hosts of one site; their processes end with ``stack``."""

    def __init__(
        self,
        folder: Path,
        environment: dict[str, str],
        simulator: RunningSimulator,
        stack: ExitStack,
    ) -> None:
        self._folder = folder
        self._simulator = simulator
        self._stack = stack
        self._shared = environment | {
            "SIMULATOR": simulator.address,
            "SEND_WINDOW": str(WINDOW),
            "SEND_LEASE": str(LEASE),
        }

    def __call__(self, name: str, **environment: str) -> Site:
        folder = self._folder / name
        runs.meet(self._simulator, folder / "var")
        own = {"PUSHSITE_VAR": str(folder / "var")} | environment
        return self._stack.enter_context(processes.site(folder, self._shared | own))


def until_ready(worker: Process, site: Site) -> None:
    processes.wait(
        lambda: "ready." in worker.log.read_text(), seconds=SECONDS, site=site
    )


def until_finished(run: Run, site: Site) -> None:
    processes.wait(
        lambda: runs.is_finished(run),
        seconds=SECONDS,
        site=site,
        state=lambda: runs.state(run),
    )


def until_asked(
    simulator: RunningSimulator, run: Run, *, times: int, site: Site
) -> None:
    """Wait until the gateway has had so many requests of a run."""
    processes.wait(
        lambda: runs.requests(simulator, run) >= times,
        seconds=SECONDS,
        site=site,
        state=lambda: runs.state(run),
    )


def until_quiet(run: Run, site: Site) -> None:
    """Wait until no batch of a run is held: what was on the wire is answered."""
    processes.wait(
        lambda: not runs.owners(run, BatchState.LEASED),
        seconds=SECONDS,
        site=site,
        state=lambda: runs.state(run),
    )


def held_by(worker: Process, run: Run) -> set[int]:
    """Those of a worker's processes that hold a batch of the run now."""
    own = {each.pid for each in psutil.Process(worker.popen.pid).children()}
    return own & runs.owners(run, BatchState.LEASED)


def lost(run: Run) -> int:
    outcomes = Outcome.objects.filter(run_id=run.pk, reason=Reason.WORKER_LOST)
    return outcomes.count()
