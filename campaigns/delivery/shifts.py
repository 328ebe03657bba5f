"""How a process that sends is told to end: as a deploy does, and at nobody's cost.

It starts no more requests, waits for the answers to those that left, writes them down
and gives its batch back: nothing is in doubt.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from campaigns.delivery.voyage import Voyage

LASTS = 15.0
"""Seconds that the word holds. Whoever said it ends the process within these, or did
not mean it: a process that refused work for ever would be worse than none."""

ECHO = 3.0
"""Seconds in which the same word from another mouth is no second word: a service
manager tells all processes at once, and their parent tells its own once more."""


class Shift:
    """The work of this process, which a signal handler may end."""

    def __init__(self) -> None:
        self._told = -LASTS
        self._voyage: Voyage | None = None

    @property
    def is_ending(self) -> bool:
        """Whether nothing may be begun any more."""
        return time.monotonic() < self._told + LASTS

    def end(self) -> bool:
        """Begin nothing more; False when that was said some while ago."""
        if self.is_ending:
            return time.monotonic() < self._told + ECHO
        self._told = time.monotonic()
        if self._voyage:
            self._voyage.until = 0.0
        return True

    @contextmanager
    def of(self, voyage: Voyage) -> Iterator[None]:
        """As long as this lasts, the voyage is what the word is for."""
        self._voyage = voyage
        if self.is_ending:
            voyage.until = 0.0
        try:
            yield
        finally:
            self._voyage = None
