"""The stretches of a batch that are on their way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from campaigns.delivery import outcomes
from campaigns.delivery.outcomes import Entry, Standing
from campaigns.delivery.reading import Recorded, Row
from devices.gateways.base import Result, Verdict
from devices.registration import retiring
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

    def refuse(self, row: Row, result: Result, standing: Standing) -> Entry:
        """Note what a gateway answered that is not that it took the push."""
        entry = outcomes.entry_of(row.seq, result, standing)
        if result.verdict in (Verdict.TOKEN_DEAD, Verdict.TOKEN_MISMATCH):
            attempt = (row.installation, bytes(row.token_hash), self.boarded_at)
            attempt = retiring.told(attempt, since=result.since)
            entry = entry._replace(ref=attempt[2].isoformat())
            if result.verdict is Verdict.TOKEN_DEAD:
                self.dead.append(attempt)
        self.entries[row.position] = entry
        return entry


class Chunks(list[Chunk]):
    """Those of one batch, in their order.

    A chunk stays until it is written: a lost batch makes it late truth.
    """

    def of(self, position: int) -> Chunk:
        """The one with this position. Raises LookupError."""
        for chunk in self:
            if chunk.start < position <= chunk.end:
                return chunk
        raise LookupError(position)

    def row(self, position: int) -> Row:
        return self.of(position).rows[position]

    @property
    def busy(self) -> int:
        """How many miss more than a few answers."""
        return sum(not each.nearly for each in self)

    @property
    def miss_few(self) -> bool:
        """Whether none is to be written yet, and each misses a few answers only."""
        return bool(self) and not self.busy and not self[0].complete

    def waiting(self, since: datetime, is_handed: Callable[[int], bool]) -> list[int]:
        """Positions boarded before ``since`` that wait for their turn on the wire."""
        return [
            position
            for chunk in self
            if chunk.boarded_at < since
            for position in chunk.rows.keys() - chunk.entries.keys()
            if not is_handed(position)
        ]
