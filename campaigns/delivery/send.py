"""Work on batches, one at a time, for as long as there are any."""

import logging
import os
import socket
import time
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from campaigns.delivery import (
    batches,
    channels,
    clock,
    late,
    lifecycle,
    sessions,
    stops,
)
from campaigns.delivery.claims import Claim
from campaigns.delivery.voyage import Pace, Voyage
from devices import credentials
from devices.gateways.base import Gateway, GatewayError

log = logging.getLogger(__name__)

Channel = Callable[[int, str, str], Gateway]
"""Opens the gateway of (application, gateway kind, environment)."""

NO_KEY = 60.0
"""Seconds until a batch is looked at again whose key is gone: it is the oldest, and
would keep every other batch waiting."""


def work(seconds: float, *, pace: Pace, channel: Channel = channels.channel) -> bool:
    """Send for at most about ``seconds``; whether there was anything to do."""
    until = time.monotonic() + seconds
    owner = f"{socket.gethostname()}:{os.getpid()}"
    worked = False
    sessions.bound(pace.lease)
    batches.release_dead(pace.flights)
    while time.monotonic() < until:
        batches.gather()
        claim = batches.claim(owner, lease=pace.lease, flights=pace.flights)
        if claim is None and batches.gather():
            continue
        if claim is None:
            break
        worked = True
        send_batch(claim, until=until, pace=pace, channel=channel)
        late.finish(claim.run, at=clock.now())
    return worked


def send_batch(claim: Claim, *, until: float, pace: Pace, channel: Channel) -> None:
    """Send one claimed batch until it ends, is fenced, or ``until`` has come.

    ``until`` is of time.monotonic(). A defect costs this batch's turn, not the worker.
    """
    try:
        _send(claim, until=until, pace=pace, channel=channel)
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
    Voyage(claim, gateway, pace=pace, until=until).run()
