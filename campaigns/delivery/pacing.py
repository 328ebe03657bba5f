"""When to try again: pure arithmetic (numbers: the providers' own advice).

Exponential with full jitter; the pipeline stores the result and never sleeps.
"""

from collections.abc import Callable
from dataclasses import dataclass

LONGEST_ASKED = 21_600.0
"""Seconds that a provider may make us wait at once, whatever it asks for: a run does
not end before the last of its rows was tried again."""

FOR_EVER = 30_000
"""What never left does not count against the tries: the message's life bounds it."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Seconds of the first wait, its growth, its ceiling, and the tries allowed."""

    first: float
    factor: float
    cap: float
    tries: int


UNAVAILABLE = Curve(first=10, factor=2, cap=600, tries=FOR_EVER)
THROTTLED = Curve(first=60, factor=2, cap=900, tries=8)
UNKNOWN = Curve(first=60, factor=2, cap=900, tries=3)
BROKEN_STREAM = Curve(first=1, factor=2, cap=60, tries=FOR_EVER)
BARRED = Curve(first=600, factor=2, cap=3600, tries=FOR_EVER)
"""Firebase's own key for Apple or for browsers was refused: a person mends it."""

ANSWERED = {
    # Apple asks for 15 minutes, and the least wait is half of a curve's.
    "apns": Curve(first=1800, factor=2, cap=3600, tries=FOR_EVER),
    "webpush": Curve(first=30, factor=2, cap=900, tries=FOR_EVER),
    "wns": Curve(first=60, factor=2, cap=1800, tries=FOR_EVER),
}
"""After an answer that says "not now" (reference F5); FCM's is UNAVAILABLE."""

SLOWED = {
    "apns": Curve(first=300, factor=3, cap=3600, tries=3),
    "webpush": Curve(first=60, factor=2, cap=1800, tries=6),
    "wns": Curve(first=60, factor=2, cap=1800, tries=4),
}
"""After an answer that says "too many" (reference F5); FCM's is THROTTLED."""


def after_answer(gateway: str) -> Curve:
    """The waits after a provider said that it cannot take the push now."""
    return ANSWERED.get(gateway, UNAVAILABLE)


def after_throttling(gateway: str) -> Curve:
    """The waits after a provider said that it gets too much."""
    return SLOWED.get(gateway, THROTTLED)


def wait(
    curve: Curve,
    tries: int,
    *,
    retry_after: float | None,
    random: Callable[[], float],
) -> float | None:
    """Seconds until the next attempt after ``tries`` refused ones; None: give up.

    The provider's own Retry-After is the least that is waited, up to LONGEST_ASKED.
    """
    if tries >= curve.tries:
        return None
    ceiling = min(curve.cap, curve.first * curve.factor ** min(tries, 16))
    spread = ceiling * (0.5 + random() / 2)
    if retry_after is None:
        return spread
    return min(retry_after, LONGEST_ASKED) + ceiling * random() / 10
