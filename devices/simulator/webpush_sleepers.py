"""Browsers that are away: their push service keeps what comes (RFC 8030, 5.2, 5.4)."""

from collections import OrderedDict
from itertools import count
from typing import NamedTuple

from devices.simulator.exchange import Shown
from devices.simulator.phones import Phones

MOST = 1000
"""How many browsers may be away at once; the longest away is forgotten."""


class Kept(NamedTuple):
    """A message that waits for its browser until a Unix time."""

    shown: Shown
    until: float


class Sleepers:
    """Keeps messages for browsers that are away, the newest of each topic."""

    def __init__(self, phones: Phones) -> None:
        self._phones = phones
        self._kept: OrderedDict[str, dict[str, Kept]] = OrderedDict()
        self._numbers = count()

    def keep(
        self, endpoint: str, topic: str, shown: Shown | None, *, until: float, at: float
    ) -> None:
        """A message came for a browser that is away."""
        if shown is None or until <= at:
            return
        place = topic or f"message {next(self._numbers)}"
        kept = self._kept.setdefault(endpoint, {})
        kept.pop(place, None)
        kept[place] = Kept(shown, until)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def wake(self, endpoint: str, *, at: float) -> None:
        """The browser is back: it shows what was kept and has not expired."""
        for kept in self._kept.pop(endpoint, {}).values():
            if kept.until > at:
                self._phones.show(endpoint, kept.shown, at=at)
