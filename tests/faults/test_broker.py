"""A broker that dies, forgets, repeats or comes late: PostgreSQL is the truth."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from campaigns.delivery import clock
from campaigns.models import Run, Switch
from tests.faults.proxy import Proxy
from tests.faults.rabbit import Rabbit, is_here
from tests.journeys import processes, runs
from tests.journeys.hosts import (
    SECONDS,
    Hosts,
    until_asked,
    until_finished,
    until_ready,
)
from tests.journeys.processes import MANAGE, Site
from tests.simulators import RunningSimulator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

needs_rabbit = pytest.mark.skipif(not is_here(), reason="needs rabbitmq-server")

NOBODY = "amqp://guest:guest@127.0.0.1:1//"
PUBLISH = "from celery import current_app as a; [a.send_task(*t) for t in {0}]"


@pytest.fixture
def rabbit() -> Iterator[Rabbit]:
    made = Rabbit()
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def proxy(rabbit: Rabbit) -> Iterator[Proxy]:
    made = Proxy(("127.0.0.1", rabbit.port), ("127.0.0.1", processes.free_port()))
    yield made
    made.stop()


def publish(site: Site, *tasks: tuple[str, list[int]]) -> None:
    """Ring these bells, whatever the ledger says."""
    ring = site.start(*MANAGE, "shell", "-c", PUBLISH.format(tasks), name="publish")
    assert ring.popen.wait(60) == 0, site.said()


def say(site: Site, *words: str, broker: str) -> None:
    """The command that stops and allows all sending, on a host without a broker."""
    alone = {"CELERY_BROKER_URL": broker}
    made = Site(site.folder, {**site.environment, **alone})
    command = made.start(*MANAGE, "sending", *words, name="sending")
    assert command.popen.wait(60) == 0, made.said()


@pytest.mark.fault("F15")
def test_queues_that_are_emptied_again_and_again_cost_time_only(
    host: Hosts, simulator: RunningSimulator
):
    run = runs.sending(simulator, rows=600, batch=50)
    here = host("here")
    here.control_worker()
    here.send_worker()
    for times in (50, 200, 350, 500):
        until_asked(simulator, run, times=times, site=here)
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE pgmq.q_send, pgmq.q_control")
    until_finished(run, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert (judgement.accepted, judgement.unknown) == (600, 0)


@pytest.mark.fault("F19")
def test_a_bell_that_rings_ten_times_at_once_wakes_one_worker(
    host: Hosts, simulator: RunningSimulator
):
    here = host("here")
    for worker in (here.send_worker(), here.send_worker(), here.send_worker()):
        until_ready(worker, here)
    run = runs.sending(simulator, rows=300, batch=300)

    publish(here, *[("campaigns.send", [])] * 10)
    until_finished(run, here)

    processes.wait(
        lambda: here.ended("campaigns.send") >= 10, seconds=SECONDS, site=here
    )
    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert (judgement.accepted, judgement.unknown) == (300, 0)
    assert runs.requests(simulator, run) == 300
    assert len(runs.owners(run)) == 1


@pytest.mark.fault("F20")
def test_a_bell_that_comes_after_the_end_changes_nothing(
    host: Hosts, simulator: RunningSimulator
):
    run = runs.sending(simulator, rows=40, batch=40)
    here = host("here")
    here.control_worker()
    here.send_worker()
    until_finished(run, here)
    before = Run.objects.values().get(pk=run.pk), list(run.batches.values())
    heard = here.ended("campaigns.send"), here.ended("campaigns.prepare")

    publish(here, ("campaigns.send", []), ("campaigns.prepare", [run.pk]))
    processes.wait(
        lambda: (
            here.ended("campaigns.send") > heard[0]
            and here.ended("campaigns.prepare") > heard[1]
        ),
        seconds=SECONDS,
        site=here,
    )

    assert (Run.objects.values().get(pk=run.pk), list(run.batches.values())) == before
    assert runs.requests(simulator, run) == 40


@pytest.mark.fault("F18")
def test_a_worker_whose_queue_is_cut_five_times_hears_again(
    host: Hosts, simulator: RunningSimulator
):
    here = host("here")
    here.control_worker()
    until_ready(here.send_worker(), here)
    ends = time.monotonic() + 3
    cuts = 0
    while time.monotonic() < ends or cuts < 5:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            cuts += cursor.fetchone()[0] > 0

    run = runs.sending(simulator, rows=40, batch=40)
    processes.wait(
        lambda: runs.is_finished(run),
        seconds=60,
        site=here,
        state=lambda: runs.state(run),
    )

    assert runs.judged(simulator, run).accepted == 40


@needs_rabbit
@pytest.mark.fault("F18")
def test_a_worker_whose_rabbitmq_is_cut_five_times_hears_again(
    host: Hosts, simulator: RunningSimulator, rabbit: Rabbit, proxy: Proxy
):
    assert isinstance(proxy.listen, tuple)
    here = host("here", CELERY_BROKER_URL=rabbit.address(proxy.listen[1]))
    here.control_worker()
    until_ready(here.send_worker(), here)
    first = runs.sending(simulator, rows=400, batch=100, name="a")
    until_asked(simulator, first, times=40, site=here)
    for _each in range(5):
        proxy.cut()
        time.sleep(0.6)
    until_finished(first, here)

    run = runs.sending(simulator, rows=40, batch=40, name="b")
    processes.wait(
        lambda: runs.is_finished(run),
        seconds=60,
        site=here,
        state=lambda: runs.state(run),
    )

    for each, rows in ((first, 400), (run, 40)):
        judgement = runs.judged(simulator, each)
        assert judgement.agrees, judgement
        assert (judgement.accepted, judgement.unknown) == (rows, 0)


@needs_rabbit
@pytest.mark.fault("F14", "F15")
def test_a_rabbitmq_that_is_killed_and_comes_back_empty_costs_time_only(
    host: Hosts, simulator: RunningSimulator, rabbit: Rabbit
):
    here = host("here", CELERY_BROKER_URL=rabbit.address())
    here.control_worker()
    until_ready(here.send_worker(), here)
    run = runs.sending(simulator, rows=2_000, batch=100, name="a")
    until_asked(simulator, run, times=200, site=here)

    rabbit.kill()
    rabbit.start()
    later = runs.sending(simulator, rows=40, batch=40, name="b")
    until_finished(run, here)
    until_finished(later, here)

    for each, rows in ((run, 2_000), (later, 40)):
        judgement = runs.judged(simulator, each)
        assert judgement.agrees, judgement
        assert (judgement.accepted, judgement.unknown) == (rows, 0)


def stopped_while_sending(simulator: RunningSimulator, run: Run, site: Site) -> None:
    """The switch is off: nothing started later than 2 s after, nobody is lost."""
    turns = site.ended("campaigns.send")
    say(site, "stop", broker=NOBODY)
    stopped_at = Switch.objects.get().changed_at
    assert stopped_at is not None
    too_late = stopped_at + timedelta(seconds=2)
    processes.wait(
        lambda: site.ended("campaigns.send") > turns and clock.now() > too_late,
        seconds=SECONDS,
        site=site,
        state=lambda: runs.state(run),
    )
    assert runs.last_request(simulator, run) < too_late
    assert runs.requests(simulator, run) < run.audience
    assert not runs.is_finished(run)


@pytest.mark.fault("F51")
def test_all_sending_is_stopped_by_a_host_that_reaches_the_database_alone(
    host: Hosts, simulator: RunningSimulator
):
    run = runs.sending(simulator, rows=5_000, batch=500)
    here = host("here")
    control = here.control_worker()
    here.send_worker()
    until_asked(simulator, run, times=20, site=here)
    control.kill()

    stopped_while_sending(simulator, run, here)


@needs_rabbit
@pytest.mark.fault("F51", "F14")
def test_all_sending_is_stopped_and_allowed_while_rabbitmq_and_beat_are_dead(
    host: Hosts, simulator: RunningSimulator, rabbit: Rabbit
):
    here = host("here", CELERY_BROKER_URL=rabbit.address())
    here.control_worker()
    until_ready(here.send_worker(), here)
    run = runs.sending(simulator, rows=3_000, batch=500)
    until_asked(simulator, run, times=20, site=here)
    rabbit.kill()

    stopped_while_sending(simulator, run, here)

    say(here, "allow", broker=NOBODY)
    rabbit.start()
    until_finished(run, here)
    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert (judgement.accepted, judgement.unknown) == (3_000, 0)
