"""What the chaos does to a running site: kill, stop, restart, purge, pause."""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle
from typing import NamedTuple

import psutil
from django.conf import settings
from django.db import connection

from campaigns.delivery import clock, lifecycle
from campaigns.models import Run
from campaigns.models.states import RunState
from tests.chaos import launching, site

STOPPED_FOR = 1.75
"""Leases for which a process is stopped: long enough that another takes its batch."""

HALTED_FOR = 3.0
"""Seconds of a pause, and of all sending switched off."""

_asleep: list[tuple[float, psutil.Process]] = []
_told: set[int] = set()
_ways, _halts = cycle((True, False)), cycle((True, False))


class Deed(NamedTuple):
    """What was done: to how many processes, and what ends it again, if anything."""

    processes: int = 1
    halt: str = ""
    release: Callable[[], None] | None = None


def kill(run: Run, chance: random.Random) -> Deed | None:
    """kill -9 whoever sends; one time in five all send processes with their parent,
    and one time in five any of them, which may be waiting for work."""
    victim = _owner(run, chance)
    if victim is None:
        return None
    roll = chance.random()
    if roll < 0.2:
        return _kill_all(victim)
    if roll < 0.4:
        chance.choice(victim.parent().children()).kill()
    else:
        victim.kill()
    return Deed()


def stop(run: Run, chance: random.Random) -> Deed | None:
    """Stop whoever sends beyond its lease, as a machine that hangs does."""
    victim = _owner(run, chance)
    if victim is None:
        return None
    victim.suspend()
    _asleep.append((time.monotonic() + STOPPED_FOR * settings.SEND_LEASE, victim))
    return Deed()


def restart(run: Run, chance: random.Random) -> Deed | None:
    """End PostgreSQL at once, as `pg_ctl stop -m immediate` does; `up` starts it."""
    if _owner(run, chance) is None:
        return None
    pid = (settings.VAR / "postgres" / "data" / "postmaster.pid").read_text().split()[0]
    os.kill(int(pid), signal.SIGQUIT)
    return Deed()


def purge(run: Run, chance: random.Random) -> Deed | None:
    """Kill every send process and empty the queues: no bell will ever ring again."""
    victim = _owner(run, chance)
    if victim is None:
        return None
    deed = _kill_all(victim)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE pgmq.q_send, pgmq.q_control")
    return deed


def renew(run: Run, chance: random.Random) -> Deed | None:
    """End the send worker as a deploy does, by SIGTERM; `up` starts it again.

    In turn to the worker alone and to its processes too, as service managers do.
    """
    victim = _owner(run, chance)
    if victim is None:
        return None
    worker = victim.parent()
    if worker.pid in _told:
        return None  # It is ending still: a deploy does not hurry it.
    _told.add(worker.pid)
    if next(_ways):
        worker.terminate()
    else:
        os.killpg(os.getpgid(worker.pid), signal.SIGTERM)
    return Deed()


def pause(run: Run, chance: random.Random) -> Deed | None:
    """Pause the run for a while; every other time switch all sending off."""
    if not Run.objects.filter(pk=run.pk, state=RunState.SENDING).exists():
        return None
    who, why = launching.owner(), "to see that it stops"
    if next(_halts):
        lifecycle.pause(run, user=who, reason=why, at=clock.now())
        go_on = lifecycle.resume
        return Deed(0, "pause", lambda: go_on(run, user=who, at=clock.now()))
    lifecycle.stop_all(user=who, reason=why, at=clock.now())
    return Deed(0, "switch", lambda: lifecycle.allow_all(user=who, at=clock.now()))


FAULTS = {
    "KILLS": kill,
    "STOPS": stop,
    "RESTARTS": restart,
    "PURGES": purge,
    "RESTART_WORKERS": renew,
    "PAUSES": pause,
}


def wake(*, everybody: bool = False) -> bool:
    """Continue those whose time has come; True while some are still stopped."""
    for entry in list(_asleep):
        if everybody or time.monotonic() > entry[0]:
            _asleep.remove(entry)
            with suppress(psutil.Error):
                entry[1].resume()
    return bool(_asleep)


def _kill_all(victim: psutil.Process) -> Deed:
    group = os.getpgid(victim.pid)
    size = 1 + len(victim.parent().children())
    os.killpg(group, signal.SIGKILL)
    return Deed(processes=size)


def _owner(run: Run, chance: random.Random) -> psutil.Process | None:
    """A process of this site that holds a batch and is not stopped."""
    leased = run.batches.filter(state=1, until__isnull=False).exclude(owner="")
    pids = {
        int(each.rpartition(":")[2]) for each in leased.values_list("owner", flat=True)
    }
    asleep = {process.pid for _moment, process in _asleep}
    awake = [psutil.Process(pid) for pid in pids - asleep if site.is_ours(pid)]
    return chance.choice(awake) if awake else None
