"""Ask the database to record one chunk and intend the next, and go on meanwhile.

One statement, one commit, one round trip. While PostgreSQL works on it, its worker
renders and hears answers: neither waits for the other (docs/sending.md).
"""

import select
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from psycopg.pq import TransactionStatus

from campaigns.delivery import dead_tokens, promo_codes, reading
from campaigns.delivery.claims import Claim
from campaigns.delivery.ledger import Lost
from campaigns.delivery.messages import Letter
from campaigns.delivery.reading import Advanced, Recorded

IDLE = TransactionStatus.IDLE


class Question:
    """What one claim asked: write ``recorded``, intend up to ``want`` rows, read them.

    ``idle``: nothing else is open, so without new rows the batch is given back,
    claimable again after ``hold`` seconds. ``start`` is where new rows begin, ``at``
    when it was asked, of time.monotonic(). The session may be used for nothing else
    before `settle`. Safe to repeat when the answer to a commit was lost.
    """

    def __init__(
        self,
        claim: Claim,
        letter: Letter,
        recorded: Recorded,
        *,
        want: int,
        idle: bool,
        hold: float,
        lease: float,
    ) -> None:
        self.recorded, self.idle, self.hold = recorded, idle, hold
        self.start, self.at = claim.next, time.monotonic()
        self._claim, self._letter = claim, letter
        self._outcome: Advanced | Exception | None = None
        self._whole, self._wire = ExitStack(), ExitStack()
        found_by = reading.parameters(
            claim, letter, recorded, want=want, idle=idle, hold=hold, lease=lease
        )
        try:
            self._begin(reading.statement(claim.gateway, letter.fields), found_by)
        except (OperationalError, InterfaceError) as error:
            self._outcome = error

    def _begin(self, statement: str, found_by: dict[str, Any]) -> None:
        """Send it, and what commits it: that must not wait for this process.

        A worker that is stopped here would keep the batch locked, and no time-out of
        PostgreSQL ends a session that owes it the end of a pipeline.
        """
        commits = not (self._letter.lists or connection.in_atomic_block)
        with ExitStack() as begun:
            begun.enter_context(self._whole)
            begun.enter_context(self._wire)
            if self._letter.lists:
                self._whole.enter_context(transaction.atomic())
            self._cursor = self._wire.enter_context(connection.cursor())
            if not commits:
                self._cursor.execute(statement, found_by)
            else:
                self._wire.enter_context(_pipeline())
                session = connection.connection
                session.execute("BEGIN")
                self._cursor.execute(statement, found_by)
                session.execute("COMMIT")
                session.pgconn.send_flush_request()
                session.pgconn.flush()
            begun.pop_all()
        if self._letter.lists:
            self.settle()

    def is_answered(self) -> bool:
        """Whether `answer` would hardly wait."""
        if self._outcome is not None:
            return True
        return bool(select.select([connection.connection], [], [], 0)[0])

    def settle(self) -> None:
        """Wait for the answer and keep it: the session is free again. Raises nothing.

        What came of it, an error too, is `answer`'s to say.
        """
        if self._outcome is None:
            try:
                self._outcome = self._finished()
            except Exception as error:  # noqa: BLE001 (answer raises it)
                self._outcome = error

    def answer(self) -> Advanced:
        """What was intended. Raises Lost when the batch belongs to somebody else."""
        self.settle()
        if isinstance(self._outcome, Advanced):
            return self._outcome
        raise self._outcome or AssertionError("a settled question has an outcome")

    def drop(self) -> None:
        """Nobody needs the answer: free the session. A successor settles the rest."""
        if self._outcome is None:
            self._outcome = Lost()
            with suppress(Exception), self._whole, self._wire:
                raise Lost

    def _finished(self) -> Advanced:
        claim, recorded = self._claim, self.recorded
        codes: promo_codes.Codes = {}
        with self._whole:
            with self._wire:
                found = self._cursor.fetchall()
            if found and self._letter.lists:
                rows = reading.rows_of(self.start, found)
                codes = promo_codes.take(claim.run, self._letter, rows)
        if not found:
            return reading.already(claim, recorded.end)
        if recorded.dead:
            self._retire(decided=found[0][3])
        return reading.advanced(claim, recorded.end, found, codes)

    def _retire(self, *, decided: str) -> None:
        """Switch off what is dead; the run's end finds what a crash here leaves."""
        dead, at = self.recorded.dead, self.recorded.at
        with transaction.atomic():
            dead_tokens.found(self._claim, dead, decided=decided, at=at)


@contextmanager
def _pipeline() -> Iterator[None]:
    """psycopg's pipeline of this session: what is executed does not wait.

    Its own `sync`, which would commit, waits. Where a statement was refused, the
    COMMIT behind it was left out: nothing stays open.
    """
    session = connection.connection
    with connection.wrap_database_errors:
        try:
            with session.pipeline():
                yield
        finally:
            if not session.closed and session.info.transaction_status != IDLE:
                session.rollback()
