"""A stretch of a batch that is on its way."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from campaigns.delivery.outcomes import Entry
from campaigns.delivery.reading import Recorded, Row
from devices.registration.retiring import Attempt

FEW = 20
"""Of so many rows one may be late without keeping the next chunk waiting."""


@dataclass(slots=True, kw_only=True)
class Chunk:
    """Positions (start, end] that are intended, and what is known of them."""

    start: int
    end: int
    rows: dict[int, Row]
    boarded_at: datetime
    entries: dict[int, Entry] = field(default_factory=dict)
    dead: list[Attempt] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return len(self.entries) == len(self.rows)

    @property
    def nearly(self) -> bool:
        """Whether only a few answers are missing."""
        return (len(self.rows) - len(self.entries)) * FEW <= len(self.rows)

    def recorded(self) -> Recorded:
        return Recorded(
            end=self.end,
            at=timezone.now(),
            entries=list(self.entries.values()),
            dead=self.dead,
        )
