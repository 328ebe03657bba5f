"""What the chaos does to a running site: kill, stop, restart, purge."""

import os
import random
import signal
import time
from contextlib import suppress

import psutil
from django.conf import settings
from django.db import connection

from campaigns.models import Run
from tests.chaos import site

STOPPED_FOR = 1.75
"""Leases for which a process is stopped: long enough that another takes its batch."""

_asleep: list[tuple[float, psutil.Process]] = []


def kill(run: Run, chance: random.Random) -> bool:
    """kill -9 whoever sends; one time in five all send processes with their parent,
    and one time in five any of them, which may be waiting for work."""
    victim = _owner(run, chance)
    if victim is None:
        return False
    roll = chance.random()
    if roll < 0.2:
        os.killpg(os.getpgid(victim.pid), signal.SIGKILL)
    elif roll < 0.4:
        chance.choice(victim.parent().children()).kill()
    else:
        victim.kill()
    return True


def stop(run: Run, chance: random.Random) -> bool:
    """Stop whoever sends beyond its lease, as a machine that hangs does."""
    victim = _owner(run, chance)
    if victim is None:
        return False
    victim.suspend()
    _asleep.append((time.monotonic() + STOPPED_FOR * settings.SEND_LEASE, victim))
    return True


def restart(run: Run, chance: random.Random) -> bool:
    """End PostgreSQL at once, as `pg_ctl stop -m immediate` does; `up` starts it."""
    if _owner(run, chance) is None:
        return False
    pid = (settings.VAR / "postgres" / "data" / "postmaster.pid").read_text().split()[0]
    os.kill(int(pid), signal.SIGQUIT)
    return True


def purge(run: Run, chance: random.Random) -> bool:
    """Kill every send process and empty the queues: no bell will ever ring again."""
    victim = _owner(run, chance)
    if victim is None:
        return False
    os.killpg(os.getpgid(victim.pid), signal.SIGKILL)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE pgmq.q_send, pgmq.q_control")
    return True


FAULTS = {"KILLS": kill, "STOPS": stop, "RESTARTS": restart, "PURGES": purge}


def wake(*, everybody: bool = False) -> bool:
    """Continue those whose time has come; True while some are still stopped."""
    for entry in list(_asleep):
        if everybody or time.monotonic() > entry[0]:
            _asleep.remove(entry)
            with suppress(psutil.Error):
                entry[1].resume()
    return bool(_asleep)


def _owner(run: Run, chance: random.Random) -> psutil.Process | None:
    """A process of this site that holds a batch and is not stopped."""
    leased = run.batches.filter(state=1, until__isnull=False).exclude(owner="")
    pids = {
        int(each.rpartition(":")[2]) for each in leased.values_list("owner", flat=True)
    }
    asleep = {process.pid for _moment, process in _asleep}
    awake = [psutil.Process(pid) for pid in pids - asleep if site.is_ours(pid)]
    return chance.choice(awake) if awake else None
