"""Provider tokens for APNs: the same one in every process, at most one in 20 minutes.

Apple refuses a token that is older than an hour, and a key or a connection whose
tokens change more often than every 20 minutes (TooManyProviderTokenUpdates). So
time is cut into ticks of 20 minutes, a token is dated to the start of a tick, and
its signature is made without chance (RFC 6979): every process on every host makes
the very same token without asking any other. Even ticks serve 40 minutes; the odd
ones are for a process that would have to change its token again too soon, and for
the repair of one that Apple calls expired.
"""

import time
from collections.abc import Callable
from typing import cast

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from devices.gateways import repeatable
from devices.gateways.apns_key import ApnsKey

TICK = 1200
"""Seconds: Apple wants no two new tokens of a key within so much."""

SETTLING = 120
"""Seconds by which this machine's clock may be ahead without dating the future."""

YOUNG = 32 * 60
"""Seconds: an older token is not begun with, so that none serves less than a tick."""

OLD = YOUNG + TICK
"""Seconds after which a token is renewed; eight minutes are left for slow clocks."""


HOLD = 1200.0
"""Seconds without a new token after Apple said that there were too many."""

RECONNECT_PAUSE = 300.0
"""Seconds in which connections are not made anew a second time."""


class ProviderToken:
    """One key's token: renewed in time, repaired once, held when told.

    Keep one per process and key. Not for several threads. ``clock`` is Unix time.
    """

    def __init__(self, key: ApnsKey, clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._clock = clock
        private = load_pem_private_key(key.private_key.encode(), password=None)
        self._private = cast(ec.EllipticCurvePrivateKey, private)
        self._tick = 0
        self._header = ""
        self._held_until = 0.0
        self._reconnected_at = float("-inf")

    def header(self) -> str:
        """The authorization line. The very same text until the token changes."""
        now = int(self._clock())
        if not SETTLING <= now - self._tick * TICK < OLD:
            latest = self._latest()
            even = latest - latest % 2
            self._date(even if now - even * TICK <= YOUNG else latest)
        return self._header

    def repair(self, used: str) -> bool:
        """Whether a request refused with the line ``used`` may be tried again.

        False when a newer token could not be made without breaking Apple's rule:
        the one that was refused is younger than 20 minutes by this clock.
        """
        if used != self._header:
            return True
        tick = self._latest()
        if tick <= self._tick:
            return False
        self._date(tick)
        return True

    def hold(self, seconds: float) -> None:
        """Apple had too many new tokens: make none, and use none, for so long."""
        self._held_until = self._clock() + seconds

    @property
    def held(self) -> float:
        """Seconds for which nothing may be sent with this key; 0 when it may."""
        return max(self._held_until - self._clock(), 0.0)

    def may_reconnect(self) -> bool:
        """Whether a new connection may cure a refusal: once in RECONNECT_PAUSE."""
        now = self._clock()
        if now - self._reconnected_at < RECONNECT_PAUSE:
            return False
        self._reconnected_at = now
        return True

    def _latest(self) -> int:
        return int(self._clock() - SETTLING) // TICK

    def _date(self, tick: int) -> None:
        self._tick = tick
        claims = {"iss": self._key.team_id, "iat": tick * TICK}
        headers = {"kid": self._key.key_id}
        token = repeatable.token(claims, self._private, headers=headers)
        self._header = f"authorization: bearer {token}"
