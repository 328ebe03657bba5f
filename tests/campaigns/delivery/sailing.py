"""A send worker that goes on only when it is told, and whose clock is its own.

Its voyage is the real one, in a greenlet of its own: whenever it polls its gateway, it
waits there until somebody says what came. Many of them sail in one thread.
"""

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from greenlet import GreenletExit, greenlet

from campaigns.delivery.claims import Claim
from campaigns.delivery.pace import Pace
from campaigns.delivery.voyage import Voyage
from devices.gateways.base import Fence, Push, Result, Scope, Verdict
from devices.gateways.memory import MemoryGateway

TURN = 10.0
"""Seconds that a worker sends before it gives its batch back."""


class Clock:
    """What time.monotonic says: it stands still but where a test moves it."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Wire(MemoryGateway):
    """Pushes leave and answers come when the test says so."""

    uses_database = True

    def __init__(self, hub: greenlet) -> None:
        super().__init__()
        self.hub = hub
        self.waiting: list[tuple[Push, Fence | None]] = []
        self.left: list[Push] = []

    @property
    def in_flight(self) -> int:
        return len(self.waiting) + len(self.left)

    def submit(self, pushes: Iterable[Push], *, fence: Fence | None = None) -> None:
        self.waiting += [(push, fence) for push in pushes]

    def poll(self, timeout: float) -> list[Result]:
        return self.hub.switch()


class Worker:
    """One claim in the hands of a worker, step by step.

    ``told`` is what it knows: the verdict of each position; ``handed`` what left.
    ``ends`` says how it came to its end, if it did.
    """

    def __init__(self, claim: Claim, *, pace: Pace, clock: Clock) -> None:
        self.claim, self.pace, self.clock = claim, pace, clock
        self.time = clock.now
        self.batch, self.token, self.attempt = claim.batch, claim.token, claim.attempt
        self.told: dict[int, Verdict] = {}
        self.handed: set[int] = set()
        self.ends = ""
        hub = greenlet.getcurrent()
        self.wire = None if claim.over else Wire(hub)
        self.greenlet = greenlet(self._sail, hub)

    @property
    def is_alive(self) -> bool:
        return not self.greenlet.dead

    @property
    def is_sailing(self) -> bool:
        return bool(self.greenlet)

    @property
    def deadline(self) -> float:
        """The moment from which its own fence keeps everything back."""
        return self.voyage.deadline

    def sail(self) -> None:
        self._go_on()

    def leave(self, count: int) -> list[Push]:
        """Let the next pushes leave; those that its fence let through."""
        asked = self.wire.waiting[:count]
        del self.wire.waiting[:count]
        gone, kept = [], []
        for push, fence in asked:
            passed = self._at_its_time(partial(fence, push.reference))
            (gone if passed else kept).append(push)
        self.wire.left += gone
        self.handed |= {push.reference for push in gone}
        if kept:
            self.told |= {push.reference: Verdict.NOT_SENT for push in kept}
            self._go_on([_kept(push) for push in kept])
        return gone

    def hear(self, push: Push, verdict: Verdict) -> None:
        """The answer to one push that left."""
        self.wire.left.remove(push)
        self.told[push.reference] = verdict
        self._go_on([_answer(push, verdict)])

    def wait(self, seconds: float) -> None:
        """So much time goes by without an answer."""
        self.time += seconds
        self._go_on([])

    def freeze(self, seconds: float) -> None:
        """It is stopped for so long, and knows nothing of that."""
        self.time += seconds

    def die(self) -> None:
        self.ends = "died"
        self.greenlet.throw(GreenletExit)

    def _sail(self) -> None:
        voyage = Voyage(self.claim, self.wire, pace=self.pace, until=self.time + TURN)
        self.voyage = voyage
        ended = voyage.run()
        while not ended:
            ended = voyage.resume(self.time + TURN, rest=0.0)
        self.ends = "ended"

    def _go_on(self, *results: Any) -> None:
        self._at_its_time(lambda: self.greenlet.switch(*results))

    def _at_its_time(self, act: Callable[[], Any]) -> Any:
        before, self.clock.now = self.clock.now, self.time
        try:
            return act()
        finally:
            self.clock.now = before


def standing_still(patch: Any) -> Clock:
    """The clock of every worker of this process, until ``patch`` is undone."""
    clock = Clock()
    patch.setattr(time, "monotonic", clock)
    return clock


def _answer(push: Push, verdict: Verdict) -> Result:
    scope = Scope.DEVICE if verdict is Verdict.THROTTLED else None
    return Result(reference=push.reference, verdict=verdict, scope=scope)


def _kept(push: Push) -> Result:
    return Result(
        reference=push.reference, verdict=Verdict.NOT_SENT, code="fence", left=False
    )
