"""Runs whose workers die end by themselves: nobody twice, nobody stranded."""

import os
import random
import signal

import psutil
import pytest
from django.db import connection

from tests.journeys import processes, runs
from tests.journeys.hosts import (
    SECONDS,
    WINDOW,
    Hosts,
    held_by,
    lost,
    until_finished,
    until_ready,
)
from tests.journeys.processes import Process
from tests.simulators import RunningSimulator

pytestmark = [
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.mark.fault("F01")
def test_a_worker_killed_at_a_random_moment_costs_its_window_at_most(
    host: Hosts, simulator: RunningSimulator
):
    run = runs.sending(simulator, rows=500, batch=500)
    here = host("here")
    here.control_worker()
    worker = here.send_worker()
    moment = random.SystemRandom().randrange(5, 400)

    processes.wait(
        lambda: runs.requests(simulator, run) >= moment and held_by(worker, run),
        seconds=SECONDS,
        site=here,
    )
    os.kill(held_by(worker, run).pop(), signal.SIGKILL)
    until_finished(run, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, (moment, judgement)
    assert (judgement.duplicates, judgement.stranded) == (0, 0)
    assert judgement.unknown == lost(run) <= WINDOW, moment


@pytest.mark.fault("F22")
def test_connections_that_break_under_a_run_cost_nobody(
    host: Hosts, simulator: RunningSimulator
):
    """To the database and to the broker, as when PostgreSQL is restarted."""
    run = runs.sending(simulator, rows=400, batch=400)
    here = host("here")
    here.control_worker()
    worker = here.send_worker()
    processes.wait(
        lambda: runs.requests(simulator, run) >= 50 and held_by(worker, run),
        seconds=SECONDS,
        site=here,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    until_finished(run, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert (judgement.accepted, judgement.unknown) == (400, 0), here.said()


@pytest.mark.fault("F01")
def test_a_worker_whose_idle_process_is_killed_works_on(
    host: Hosts, simulator: RunningSimulator
):
    here = host("here")
    here.control_worker()
    worker = here.send_worker()
    until_ready(worker, here)
    for idle in psutil.Process(worker.popen.pid).children():
        idle.kill()

    run = runs.sending(simulator, rows=40, batch=40)
    until_finished(run, here)

    assert runs.judged(simulator, run).accepted == 40


@pytest.mark.slow
@pytest.mark.fault("F02")
def test_two_hosts_finish_a_run_together_and_one_alone_when_the_other_dies(
    host: Hosts, simulator: RunningSimulator
):
    first, second = host("first"), host("second")
    first.control_worker()
    workers = [first.send_worker(), second.send_worker()]
    for site, worker in zip((first, second), workers, strict=True):
        until_ready(worker, site)
    together = runs.sending(simulator, rows=3_000, batch=50, name="a")
    until_finished(together, first)

    judgement = runs.judged(simulator, together)
    assert len(runs.owners(together)) == 2, "both hosts sent"
    assert judgement.agrees, judgement
    assert (judgement.accepted, judgement.duplicates) == (3_000, 0)

    alone = runs.sending(simulator, rows=800, batch=100, name="b")
    holding: list[Process] = []

    def one_holds_a_batch() -> bool:
        if runs.requests(simulator, alone) > 100:
            holding.extend(w for w in workers if held_by(w, alone))
        return bool(holding)

    processes.wait(one_holds_a_batch, seconds=SECONDS, site=first)
    holding[0].kill()
    until_finished(alone, first)

    judgement = runs.judged(simulator, alone)
    assert judgement.agrees, judgement
    assert (judgement.duplicates, judgement.stranded) == (0, 0)
    # Its journal lies where nobody can read it: what it had claimed is in doubt.
    assert judgement.unknown == lost(alone) <= 100
    assert judgement.accepted == 800 - judgement.unknown


@pytest.mark.fault("F15")
def test_a_run_whose_bells_are_all_lost_is_finished_by_the_sweep(
    host: Hosts, simulator: RunningSimulator
):
    run = runs.sending(simulator, rows=400, batch=100)
    here = host("here")
    here.control_worker()
    worker = here.send_worker()
    processes.wait(
        lambda: runs.requests(simulator, run) > 20, seconds=SECONDS, site=here
    )

    worker.kill()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE pgmq.q_send, pgmq.q_control")
    assert not runs.is_finished(run)
    here.send_worker()
    until_finished(run, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert (judgement.duplicates, judgement.stranded) == (0, 0)
