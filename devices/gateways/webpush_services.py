"""What a process knows of the push services, between one push and the next."""

import time
from collections.abc import Callable

from devices.gateways import vapid

LONGEST_PAUSE = 1800.0
"""Seconds for which a push service may hold us off (providers.md F5)."""

REMEMBERED = 256


class Services:
    """What a process knows of the push services: shared by its gateways.

    ``tokens`` are the authorizations. A service that told us to wait is left alone
    until then. A service that took a push knows its authorization, so a later
    refusal there is about one browser. Not for several threads. ``clock`` tells Unix
    time.
    """

    def __init__(
        self,
        credential: vapid.VapidCredential,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.tokens = vapid.Tokens(credential, clock)
        self.newest = credential.keys[0].public
        self._clock = clock
        self._held: dict[str, float] = {}
        self._taken: set[str] = set()

    def hold(self, origin: str, seconds: float) -> None:
        """A service wants to be left alone for so long."""
        self._held[origin] = self._clock() + min(seconds, LONGEST_PAUSE)

    def wait(self, origin: str) -> float:
        """Seconds until a service may be asked again; 0 when it may be now."""
        if not self._held:
            return 0.0
        remaining = self._held.get(origin, 0.0) - self._clock()
        if remaining <= 0:
            self._held.pop(origin, None)
        return max(remaining, 0.0)

    def remember(self, authorization: str) -> None:
        """A push with this authorization was taken."""
        if len(self._taken) >= REMEMBERED:
            self._taken.clear()
        self._taken.add(authorization)

    def has_taken(self, authorization: str) -> bool:
        """Whether a service ever took a push with this authorization."""
        return authorization in self._taken
