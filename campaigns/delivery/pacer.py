"""When the pushes of one claim may leave: pure arithmetic over granted slots.

Times are seconds of this process's monotonic clock, and always arguments.
"""

import math
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from campaigns.delivery.grants import AHEAD, Grant

LATE = 0.05
"""Seconds after which an unused slot is lost: what is late must not bunch up."""

TICK = 0.005
"""Pushes are handed over in steps of this many seconds, a few at once when fast."""

LOOK = 0.5
"""Seconds after which a refused worker asks again at the latest: a limit may rise."""

DRIFT = 1e-4
"""How far two good clocks may part in a second."""

Taken = tuple[Grant | None, float, float]
"""A grant, and our own times before and after the question."""

Take = Callable[[int], Taken]
"""Asks for so many slots."""


@dataclass(slots=True)
class Slots:
    """One grant by our own clock; ``used`` of its slots are gone."""

    start: float
    distance: float
    count: int
    used: int = 0

    @property
    def end(self) -> float:
        return self.start + self.count * self.distance

    def open(self, at: float) -> int:
        """How many may be used now: come, and neither used nor lost."""
        come = math.floor((at - self.start) / self.distance) + 1
        self.used = max(self.used, min(self.count, self.lost(at)))
        return max(0, min(self.count, come) - self.used)

    def lost(self, at: float) -> int:
        return math.ceil((at - LATE - self.start) / self.distance)

    @property
    def next(self) -> float:
        """When the first slot comes that is not used."""
        return self.start + self.used * self.distance


class OtherClock:
    """Where the database's clock stands on ours, as well as its answers tell.

    The shortest way of an answer is the truest; a clock that was set tells itself by
    answers that contradict it.
    """

    def __init__(self) -> None:
        self._offset = math.inf
        self._learnt = 0.0

    def learn(self, told: float, *, before: float, after: float) -> None:
        """It was ``told`` there somewhere between these two moments here."""
        known = self._offset + DRIFT * (after - self._learnt)
        if after - told <= known or before - told > known:
            self._offset, self._learnt = after - told, after

    def here(self, there: float) -> float:
        """A moment of theirs on our clock."""
        return there + self._offset


class Pacer:
    """Hands out one claim's slots, each once, and asks for more in time.

    Pushes are admitted to the gateway as slots come, and use them up at the fence:
    so what waits for a connection neither leaves in a heap nor costs a slot twice.
    """

    def __init__(self, take: Take, clock: OtherClock) -> None:
        self._take = take
        self._clock = clock
        self._slots: deque[Slots] = deque()
        self._ask_at = self._comes_at = -math.inf
        self._handed: set[int] = set()
        self._worth = self._least = 1
        self._distance = 0.0
        self.free = False
        """Neither channel nor run has a limit any more, as the last answer said."""

    def admits(self, waiting: int, *, at: float) -> int:
        """How many of the waiting pushes may be handed to the gateway now."""
        self._ask_in_time(waiting, at=at)
        if self.free:
            return waiting
        room = max(0, self._open(at) - len(self._handed))
        if waiting and room >= waiting:
            self._worth = min(2 * self._worth, self._most)
        return min(waiting, room)

    def hand(self, references: Iterable[int]) -> None:
        """These pushes are the gateway's now, and hold a slot each until they leave."""
        self._handed.update(references)

    def leaves(self, reference: int, *, at: float) -> bool:
        """Whether the push may leave at this moment: it takes a slot if so."""
        self._handed.discard(reference)
        if self.free:
            return True
        for slots in self._slots:
            if slots.open(at) > 0:
                slots.used += 1
                return True
        return False

    def came_back(self, reference: int) -> None:
        """The push is answered for, whether it left or not."""
        self._handed.discard(reference)

    def forget(self) -> None:
        """There is no limit now: should one come again, begin anew."""
        self._handed.clear()
        self.free = False

    def wait(self, *, at: float) -> float:
        """Seconds until something may change: a slot comes, or may be asked for."""
        moments = [slots.next for slots in self._slots if slots.used < slots.count]
        moments.append(max(self._ask_at, self._end - AHEAD))
        return max(TICK, min(moments) - at)

    def far(self, *, at: float) -> float:
        """Seconds for which there is nothing, by the last answer; 0 with any slot."""
        return 0.0 if self._slots else max(0.0, self._comes_at - at)

    def rows(self, waiting: int) -> int:
        """How many rows more are worth intending: about half a second's at most.

        It begins with one grant's and doubles while everything intended is gone.
        """
        return 1_000_000 if self.free else max(0, self._worth - waiting)

    @property
    def _most(self) -> int:
        return max(1, int(0.5 / self._distance)) if self._distance else 1

    @property
    def _end(self) -> float:
        return self._slots[-1].end if self._slots else -math.inf

    def _open(self, at: float) -> int:
        """Slots that may be used now; those that are gone are forgotten."""
        found = sum(slots.open(at) for slots in self._slots)
        while self._slots and self._slots[0].used == self._slots[0].count:
            self._slots.popleft()
        return found

    def _ask_in_time(self, want: int, *, at: float) -> None:
        self._open(at)
        if not want or at < self._ask_at or at < self._end - AHEAD:
            return
        grant, before, after = self._take(want)
        self.free = grant is None
        if grant is None:
            self._ask_at = after + LOOK
            return
        self._clock.learn(grant.told, before=before, after=after)
        self._heed(grant, self._clock.here(grant.start), at=after)

    def _heed(self, grant: Grant, start: float, *, at: float) -> None:
        self._distance = grant.distance
        if grant.count:
            self._slots.append(Slots(start, grant.distance, grant.count))
            self._least = max(self._least, min(self._most, 2 * grant.count))
            self._worth = max(self._worth, self._least)
        else:
            self._comes_at, self._ask_at = start, min(start - AHEAD, at + LOOK)
            self._worth = max(self._least, self._worth // 2)
