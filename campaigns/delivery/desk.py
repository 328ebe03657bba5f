"""Where one claim asks the database, one question at a time, and waits for it.

While the database is away nothing starts, and what is known is kept to be told again.
"""

import logging
import time
from collections.abc import Callable

from django.db import InterfaceError, OperationalError

from campaigns.delivery import sessions
from campaigns.delivery.asking import Question
from campaigns.delivery.claims import Claim
from campaigns.delivery.messages import Letter
from campaigns.delivery.reading import Advanced, Recorded

log = logging.getLogger(__name__)

AWAY = (OperationalError, InterfaceError)
"""What a database raises that cannot be reached or lost its session."""


class Desk:
    """``closes`` is called before the database is waited for; ``lease`` in seconds."""

    def __init__(
        self, claim: Claim, letter: Letter, *, lease: float, closes: Callable[[], None]
    ) -> None:
        self.asked: Question | None = None
        self._claim, self._letter = claim, letter
        self._lease, self._closes = lease, closes

    def ask(self, recorded: Recorded, *, want: int, idle: bool, hold: float) -> None:
        """Let the database work on it (asking.Question)."""
        self.asked = Question(
            self._claim,
            self._letter,
            recorded,
            want=want,
            idle=idle,
            hold=hold,
            lease=self._lease,
        )

    def settle(self) -> None:
        """The session is wanted for something else."""
        if self.asked:
            self.asked.settle()

    def drop(self) -> None:
        """Nobody needs the answer."""
        if self.asked:
            self.asked.drop()

    def answer(self) -> tuple[Question, Advanced]:
        """What was asked, and its answer. Raises Lost, and what lasts two leases."""
        since = 0.0
        while question := self.asked:
            try:
                advanced = question.answer()
            except AWAY as trouble:
                since = since or time.monotonic()
                if time.monotonic() > since + 2 * self._lease:
                    raise
                self.wait(trouble)
                self.ask(
                    question.recorded, want=0, idle=question.idle, hold=question.hold
                )
            else:
                self.asked = None
                return question, advanced
        raise AssertionError("nothing was asked")

    def wait(self, trouble: Exception) -> None:
        """Start nothing more; what is on the wire may still be answered."""
        self._closes()
        log.warning("run %s waits for the database: %s", self._claim.run, trouble)
        sessions.reconnect(self._lease)
