"""The whole way of `manage.py up`: from an empty folder to a site that answers."""

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterator
from enum import Enum, auto
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from campaigns.delivery import clock, lifecycle
from devices.models import Credential, Person
from pushsite import signin, trial
from pushsite.embedded import EmbeddedError, EmbeddedPostgres

from . import admission, preconditions
from .children import Say
from .site import Site
from .supervisor import Supervisor

Condition = Callable[[], bool]


def site_of_settings(*, workers: int, with_beat: bool) -> Site:
    """The site that the settings describe; the simulator is decided at the launch."""
    return Site(
        root=settings.BASE_DIR,
        host=settings.HOST,
        port=settings.PORT,
        simulator_port=settings.PORT + 1,
        workers=workers,
        with_beat=with_beat,
        with_simulator=False,
    )


class Sample(Enum):
    """What the first start makes of the sample shop, its people and its campaign."""

    NONE = auto()
    MADE = auto()
    SENT = auto()


def run(site: Site, *, say: Say, until: Condition, sample: Sample) -> None:
    """Run the site until a person asks to stop, or the condition holds.

    Whichever way it ends, nothing that it started is left running. Raises
    CannotStart and EmbeddedError, whose texts are for the person.
    """
    var: Path = settings.VAR
    with preconditions.only_one(var, site.address):
        preconditions.port_is_free(site.host, site.port, purpose="the site")
        port = site.simulator_port
        preconditions.port_is_free("127.0.0.1", port, purpose="the simulator")
        preconditions.disk_has_room(var)
        supervisor = Supervisor(var / "log", say, lambda: _keep_up(say))
        try:
            with supervisor.listening(), _database(site, supervisor):
                _run(site, supervisor, until, sample)
        finally:
            supervisor.watchdog.dismiss()


@contextlib.contextmanager
def _database(site: Site, supervisor: Supervisor) -> Iterator[None]:
    """The embedded PostgreSQL for as long as the site runs, if it is used."""
    if not settings.EMBEDDED:
        yield
        return
    postgres = EmbeddedPostgres(settings.VAR)
    stop = site.manage("embedded", "stop", "--if-unused")
    supervisor.watchdog.tell("at-end", *stop)
    try:
        with postgres.in_use():
            supervisor.say("up", "Starting PostgreSQL ...")
            postgres.ensure()
            yield
    finally:
        connections.close_all()
        postgres.stop_if_unused()


def _run(site: Site, supervisor: Supervisor, until: Condition, sample: Sample) -> None:
    try:
        _migrate(site, supervisor)
        admission.admit(supervisor.say)
        site = _with_simulator(site)
        password = signin.first_password(settings.VAR / "sign-in.txt")
        is_new = sample is not Sample.NONE and _make_sample(site, supervisor)
        connections.close_all()
        supervisor.say("up", "Starting the web server, the workers and beat ...")
        supervisor.start(site.specs())
        if not supervisor.asked_to_stop:
            _announce(site, password, supervisor.say)
            if is_new and sample is Sample.SENT:
                _send_sample(supervisor.say)
        supervisor.run(until=_or_orphaned(until))
    finally:
        supervisor.say("up", "Stopping ...")
        supervisor.stop()


def _keep_up(say: Say) -> None:
    """Start the embedded PostgreSQL again, should it have died."""
    if not settings.EMBEDDED:
        return
    try:
        if EmbeddedPostgres(settings.VAR).ensure():
            say("up", "PostgreSQL had ended; it was started again.")
    except EmbeddedError as error:
        say("up", str(error))


def _migrate(site: Site, supervisor: Supervisor) -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        supervisor.say("up", "Making the tables ...")
        migrate = site.manage("migrate", "--no-input", "--verbosity", "0")
        supervisor.perform("migrate", migrate)


def _make_sample(site: Site, supervisor: Supervisor) -> bool:
    """On the first start, a sample audience to try things on; True when it was made.

    Never beside credentials of real providers.
    """
    if not site.with_simulator or supervisor.asked_to_stop or Person.objects.exists():
        return False
    supervisor.say("up", "Making the sample audience ...")
    supervisor.perform("sample", site.manage("sample"), site.environment)
    return True


def _send_sample(say: Say) -> None:
    try:
        run = trial.launch(at=clock.now())
    except lifecycle.Refused as refusal:
        say("up", f"The sample campaign was not sent: {refusal}")
    else:
        say("up", f"The sample campaign “{run.campaign.name}” leaves in 30 seconds.")
    finally:
        connections.close_all()


def _with_simulator(site: Site) -> Site:
    """The site with the simulator, unless it has credentials of real providers."""
    if Credential.objects.filter(simulated=False).exists():
        return site
    environment = {"SIMULATOR": f"127.0.0.1:{site.simulator_port}"}
    return dataclasses.replace(site, with_simulator=True, environment=environment)


def _announce(site: Site, password: str | None, say: Say) -> None:
    say("up", f"Pushsite is ready: {site.address}")
    if password:
        say("up", f"Sign in as {signin.NAME} with the password {password}")
    say("up", "Press Ctrl-C to stop everything.")


def _or_orphaned(until: Condition) -> Condition:
    """The condition, or the end of the make that started this process.

    Without make it may outlive its parent: a shell that ended is no reason to stop.
    """
    parent = os.getppid()
    is_tied = "PUSHSITE_TIED" in os.environ
    return lambda: until() or (is_tied and os.getppid() != parent)
