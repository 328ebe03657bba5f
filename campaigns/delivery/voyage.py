"""One claimed batch on its way: read, drop those who left, render, hand over.

Two chunks are open at once: while the answers of the first come in, the second is
already on the wire. Nothing starts after the fence closes: three quarters of the
lease, a pause, a stop, or another worker's claim.
"""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from campaigns.content.render import Skip, SkipReason
from campaigns.delivery import (
    batches,
    breakers,
    late,
    ledger,
    messages,
    outcomes,
    pacing,
    reading,
    sessions,
)
from campaigns.delivery.claims import Claim
from campaigns.delivery.flight import Flight
from campaigns.delivery.ledger import Lost
from campaigns.delivery.outcomes import Entry
from campaigns.delivery.reading import Advanced, Recorded, Row
from campaigns.models.reasons import Reason
from devices import credentials
from devices.gateways.base import Gateway, Push, Result, Scope, Verdict
from devices.registration import retiring
from devices.registration.retiring import Attempt

log = logging.getLogger(__name__)

SKIPPED = {
    SkipReason.MISSING_PERSONALISATION: Reason.MISSING_VALUE,
    SkipReason.EMPTY_MESSAGE: Reason.MISSING_VALUE,
    SkipReason.RENDER_FAILED: Reason.UNWRITABLE,
    SkipReason.TOO_LARGE: Reason.TOO_LARGE,
}

LOOK_EVERY = 0.3
"""Seconds between two looks at pause, stop and switch while answers are awaited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a worker works: seconds, rows and chunks (design.md 11)."""

    flights: Path
    lease: float = 30.0
    chunk: int = 500
    open_chunks: int = 2


@dataclass(slots=True, kw_only=True)
class Chunk:
    """Positions (start, end] that are intended, and what is known of them."""

    start: int
    end: int
    rows: dict[int, Row]
    boarded_at: datetime
    entries: dict[int, Entry] = field(default_factory=dict)
    dead: list[Attempt] = field(default_factory=list)
    mismatched: list[Attempt] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return len(self.entries) == len(self.rows)

    def recorded(self) -> Recorded:
        return Recorded(
            end=self.end,
            at=timezone.now(),
            entries=list(self.entries.values()),
            dead=self.dead,
            mismatched=self.mismatched,
        )


class Voyage:
    """One claim on its way: its open chunks, its fence and its flight journal."""

    def __init__(
        self, claim: Claim, gateway: Gateway | None, *, pace: Pace, until: float
    ) -> None:
        self.claim = claim
        self.gateway = gateway
        self.pace = pace
        self.until = until
        self.letter = messages.letter(claim.run)
        self.breaker = breakers.Breaker()
        self.open: list[Chunk] = []
        self.closed = False
        self.hold = 0.0
        self.deadline = 0.0
        self.looked = time.monotonic()
        self.chunk_rows = 1 if claim.deaths >= batches.ALONE else pace.chunk

    def run(self) -> None:
        """Send what can be sent; the batch is closed or given back afterwards."""
        claim = self.claim
        self.flight = Flight(
            self.pace.flights,
            batch=claim.batch,
            token=claim.token,
            base=claim.done,
            end=claim.hi,
        )
        try:
            self._sail()
        except Lost:
            self._report_late()
        except BaseException:
            self.closed = True
            self.flight.abandon()
            raise
        if claim.done == claim.next:
            self.flight.close()
        else:
            self.flight.abandon()

    def give_back(self, *, hold: float) -> None:
        """Nothing can be sent: leave the batch claimable after ``hold`` seconds."""
        self.hold = hold
        self._advance(self._nothing(), idle=True)

    def _sail(self) -> None:
        self._advance(self._nothing(), idle=True)
        while self.open and len(self.open) < self.pace.open_chunks and self._wants():
            self._advance(self._nothing(), idle=False)
        while self.open:
            self._listen()
            while self.open and self.open[0].complete:
                # It stays open until it is written: a lost batch makes it late truth.
                self._advance(self.open[0].recorded(), idle=len(self.open) == 1)
                self.open.pop(0)

    def _nothing(self) -> Recorded:
        return Recorded(end=self.claim.done, at=timezone.now())

    def _wants(self) -> int:
        """How many rows more should be intended now."""
        if self.closed or self.hold or time.monotonic() >= self.until:
            return 0
        return min(self.chunk_rows, self.claim.hi - self.claim.next)

    def _advance(self, recorded: Recorded, *, idle: bool) -> None:
        before = time.monotonic()
        start = self.claim.next
        advanced = self._write(recorded, idle=idle)
        self.deadline = before + 0.75 * self.pace.lease
        self.closed = self.closed or not advanced.goes_on
        if advanced.rows:
            chunk = Chunk(
                start=start,
                end=self.claim.next,
                rows={row.position: row for row in advanced.rows},
                boarded_at=timezone.now(),
            )
            self.open.append(chunk)
            self._board(chunk, advanced.ttl)

    def _write(self, recorded: Recorded, *, idle: bool) -> Advanced:
        """Advance; while the database is away, keep the results and send nothing."""
        since = 0.0
        while True:
            try:
                return reading.advance(
                    self.claim,
                    self.letter,
                    recorded,
                    want=self._wants(),
                    idle=idle,
                    hold=self.hold,
                    lease=self.pace.lease,
                )
            except (OperationalError, InterfaceError) as trouble:
                since = since or time.monotonic()
                if time.monotonic() > since + 2 * self.pace.lease:
                    raise
                self._wait_for_database(trouble)

    def _wait_for_database(self, trouble: Exception) -> None:
        """Start nothing more; what is on the wire may still be answered."""
        self.closed = True
        log.warning("run %s waits for the database: %s", self.claim.run, trouble)
        sessions.reconnect(self.pace.lease)

    def _board(self, chunk: Chunk, ttl: int) -> None:
        """Render the chunk's rows and hand them over."""
        pushes = []
        for row in chunk.rows.values():
            push = self._push(row, ttl)
            if isinstance(push, Push):
                pushes.append(push)
            else:
                chunk.entries[row.position] = Entry(seq=row.seq, reason=push)
        if self.gateway is not None:
            self.gateway.submit(pushes, fence=self.fence)

    def _push(self, row: Row, ttl: int) -> Push | Reason:
        if row.reason is not None:
            return row.reason
        if ttl <= 0:
            return Reason.EXPIRED
        try:
            push = self.letter.push(
                position=row.position,
                seq=row.seq,
                token=row.token,
                values=row.values,
                ttl=ttl,
                subscription=row.subscription,
            )
        except Exception as error:  # noqa: BLE001 - one person must not stop the run
            kind = type(error).__name__
            log.warning("run %s seq %s: %s", self.claim.run, row.seq, kind)
            return Reason.INTERNAL_ERROR
        if isinstance(push, Skip):
            return SKIPPED[push.reason]
        if self.gateway and self.gateway.size(push) > self.gateway.max_payload:
            return Reason.TOO_LARGE
        return push

    def fence(self, position: int) -> bool:
        """The last moment before a body leaves; False keeps it back."""
        if self.closed or time.monotonic() >= self.deadline:
            return False
        self.flight.handed(position)
        return True

    def _listen(self) -> None:
        """Take the answers that came; look at pause and stop now and then."""
        if self.gateway is None:
            return
        for result in self.gateway.poll(0.05):
            self._take(result)
        if time.monotonic() - self.looked >= LOOK_EVERY:
            self._look()

    def _look(self) -> None:
        before = time.monotonic()
        try:
            allowed = ledger.renew(self.claim, lease=self.pace.lease)
        except (OperationalError, InterfaceError) as trouble:
            self._wait_for_database(trouble)
        else:
            self.closed = self.closed or not allowed
            self.deadline = before + 0.75 * self.pace.lease
        self.looked = time.monotonic()

    def _take(self, result: Result) -> None:
        position = result.reference
        chunk = next(c for c in self.open if c.start < position <= c.end)
        row = chunk.rows[position]
        self.flight.answered(position, result.verdict)
        chunk.entries[position] = outcomes.entry_of(
            row.seq, result, self.claim.standing
        )
        self._mind(chunk, row, result)

    def _mind(self, chunk: Chunk, row: Row, result: Result) -> None:
        """What an answer means beyond its own row."""
        attempt = (row.installation, row.token_hash, chunk.boarded_at)
        if result.verdict is Verdict.TOKEN_DEAD:
            chunk.dead.append(retiring.told(attempt, since=result.since))
        elif result.verdict is Verdict.TOKEN_MISMATCH:
            chunk.mismatched.append(attempt)
        elif result.verdict is Verdict.THROTTLED and result.scope is not Scope.DEVICE:
            self.hold = max(self.hold, result.retry_after or 60.0)
        elif result.verdict is Verdict.NOT_SENT and result.code != outcomes.FENCED:
            self.hold = max(self.hold, pacing.UNAVAILABLE.first)
        broken = self.breaker.judge(result)
        if broken is not None:
            self.closed = True
            credentials.pause(
                self.claim.application, self.claim.gateway, broken, at=timezone.now()
            )

    def _report_late(self) -> None:
        """Another worker has the batch: wait for the wire, then say what is known."""
        self.closed = True
        while self.gateway is not None and self.gateway.in_flight:
            for result in self.gateway.poll(0.2):
                self._take(result)
        for chunk in self.open:
            late.report(self.claim, chunk.recorded())
