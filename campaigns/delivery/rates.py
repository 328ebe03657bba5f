"""How fast pushes may leave: the line in which one claim's pushes wait.

A limit belongs to a channel (application, gateway, environment) or to a run, and all
workers share it by leased grants (campaigns.delivery.grants). Where neither has one,
a claim is not paced and nothing here is called for it.
"""

import random
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from campaigns.delivery import grants, outcomes
from campaigns.delivery.claims import Claim
from campaigns.delivery.pacer import OtherClock, Pacer, Taken
from devices.gateways.base import Fence, Gateway, Push, Result, Verdict, unsent

LINGER = 2.0
"""Seconds beyond a worker's turn that intended pushes may wait for their slots."""

PATIENCE = 2.0
"""Seconds that a worker waits for a batch's first slot before it tries another."""

AWAY = 5.0
"""Seconds after which a batch without a slot is tried again, half more at most."""

LONGEST = 60.0
"""And this many when the channel is held: a held one may be freed by a person."""

STEP = 0.05
"""Seconds between two looks at what may leave, at most."""

_clock = OtherClock()


def take(place: dict[str, Any], want: int, ramp: float) -> Taken:
    """Ask for slots, and tell what time it was before and after."""
    before = time.monotonic()
    grant = grants.take(place, want=want, ramp=ramp)
    return grant, before, time.monotonic()


class Line:
    """One claim's rendered pushes that wait for their slots; true while any does.

    ``until`` is the end of the worker's turn, of time.monotonic(). Every method that
    asks the database raises its errors: then nothing may leave.
    """

    def __init__(
        self, claim: Claim, gateway: Gateway | None, *, until: float, ramp: float
    ) -> None:
        self._claim = claim
        self._gateway = gateway
        self.until = until
        self._waiting: deque[Push] = deque()
        place = {
            "application": claim.application,
            "gateway": claim.gateway,
            "environment": claim.environment,
            "run": claim.run,
        }
        self._pacer = Pacer(lambda want: take(place, want, ramp), _clock)
        self.leaves = self._pacer.leaves
        self.came_back = self._pacer.came_back

    def __len__(self) -> int:
        return len(self._waiting)

    def room(self, rows: int) -> int:
        """How many of so many rows are worth intending now."""
        if not self._claim.paced or self._gateway is None:
            return rows
        return min(rows, self._pacer.rows(len(self._waiting)))

    @property
    def is_late(self) -> bool:
        """Whether what waits has waited beyond the worker's turn."""
        return time.monotonic() >= self.until + LINGER

    def first_slot(self, rows: int) -> float:
        """Wait shortly for a slot; 0, or for how many seconds to leave the batch alone.

        So nothing is intended that would only wait, and no worker is kept from others.
        """
        if not self._claim.paced or self._gateway is None:
            return 0.0
        begun = time.monotonic()
        while True:
            now = time.monotonic()
            self._pacer.admits(rows, at=now)
            far = self._pacer.far(at=now)
            if not far:
                return 0.0
            if far > PATIENCE or now > begun + PATIENCE:
                return max(AWAY, min(far, LONGEST)) * random.uniform(1, 1.5)  # noqa: S311
            time.sleep(min(STEP, self._pacer.wait(at=now)))

    def join(self, pushes: Sequence[Push], *, fence: Fence) -> None:
        """These are rendered: they wait, or leave at once where there is no limit."""
        if self._claim.paced:
            self._waiting.extend(pushes)
            return
        self._pacer.forget()
        if self._gateway is not None:
            self._gateway.submit(pushes, fence=fence)

    def move(self, *, fence: Fence) -> float:
        """Hand over what may leave now; for how many seconds to await answers then."""
        now = time.monotonic()
        count = len(self._waiting)
        if self._claim.paced:
            count = self._pacer.admits(count, at=now)
        self._hand_over(count, fence)
        wait = min(STEP, self._pacer.wait(at=now))
        if self._gateway is None or not self._gateway.in_flight:
            # Nothing is on the wire, so the gateway has nothing to wait for.
            time.sleep(wait)
        return wait

    def _hand_over(self, count: int, fence: Fence) -> None:
        pushes = [self._waiting.popleft() for _each in range(count)]
        self._pacer.hand(push.reference for push in pushes)
        if self._gateway is not None:
            self._gateway.submit(pushes, fence=fence)

    def kept_back(self) -> list[Result]:
        """Nothing that waits may leave in this turn: back, and it was no try."""
        pushes = list(self._waiting)
        self._waiting.clear()
        return [unsent(each, Verdict.NOT_SENT, outcomes.FENCED, "") for each in pushes]
