"""Send processes that die, sleep or are replaced at the worst moment."""

import os
import signal

import psutil
import pytest

from campaigns.delivery import clock
from campaigns.models import Batch, Outcome, Run
from campaigns.models.campaigns import Policy
from campaigns.models.reasons import Reason
from tests.faults.striking import struck, until_gone
from tests.journeys import processes, runs
from tests.journeys.hosts import (
    SECONDS,
    WINDOW,
    Hosts,
    held_by,
    lost,
    until_asked,
    until_finished,
    until_ready,
)
from tests.journeys.processes import Site
from tests.simulators import RunningSimulator

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SHORT = {"SEND_LEASE": "1"}


def until_free(run: Run, site: Site) -> None:
    """Wait until the leases of the run's batches are over."""
    held = Batch.objects.filter(run=run, state=1)
    processes.wait(
        lambda: not held.filter(until__gt=clock.now()).exists(),
        seconds=SECONDS,
        site=site,
    )


def attempts(run: Run, reason: Reason) -> int:
    return Outcome.objects.filter(run_id=run.pk, reason=reason).count()


@pytest.mark.fault("F02")
def test_children_whose_parent_is_killed_end_and_nobody_gets_it_twice(
    host: Hosts, simulator: RunningSimulator
):
    run = runs.sending(simulator, rows=400, batch=100)
    here = host("here", **SHORT)
    here.control_worker()
    worker = here.send_worker()
    until_asked(simulator, run, times=20, site=here)
    orphans = {each.pid for each in psutil.Process(worker.popen.pid).children()}

    os.kill(worker.popen.pid, signal.SIGKILL)
    worker.popen.wait(10)
    here.send_worker()
    until_finished(run, here)

    until_gone(orphans, here)
    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert judgement.unknown <= WINDOW


@pytest.mark.fault("F03")
def test_a_process_that_wakes_after_its_lease_sends_nothing_and_tells_what_it_knows(
    host: Hosts, simulator: RunningSimulator
):
    run = runs.sending(simulator, rows=300, batch=300)
    here, there = host("here", **SHORT), host("there", **SHORT)
    here.control_worker()
    sleeper = here.send_worker()
    until_asked(simulator, run, times=60, site=here)
    asleep = held_by(sleeper, run).pop()
    os.kill(asleep, signal.SIGSTOP)
    there.send_worker()
    until_finished(run, there)
    doubted = lost(run)
    requests = runs.requests(simulator, run)

    os.kill(asleep, signal.SIGCONT)
    processes.wait(
        lambda: lost(run) < doubted,
        seconds=SECONDS,
        site=here,
        state=lambda: (doubted, lost(run)),
    )
    processes.wait(lambda: not held_by(sleeper, run), seconds=SECONDS, site=here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert runs.requests(simulator, run) == requests


@pytest.mark.fault("F04")
def test_a_process_that_slept_after_its_intent_starts_nothing_and_its_rows_go_back(
    host: Hosts, simulator: RunningSimulator
):
    run = runs.sending(simulator, rows=40, batch=40)
    here = host("here", SEAM="intended:stop", **SHORT)
    here.control_worker()
    here.send_worker()
    asleep = struck(here, "intended")
    until_free(run, here)
    assert runs.requests(simulator, run) == 0

    os.kill(asleep, signal.SIGCONT)
    until_finished(run, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert judgement.accepted == 40
    assert attempts(run, Reason.NOT_SENT) > 0, "the fence kept the first attempt back"


@pytest.mark.fault("F04")
def test_a_process_that_slept_after_its_intent_starts_nothing_beside_a_successor(
    host: Hosts, simulator: RunningSimulator
):
    run = runs.sending(simulator, rows=200, batch=200)
    here, there = host("here", SEAM="intended:stop", **SHORT), host("there", **SHORT)
    here.control_worker()
    sleeper = here.send_worker()
    asleep = struck(here, "intended")
    there.send_worker()
    until_finished(run, there)
    requests = runs.requests(simulator, run)

    os.kill(asleep, signal.SIGCONT)
    sleeper.ask_to_end()
    until_gone({asleep}, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert runs.requests(simulator, run) == requests == judgement.accepted
    assert judgement.unknown == lost(run) == 200 - requests


@pytest.mark.fault("F05")
@pytest.mark.parametrize("policy", list(Policy))
def test_answers_that_were_not_recorded_are_found_in_the_flight_journal(
    host: Hosts, simulator: RunningSimulator, policy: str
):
    run = runs.sending(simulator, rows=100, batch=100)
    Run.objects.filter(pk=run.pk).update(policy=policy)
    here = host("here", SEAM="answered:kill")
    here.control_worker()
    here.send_worker()
    until_gone({struck(here, "answered")}, here)
    until_finished(run, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert (judgement.accepted, judgement.unknown) == (100, 0)
    assert Outcome.objects.filter(run_id=run.pk, code="settled").exists()


@pytest.mark.fault("F07")
def test_a_deploy_in_the_middle_of_a_run_leaves_no_unknown(
    host: Hosts, simulator: RunningSimulator
):
    run = runs.sending(simulator, rows=3_000, batch=500)
    here = host("here")
    here.control_worker()
    workers = [here.send_worker(), here.send_worker()]
    for turn in range(1, 5):
        until_asked(simulator, run, times=500 * turn, site=here)
        old = workers.pop(0)
        old.ask_to_end()
        workers.append(here.send_worker())
        until_ready(workers[-1], here)
        until_gone({old.popen.pid}, here)
    until_finished(run, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert (judgement.accepted, judgement.unknown) == (3_000, 0)


@pytest.mark.fault("F06", "F59")
def test_a_row_that_crashes_whoever_renders_it_is_given_up_alone(
    host: Hosts, simulator: RunningSimulator
):
    run = runs.sending(simulator, rows=40, batch=40)
    here = host("here", SEAM="rendering:abort:17")
    here.control_worker()
    here.send_worker()
    until_finished(run, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert (judgement.accepted, judgement.unknown) == (39, 0)
    given_up = Outcome.objects.get(run_id=run.pk, reason=Reason.INTERNAL_ERROR)
    assert given_up.seq == 17
