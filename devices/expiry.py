"""When a credential ends, and how loudly that is said."""

from datetime import datetime, timedelta

FIRST = timedelta(days=30)
"""From then on it is said at all."""

ALARMS = (30, 14, 7, 1)
"""Days before the end at which it is said anew, each time a little louder."""

LOUD = 7
"""From so many days on, somebody has to act."""


def days_left(expires_at: datetime, *, at: datetime) -> int:
    """Whole days until the end; -1 when it is over."""
    left = expires_at - at
    return left.days if left >= timedelta() else -1


def alarm(expires_at: datetime | None, *, at: datetime) -> int | None:
    """The alarm that rings: 30, 14, 7 or 1 (days), 0 at the end, None before."""
    if expires_at is None:
        return None
    left = days_left(expires_at, at=at)
    if left < 0:
        return 0
    return min((each for each in ALARMS if left < each), default=None)
