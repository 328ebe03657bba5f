"""Connections to PostgreSQL that break, and tables that are locked."""

import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest
from django.db import connection

from campaigns.delivery import clock, lifecycle
from campaigns.models import ChannelRate
from tests import builders
from tests.faults import servers
from tests.faults.proxy import Proxy
from tests.journeys import processes, runs
from tests.journeys.hosts import (
    SECONDS,
    Hosts,
    until_asked,
    until_finished,
    until_quiet,
)
from tests.simulators import RunningSimulator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

CUTS = 100
ONE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " ORDER BY random() LIMIT 1"
)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """In front of the tests' own server; its folder is short, as sockets want it."""
    folder = Path(mkdtemp(prefix="proxy-"))
    made = Proxy(servers.address(), folder / ".s.PGSQL.5432")
    yield made
    made.stop()
    shutil.rmtree(folder)


@contextmanager
def locked(table: str) -> Iterator[None]:
    """Nobody reads or writes this table meanwhile."""
    with psycopg.connect(**connection.get_connection_params()) as storm:
        storm.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.mark.fault("F22")
def test_connections_cut_at_random_a_hundred_times_cost_nobody(
    host: Hosts, simulator: RunningSimulator
):
    run = runs.sending(simulator, rows=2_000, batch=500)
    here = host("here")
    here.control_worker()
    here.send_worker()
    until_asked(simulator, run, times=20, site=here)
    cuts = 0
    while cuts < CUTS and not runs.is_finished(run):
        with connection.cursor() as cursor:
            cursor.execute(ONE)
            cuts += cursor.rowcount
        time.sleep(random.random() * 0.1)
    until_finished(run, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert (judgement.accepted, judgement.unknown) == (2_000, 0)
    assert cuts >= CUTS / 2


@pytest.mark.fault("F23")
def test_commits_whose_answer_is_lost_are_written_once(
    host: Hosts, simulator: RunningSimulator, proxy: Proxy
):
    assert isinstance(proxy.listen, Path)
    run = runs.sending(simulator, rows=400, batch=100)
    here = host("here", DATABASE_URL=servers.url_at(proxy.listen.parent))
    here.control_worker()
    here.send_worker()
    proxy.lose_commits(b"campaigns_outcome", times=5)
    until_finished(run, here)

    assert proxy.lost == 5
    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert (judgement.accepted, judgement.unknown) == (400, 0)


@pytest.mark.fault("F24")
@pytest.mark.parametrize("table", ["campaigns_batch", "campaigns_outcome"])
def test_a_run_whose_table_is_locked_waits_and_can_be_paused(
    host: Hosts, simulator: RunningSimulator, table: str
):
    manager = builders.user(is_superuser=True)
    run = runs.sending(simulator, rows=2_000, batch=500)
    here = host("here")
    here.control_worker()
    worker = here.send_worker()
    until_asked(simulator, run, times=100, site=here)
    with locked(table):
        processes.wait(
            lambda: "waits for the database" in worker.log.read_text(),
            seconds=SECONDS,
            site=here,
        )
        requests = runs.requests(simulator, run)
        lifecycle.pause(run, user=manager, reason="", at=clock.now())
        paused_at = clock.now()
    until_quiet(run, here)

    assert runs.last_request(simulator, run) < paused_at + timedelta(seconds=2)
    assert runs.requests(simulator, run) == requests, "nothing left while it waited"
    lifecycle.resume(run, user=manager, at=clock.now())
    until_finished(run, here)
    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert (judgement.accepted, judgement.unknown) == (2_000, 0)


@pytest.mark.fault("F60")
def test_where_nobody_can_tell_the_speed_nothing_leaves(
    host: Hosts, simulator: RunningSimulator
):
    run = runs.sending(simulator, rows=1_000, batch=500)
    ChannelRate.objects.create(
        application=run.application,
        gateway="fcm",
        environment="production",
        per_minute=150 * 60,
    )
    here = host("here")
    here.control_worker()
    worker = here.send_worker()
    until_asked(simulator, run, times=100, site=here)
    with locked("campaigns_channelrate"):
        locked_at = clock.now()
        processes.wait(
            lambda: "waits for the database" in worker.log.read_text(),
            seconds=SECONDS,
            site=here,
        )
        assert runs.last_request(simulator, run) < locked_at + timedelta(seconds=1)
    until_finished(run, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert (judgement.accepted, judgement.unknown) == (1_000, 0)
