"""When to try again: pure arithmetic (numbers: the providers' own advice).

Exponential with full jitter; the pipeline stores the result and never sleeps.
"""

from collections.abc import Callable
from dataclasses import dataclass

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


def wait(
    curve: Curve,
    tries: int,
    *,
    retry_after: float | None,
    random: Callable[[], float],
) -> float | None:
    """Seconds until the next attempt after ``tries`` refused ones; None: give up.

    The provider's own Retry-After is the least that is waited.
    """
    if tries >= curve.tries:
        return None
    ceiling = min(curve.cap, curve.first * curve.factor ** min(tries, 16))
    spread = ceiling * (0.5 + random() / 2)
    if retry_after is None:
        return spread
    return retry_after + ceiling * random() / 10
