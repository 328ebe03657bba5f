"""Work on batches, one at a time, for as long as there are any.

A batch of which only stragglers are missing stays this process's own, afloat, while
the next one is sent: a provider that answers one request in a hundred after half a
minute, or never, must not keep everybody else waiting.
"""

import logging
import os
import socket
import time
from collections.abc import Callable
from functools import partial

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from campaigns.delivery import (
    batches,
    channels,
    clock,
    late,
    lifecycle,
    sessions,
    shifts,
    stops,
)
from campaigns.delivery.claims import Claim
from campaigns.delivery.pace import Pace
from campaigns.delivery.voyage import Voyage
from devices import credentials
from devices.gateways.base import Gateway, GatewayError

log = logging.getLogger(__name__)

Channel = Callable[[int, str, str], Gateway]
"""Opens the gateway of (application, gateway kind, environment)."""

REST = 0.05
"""Seconds that a worker with nothing else to do waits for an answer at a time."""

MOST_AFLOAT = 12
"""Batches whose stragglers one process waits for at a time."""

OVERTIME = 50.0
"""Seconds: some three times what the last stragglers take, which are then awaited."""

NO_KEY = 60.0
"""Seconds until a batch is looked at again whose key is gone: it is the oldest, and
would keep every other batch waiting."""

shift = shifts.Shift()
"""This process's: whoever ends the process says so first."""

_afloat: dict[int, list[Voyage]] = {}
"""By process: they outlive a call of `work`, and a forked child has none."""


def work(seconds: float, *, pace: Pace, channel: Channel = channels.channel) -> bool:
    """Send for at most about ``seconds``; whether there was anything to do.

    Nothing stays afloat behind it: whoever waits for stragglers sends something else
    meanwhile, for OVERTIME seconds more, and then only waits. No batch keeps the
    others from being looked at for longer than ``seconds``, or their leases would end.
    """
    until = time.monotonic() + seconds
    owner = f"{socket.gethostname()}:{os.getpid()}"
    afloat = _afloat.setdefault(os.getpid(), [])
    worked, idle = bool(afloat), False
    sessions.bound(pace.lease)
    batches.release_dead(pace.flights)
    while not shift.is_ending and (afloat or time.monotonic() < until):
        end = until + OVERTIME if afloat else until
        stint = min(end, time.monotonic() + seconds)
        _resume_all(afloat, stint, rest=REST if idle else 0.0)
        batches.gather()
        claim = None
        if len(afloat) < MOST_AFLOAT and time.monotonic() < end:
            claim = batches.claim(owner, lease=pace.lease, flights=pace.flights)
        idle = claim is None
        if claim is None and (batches.gather() or afloat):
            continue
        if claim is None:
            break
        worked = True
        send_batch(claim, until=stint, pace=pace, channel=channel)
        late.finish(claim.run, at=clock.now())
    return worked


def drain() -> None:
    """Wait for every straggler of this process, which is about to end."""
    afloat = _afloat.setdefault(os.getpid(), [])
    while afloat:
        _resume_all(afloat, 0.0, rest=REST)


def _resume_all(afloat: list[Voyage], until: float, *, rest: float) -> None:
    """Take what came for the voyages that are afloat; those that end are dropped."""
    for voyage in list(afloat):
        # Whatever becomes of it now, it is not resumed for ever.
        afloat.remove(voyage)
        resume = partial(voyage.resume, until, rest=rest / (1 + len(afloat)))
        _guarded(voyage.claim, partial(_keep, voyage, resume))
        if voyage not in afloat:
            late.finish(voyage.claim.run, at=clock.now())


def _keep(voyage: Voyage, go_on: Callable[[], bool]) -> None:
    """Let it go on; it stays afloat while only stragglers are missing."""
    with shift.of(voyage):
        ended = go_on()
    if not ended:
        _afloat.setdefault(os.getpid(), []).append(voyage)


def send_batch(claim: Claim, *, until: float, pace: Pace, channel: Channel) -> None:
    """Send one claimed batch until it ends, is fenced, or ``until`` has come.

    ``until`` is of time.monotonic(). A defect costs this batch's turn, not the worker.
    """
    _guarded(claim, partial(_send, claim, until=until, pace=pace, channel=channel))


def _guarded(claim: Claim, act: Callable[[], None]) -> None:
    try:
        act()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # Whatever it is, the batch must not be claimed and dropped for ever.
        log.exception("batch %s of run %s failed", claim.batch, claim.run)
        if batches.fail(claim) == batches.GIVEN_UP:
            lifecycle.hold(claim.run, reason=stops.stuck_batch(), at=clock.now())


def _send(claim: Claim, *, until: float, pace: Pace, channel: Channel) -> None:
    if claim.over:
        Voyage(claim, None, pace=pace, until=until).run()
        return
    try:
        gateway = channel(claim.application, claim.gateway, claim.environment)
    except GatewayError as error:
        paused = credentials.pause(
            claim.application,
            claim.gateway,
            claim.environment,
            str(error),
            at=timezone.now(),
        )
        hold = 0.0 if paused else NO_KEY
        Voyage(claim, None, pace=pace, until=0.0).give_back(hold=hold)
        return
    voyage = Voyage(claim, gateway, pace=pace, until=until)
    _keep(voyage, voyage.run)
