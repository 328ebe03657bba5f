"""A limit of speed holds over real workers, as the gateway's own journal sees it."""

import json
import os
import signal
import time
from bisect import bisect_left
from datetime import datetime

import pytest

from campaigns.delivery import speeds
from tests.journeys import processes, runs
from tests.journeys.hosts import SECONDS, Hosts, held_by, until_finished, until_ready
from tests.simulators import RunningSimulator

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

FAST, SLOW = 400, 100
SETTLES = 0.3
"""Seconds after which another limit holds: what was granted before has left."""


def asked(simulator: RunningSimulator) -> int:
    """How many requests there were, read as cheaply as can be."""
    path = runs.journal(simulator)
    return path.read_bytes().count(b'"gateway":"fcm"') if path.exists() else 0


def moments(simulator: RunningSimulator) -> list[float]:
    """When each push came, as the gateway noted it; Unix times in order."""
    lines = runs.journal(simulator).read_bytes().splitlines()
    entries = [json.loads(line) for line in lines]
    pushes = [each["at"] for each in entries if each["gateway"] == "fcm"]
    return sorted(datetime.fromisoformat(at).timestamp() for at in pushes)


def most_in_a_second(times: list[float]) -> int:
    ends = [bisect_left(times, each + 1) for each in times]
    return max(end - n for n, end in enumerate(ends))


@pytest.mark.fault("F01")
def test_no_second_sees_more_whoever_sends_dies_or_changes_the_limit(
    host: Hosts, simulator: RunningSimulator
) -> None:
    run = runs.sending(simulator, rows=2_400, batch=600)
    speeds.limit_channel(run.application, "fcm", "production", FAST * 60)
    here, there = host("here", SEND_WINDOW="100"), host("there", SEND_WINDOW="100")
    here.control_worker()
    workers = [here.send_worker(), there.send_worker()]
    for worker, site in zip(workers, (here, there), strict=True):
        until_ready(worker, site)
    owners: set[int] = set()

    def is_under_way() -> bool:
        owners.clear()
        owners.update(*(held_by(worker, run) for worker in workers))
        return asked(simulator) > 1_000 and bool(owners)

    processes.wait(
        is_under_way, seconds=SECONDS, site=here, state=lambda: runs.state(run)
    )

    os.kill(owners.pop(), signal.SIGKILL)
    speeds.limit_channel(run.application, "fcm", "production", SLOW * 60)
    slowed = time.time()
    before = asked(simulator)
    processes.wait(
        lambda: asked(simulator) > before + 5 * SLOW, seconds=SECONDS, site=here
    )
    freed = time.time()
    speeds.limit_channel(run.application, "fcm", "production", None)
    until_finished(run, here)

    came = moments(simulator)
    fast = [each for each in came if each < freed]
    slow = [each for each in fast if each > slowed + SETTLES]
    assert most_in_a_second(fast) <= 1.1 * FAST
    assert most_in_a_second(slow) <= 1.1 * SLOW
    assert len(slow) / (slow[-1] - slow[0]) >= 0.4 * SLOW
    judgement = runs.judged(simulator, run)
    assert judgement.agrees
    assert (judgement.duplicates, judgement.stranded) == (0, 0)
