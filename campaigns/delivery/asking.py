"""Ask the database to record one chunk and intend the next, and go on meanwhile.

One statement, one commit, one round trip. While PostgreSQL works on it, its worker
renders and hears answers: neither waits for the other (docs/sending.md).
"""

import select
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction

from campaigns.delivery import dead_tokens, promo_codes, reading
from campaigns.delivery.claims import Claim
from campaigns.delivery.ledger import Lost
from campaigns.delivery.messages import Letter
from campaigns.delivery.reading import Advanced, Recorded


class Question:
    """What one claim asked: write ``recorded``, intend up to ``want`` rows, read them.

    ``idle``: nothing else is open, so without new rows the batch is given back,
    claimable again after ``hold`` seconds. ``start`` is where new rows begin. The
    session may be used for nothing else before `settle`. Safe to repeat when the
    answer to a commit was lost.
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
        self.recorded, self.idle = recorded, idle
        self.start = claim.next
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
        with ExitStack() as begun:
            begun.enter_context(self._whole)
            begun.enter_context(self._wire)
            # One statement is a transaction of its own, without two round trips more.
            if self.recorded.dead or self._letter.lists:
                self._whole.enter_context(transaction.atomic())
            self._cursor = self._wire.enter_context(connection.cursor())
            self._wire.enter_context(_pipeline())
            self._cursor.execute(statement, found_by)
            session = connection.connection.pgconn
            session.send_flush_request()
            session.flush()
            begun.pop_all()

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
        claim, end = self._claim, self.recorded.end
        codes: promo_codes.Codes = {}
        with self._whole:
            with self._wire:
                found = self._cursor.fetchall()
            if found:
                codes = self._with_it(found)
        if not found:
            return reading.already(claim, end)
        return reading.advanced(claim, end, found, codes)

    def _with_it(self, found: list[tuple[Any, ...]]) -> promo_codes.Codes:
        """What is written in the same transaction; the codes that the rows got."""
        claim, letter, recorded = self._claim, self._letter, self.recorded
        if recorded.dead:
            dead_tokens.found(claim, recorded.dead, decided=found[0][3], at=recorded.at)
        if not letter.lists:
            return {}
        return promo_codes.take(claim.run, letter, reading.rows_of(self.start, found))


@contextmanager
def _pipeline() -> Iterator[None]:
    """psycopg's pipeline of this session: what is executed does not wait.

    Its end commits what is not in a transaction. (Its `sync` would wait as well.)
    """
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield
