"""A PostgreSQL that ends, is full, has no room, or forgets."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from campaigns.models import Switch
from tests.faults.servers import Server
from tests.journeys import processes, runs
from tests.journeys.hosts import (
    SECONDS,
    WINDOW,
    Hosts,
    until_asked,
    until_finished,
)
from tests.simulators import RunningSimulator

pytestmark = [pytest.mark.slow, pytest.mark.processes]

ROOM = "200m"
FULL = "dd if=/dev/zero of={0} bs=64k 2>/dev/null"


@pytest.fixture
def server(tmp_path: Path, django_db_blocker: object) -> Iterator[Server]:
    """A server of this test alone, on which Django's models live meanwhile."""
    made = Server(tmp_path / "server")
    made.make()
    with django_db_blocker.unblock(), made.in_place_of_the_tests_own():  # type: ignore[attr-defined]
        yield made
    made.stop()


@pytest.fixture
def crowded(tmp_path: Path, simulator: RunningSimulator) -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own for a server, which a test can fill."""
    folder = tmp_path / "server"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs root, who may mount a disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def hosts(
    server: Server, simulator: RunningSimulator, stack: ExitStack, *, role: str = "push"
) -> Hosts:
    folder = simulator.folder.parent
    environment = server.environment(folder / "var", role=role)
    return Hosts(folder, environment, simulator, stack)


@contextmanager
def crowd_of(server: Server) -> Iterator[Callable[[], bool]]:
    """Each call takes every connection there is, also those that the site had."""
    with ExitStack() as crowd:
        held = [0]

        def come() -> bool:
            with suppress(psycopg.OperationalError):
                while True:
                    url = server.url.replace("://push@", "://site@")
                    one = crowd.enter_context(psycopg.connect(url))
                    held.append(one.info.backend_pid)
            server.say(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = 'site'"
                f" AND pid NOT IN ({', '.join(map(str, held))})"
            )
            return True

        yield come


@pytest.mark.fault("F21")
def test_a_server_that_ends_at_once_and_starts_again_costs_nobody(
    server: Server, simulator: RunningSimulator, crowded: ExitStack
):
    run = runs.sending(simulator, rows=1_500, batch=500)
    here = hosts(server, simulator, crowded)("here")
    here.control_worker()
    here.send_worker()
    for times in (100, 400, 700):
        until_asked(simulator, run, times=times, site=here)
        server.end_at_once()
        server.ensure()
    connection.close()
    until_finished(run, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert (judgement.accepted, judgement.unknown) == (1_500, 0)


@pytest.mark.fault("F27")
def test_a_server_without_room_makes_workers_wait_and_admits_its_superuser(
    server: Server, simulator: RunningSimulator, crowded: ExitStack
):
    server.say(
        "ALTER SYSTEM SET max_connections = 30",
        "CREATE ROLE site LOGIN",
        "GRANT push TO site",
    )
    connection.close()
    server.stop()
    server.ensure()
    run = runs.sending(simulator, rows=1_500, batch=500)
    here = hosts(server, simulator, crowded, role="site")("here")
    here.control_worker()
    worker = here.send_worker()
    until_asked(simulator, run, times=100, site=here)
    with crowd_of(server) as crowd:
        processes.wait(
            lambda: crowd() and "waits for the database" in worker.log.read_text(),
            seconds=SECONDS,
            site=here,
        )
        server.say("SELECT 1")
    until_finished(run, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert judgement.unknown <= WINDOW


@pytest.mark.fault("F29")
@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit"])
def test_a_server_that_may_forget_is_sent_nothing_from(
    server: Server, simulator: RunningSimulator, crowded: ExitStack, setting: str
):
    server.say(f"ALTER SYSTEM SET {setting} = off", "SELECT pg_reload_conf()")
    run = runs.sending(simulator, rows=40, batch=40)
    here = hosts(server, simulator, crowded)("here")
    here.control_worker()
    here.send_worker()
    processes.wait(lambda: here.ended("campaigns.send") > 0, seconds=SECONDS, site=here)

    switch = Switch.objects.get()
    assert not switch.is_on
    assert f"{setting} is off" in switch.why
    assert runs.requests(simulator, run) == 0


@pytest.mark.fault("F25")
def test_a_server_whose_disk_is_full_stops_the_run_until_there_is_room(
    small_disk: Path, server: Server, simulator: RunningSimulator, crowded: ExitStack
):
    server.say(
        "ALTER SYSTEM SET max_wal_size = '48MB'",
        "ALTER SYSTEM SET min_wal_size = '32MB'",
        "SELECT pg_reload_conf()",
        "CHECKPOINT",
    )
    run = runs.sending(simulator, rows=6_000, batch=1_000)
    here = hosts(server, simulator, crowded)("here")
    here.control_worker()
    worker = here.send_worker()
    until_asked(simulator, run, times=100, site=here)
    ballast = small_disk / "ballast"
    subprocess.run(["sh", "-c", FULL.format(ballast)], check=False)

    processes.wait(
        lambda: "waits for the database" in worker.log.read_text(),
        seconds=SECONDS,
        site=here,
    )
    requests = runs.requests(simulator, run)
    ballast.unlink()
    server.ensure()
    connection.close()
    until_finished(run, here)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert requests < 6_000
    assert judgement.unknown <= WINDOW
