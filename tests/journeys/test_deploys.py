"""Workers that are replaced while they send: nobody twice, nobody lost, no doubt."""

import signal
import time
from collections.abc import Callable

import pytest

from tests import checker
from tests.gateway_journal import moment
from tests.journeys import processes, runs
from tests.journeys.processes import Process
from tests.journeys.test_killed_workers import (
    SECONDS,
    Hosts,
    held_by,
    until_finished,
)
from tests.simulators import RunningSimulator

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

STOPS_WITHIN = 6.0
"""Seconds until the last request: a turn of sending would go on for ten."""


@pytest.mark.fault("F07")
@pytest.mark.parametrize(
    "tell",
    [
        lambda worker: worker.popen.terminate(),
        lambda worker: worker.send(signal.SIGTERM),
    ],
    ids=["the worker alone", "all its processes, as service managers do"],
)
def test_a_worker_told_to_end_in_the_middle_of_a_run_leaves_no_doubt(
    host: Hosts,
    simulator: RunningSimulator,
    tell: Callable[[Process], None],
):
    run = runs.sending(simulator, rows=2_400, batch=1_200)
    here = host("here")
    here.control_worker()
    worker = here.send_worker()
    processes.wait(
        lambda: runs.requests(simulator, run) >= 100 and held_by(worker, run),
        seconds=SECONDS,
        site=here,
    )

    told = time.time()
    tell(worker)
    worker.popen.wait(SECONDS)
    asked = list(checker.requests_of(runs.journal(simulator), str(run.public_id)))
    here.send_worker()
    until_finished(run, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert len(asked) < 2_400, "the run was over before the worker ended"
    assert moment(asked[-1]) < told + STOPS_WITHIN
    assert (judgement.accepted, judgement.unknown) == (2_400, 0), here.said()
