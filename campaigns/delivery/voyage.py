"""One claimed batch on its way: read, drop those who left, render, hand over.

Two chunks are open at once: while the answers of the first come in, the second is
already on the wire. And while the database records one and reads the next
(campaigns.delivery.asking), answers are heard and rows rendered. A chunk of which
only a few answers are still missing does not count, and a voyage that waits for
nothing else lets its worker take another batch. Nothing starts after the fence
closes: three quarters of the lease, a pause, a stop, or another worker's claim.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from campaigns.delivery import (
    boarding,
    guards,
    late,
    ledger,
    messages,
    outcomes,
    rates,
    reading,
    seams,
)
from campaigns.delivery.chunks import Chunk, Chunks
from campaigns.delivery.claims import Claim
from campaigns.delivery.desk import AWAY, Desk
from campaigns.delivery.flight import Flight
from campaigns.delivery.ledger import Lost
from campaigns.delivery.outcomes import Entry
from campaigns.delivery.pace import Pace
from campaigns.delivery.reading import Recorded, Row
from campaigns.models.reasons import Reason
from devices.gateways.base import Gateway, Push, Result, Verdict

LOOK_EVERY = 0.3
"""Seconds between two looks at pause, stop and switch while answers are awaited."""

REST = 0.05
"""Seconds that are spent waiting for an answer at a time."""

GLANCE = 0.002
"""The same while the database works: its answer is looked for in between."""

STALE = timedelta(seconds=1)
"""What was read so long ago and did not leave is read again: people may have left."""

LEASE_LOOKS = 10
"""Looks in the length of a lease while only stragglers are awaited."""

PATIENCE = 0.1
"""Seconds without any answer after which a voyage that misses only a few is left."""


class Voyage:
    """One claim on its way: its open chunks, its fence and its flight journal."""

    def __init__(
        self, claim: Claim, gateway: Gateway | None, *, pace: Pace, until: float
    ) -> None:
        self.claim = claim
        self.gateway = gateway
        self.pace = pace
        self.until = until
        self.letter = seams.over(
            messages.letter(claim.run, claim.revision, claim.variant)
        )
        self.standing = claim.standing
        self.desk = Desk(claim, self.letter, lease=pace.lease, closes=self._close)
        self.guard = guards.Guard(
            claim,
            chunk=pace.chunk,
            open_chunks=pace.open_chunks,
            before_writing=self.desk.settle,
        )
        self.open = Chunks()
        self.overlaps = gateway is not None and not gateway.uses_database
        self.gone: set[int] = set()
        self.closed = False
        self.line = rates.Line(claim, gateway, until=until, ramp=pace.ramp)
        self.hold = self.deadline = 0.0
        self.rest, self.look_every = REST, LOOK_EVERY
        self.looked = self.heard = time.monotonic()

    def run(self) -> bool:
        """Send what can be sent; whether the batch is closed or given back.

        False: only stragglers are missing, and `resume` waits for them.
        """
        claim = self.claim
        self.flight = Flight(
            self.pace.flights,
            batch=claim.batch,
            token=claim.token,
            base=claim.done,
            end=claim.hi,
        )
        return self._guarded(begins=True)

    def resume(self, until: float, *, rest: float) -> bool:
        """Go on as `run` does; ``rest`` seconds are spent waiting at a time."""
        self.until = self.line.until = until
        self.rest = rest
        self.look_every = self.pace.lease / LEASE_LOOKS
        return self._guarded(begins=False)

    def _guarded(self, *, begins: bool) -> bool:
        try:
            if not self._held(begins=begins):
                return False
        except BaseException:
            self.closed = True
            self.flight.abandon()
            self.desk.drop()
            raise
        if self.claim.done == self.claim.next:
            self.flight.close()
        else:
            self.flight.abandon()
        return True

    def _held(self, *, begins: bool) -> bool:
        """Sail as long as the batch is its own; what is learnt after that is late."""
        try:
            if begins:
                self.hold = self.line.first_slot(self.guard.rows)
                self._ask(self._nothing(), idle=True)
                self._answer()
            return self._sail()
        except Lost:
            self._report_late()
            return True

    def give_back(self, *, hold: float) -> None:
        """Nothing can be sent: leave the batch claimable after ``hold`` seconds."""
        self.hold = hold
        self._ask(self._nothing(), idle=True)
        self._answer()

    def _sail(self) -> bool:
        """Whether every answer came; False when only stragglers are missing."""
        while self.open:
            self._ask_next()
            if self.desk.asked and not self.overlaps:
                self._answer()
                continue
            came = self._listen(GLANCE if self.desk.asked else self.rest)
            if self.desk.asked:
                if not came and (not self._flies or self.desk.asked.is_answered()):
                    self._answer()
            elif self._idles():
                return False
        return True

    def _ask_next(self) -> None:
        """Record the first chunk when it is whole, else open another where one fits."""
        if self.desk.asked or not self.open:
            return
        if self.open[0].complete:
            self._judge(self.guard.end_chunk)
            seams.reached(seams.ANSWERED)
            self._ask(self.open[0].recorded(), idle=len(self.open) == 1)
        elif self._has_room() and self._wants():
            self._ask(self._nothing(), idle=False)

    def _has_room(self) -> bool:
        """Whether another chunk may be opened now."""
        guard = self.guard
        return self.open.busy < guard.chunks and len(self.open) < guard.most_open

    def _idles(self) -> bool:
        """Whether a few answers are missing, late, and nothing else is to be done."""
        if self.line or self.guard.narrow or time.monotonic() < self.heard + PATIENCE:
            return False
        return self.open.miss_few and not (self._has_room() and self._wants())

    def _nothing(self) -> Recorded:
        return Recorded(end=self.claim.done, at=timezone.now())

    def _wants(self) -> int:
        """How many rows more should be intended now."""
        if self._stays() or self.hold or time.monotonic() >= self.until:
            return 0
        return self.line.room(min(self.guard.rows, self.claim.hi - self.claim.next))

    def _stays(self) -> bool:
        """Whether nothing may start any more."""
        return self.closed or self.guard.closed

    def _ask(self, recorded: Recorded, *, idle: bool) -> None:
        self.desk.ask(recorded, want=self._wants(), idle=idle, hold=self.hold)

    def _close(self) -> None:
        """Nothing more may start."""
        self.closed = True

    def _answer(self) -> None:
        """Take what was asked for; ask the next before the new rows are boarded."""
        question, advanced = self.desk.answer()
        self.deadline = question.at + 0.75 * self.pace.lease
        self.closed = self.closed or not advanced.goes_on
        if self.open and self.open[0].end == question.recorded.end:
            self.open.pop(0)
        if not advanced.rows:
            return
        seams.reached(seams.INTENDED)
        chunk = Chunk(
            start=question.start,
            end=self.claim.next,
            rows={row.position: row for row in advanced.rows},
            boarded_at=timezone.now(),
        )
        self.open.append(chunk)
        if self.overlaps and not self.claim.paced:
            # A paced claim counts what waits in its line first.
            self._ask_next()
        self._board(chunk, advanced.ttl)
        self.rest, self.look_every = REST, LOOK_EVERY
        self.heard = time.monotonic()

    def _board(self, chunk: Chunk, ttl: int) -> None:
        """Render the chunk's rows and hand them over."""
        pushes = []
        ttl = 0 if self.claim.over else ttl
        for row in chunk.rows.values():
            push = boarding.push_of(row, self.letter, ttl=ttl)
            if not isinstance(push, Push):
                chunk.entries[row.position] = Entry(seq=row.seq, reason=push)
                self._judge(self.guard.leave_out, push)
            elif self.guard.admits(row.platform):
                pushes.append(push)
            else:
                chunk.entries[row.position] = self._barred(row)
        self.line.join(pushes, fence=self.fence)

    def _barred(self, row: Row) -> Entry:
        wait = self.guard.wait_of(row.platform)
        return outcomes.barred(row.seq, self.standing, wait=wait)

    def fence(self, position: int) -> bool:
        """The last moment before a body leaves; False keeps it back."""
        now = time.monotonic()
        if self.closed or self.guard.closed or now >= self.deadline:
            return False
        if self.gone and position in self.gone:
            return False
        if self.guard.barred and self.open.row(position).platform in self.guard.barred:
            return False
        if self.claim.paced and not self.line.leaves(position, at=now):
            return False
        self.flight.handed(position)
        return True

    def _listen(self, rest: float) -> bool:
        """Take the answers that come, if any; look at pause and stop now and then."""
        if self.gateway is None:
            return False
        if self.line:
            rest = min(rest, self._move_line())
        results = self.gateway.poll(rest)
        for result in results:
            self._take(result)
        if results:
            self.heard = time.monotonic()
        if time.monotonic() - self.looked >= self.look_every:
            self._look()
        return bool(results)

    @property
    def _flies(self) -> bool:
        """Whether anything is on the wire."""
        return self.gateway is not None and self.gateway.in_flight > 0

    def _move_line(self) -> float:
        """Let go what has its slot; for how long to await answers then."""
        self.desk.settle()
        try:
            if not self._stays() and not self.line.is_late:
                return self.line.move(fence=self.fence)
        except AWAY as trouble:
            self.desk.wait(trouble)
        for result in self.line.kept_back():
            self._take(result)
        return 0.0

    def _look(self) -> None:
        self.desk.settle()
        before = time.monotonic()
        try:
            allowed = ledger.renew(self.claim, lease=self.pace.lease)
            if stale := self._stale():
                self.gone |= reading.gone(self.claim, self.letter, stale)
        except AWAY as trouble:
            self.desk.wait(trouble)
        else:
            self.closed = self.closed or not allowed
            self.deadline = before + 0.75 * self.pace.lease
        self.looked = time.monotonic()

    def _stale(self) -> list[int]:
        """Positions that wait for their turn on the wire since some time."""
        return self.open.waiting(timezone.now() - STALE, self.flight.is_handed)

    def _take(self, result: Result) -> None:
        position = result.reference
        chunk = self.open.of(position)
        row = chunk.rows[position]
        self.flight.came_back(position, result)
        if result.verdict is Verdict.ACCEPTED:
            code, name = result.code, result.provider_id
            chunk.entries[position] = Entry(row.seq, Reason.ACCEPTED, code, name)
            found = self.guard.accept(row.platform)
            if found is not None:
                self._judge(self.guard.stop, found)
        else:
            self._take_refusal(result, chunk, row)
        if self.claim.paced:
            self.line.came_back(position)

    def _take_refusal(self, result: Result, chunk: Chunk, row: Row) -> None:
        entry = chunk.refuse(row, result, self.standing)
        if entry.reason is Reason.TOO_LARGE:
            self._judge(self.guard.leave_out, entry.reason)
        else:
            self._judge(self.guard.take, result, row.platform)

    def _judge(self, judge: Callable[..., None], *facts: object) -> None:
        """Without the database nothing more starts, so a lost verdict is no harm."""
        try:
            judge(*facts, at=timezone.now())
        except AWAY as trouble:
            self.desk.wait(trouble)

    def _report_late(self) -> None:
        """Another worker has the batch: wait for the wire, then say what is known."""
        self.closed = True
        while self.gateway is not None and self.gateway.in_flight:
            for result in self.gateway.poll(0.2):
                self._take(result)
        for chunk in self.open:
            late.report(self.claim, chunk.recorded())
