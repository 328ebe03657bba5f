"""Work on batches, one at a time, for as long as there are any."""

import os
import socket
import time
from collections.abc import Callable

from django.utils import timezone

from campaigns.delivery import batches, channels, clock, late, lifecycle, sessions
from campaigns.delivery.claims import Claim
from campaigns.delivery.voyage import Pace, Voyage
from devices import credentials
from devices.gateways.base import Gateway, GatewayError

Channel = Callable[[int, str, str], Gateway]
"""Opens the gateway of (application, gateway kind, environment)."""


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
        finish(claim.run)
    return worked


def finish(run: int) -> None:
    """End the run if this was its last batch, and retire what was learnt late."""
    at = clock.now()
    if lifecycle.finish_if_done(run, at=at):
        late.retire_settled(run, at=at)


def send_batch(claim: Claim, *, until: float, pace: Pace, channel: Channel) -> None:
    """Send one claimed batch until it ends, is fenced, or ``until`` has come.

    ``until`` is of time.monotonic().
    """
    try:
        gateway = channel(claim.application, claim.gateway, claim.environment)
    except GatewayError as error:
        credentials.pause(
            claim.application, claim.gateway, str(error), at=timezone.now()
        )
        Voyage(claim, None, pace=pace, until=0.0).give_back()
        return
    Voyage(claim, gateway, pace=pace, until=until).run()
