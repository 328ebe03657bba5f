"""A request on its way, and the answer that it gets in the end."""

from collections.abc import Callable, Mapping

from devices.gateways.wire import (
    ANSWER_LIMIT,
    NO_HEADERS,
    Answer,
    Break,
    Request,
    asked_wait,
)

COMPLETE = Break(0, "")


class Exchange:
    """A request, and what came of its answer so far.

    ``until`` is of time.monotonic(). ``left``: it was written to a connection.
    """

    __slots__ = ("fenced", "fields", "left", "parts", "request", "status", "until")

    def __init__(self, request: Request, until: float) -> None:
        self.request = request
        self.until = until
        self.left = self.fenced = False
        self.status = 0
        self.fields: Mapping[str, str] = NO_HEADERS
        self.parts: list[bytes] | None = None

    def add(self, piece: bytes) -> bool:
        """Keep a piece of the answer's body; False when it has become too long."""
        if self.parts is None:
            self.parts = [piece]
            return len(piece) <= ANSWER_LIMIT
        self.parts.append(piece)
        return sum(map(len, self.parts)) <= ANSWER_LIMIT

    def answer(self, why: Break = COMPLETE) -> Answer:
        """The answer; ``why`` says what it lacks."""
        request, status, fields = self.request, self.status, self.fields
        return Answer(
            request,
            status,
            b"".join(self.parts)[:ANSWER_LIMIT] if self.parts else b"",
            asked_wait(fields) if status >= 400 else None,
            why.error,
            why.text,
            self.left,
            self.fenced,
            why.left_out,
            fields if request.options.headers else NO_HEADERS,
        )


Finish = Callable[[Exchange, Break], None]
"""Told once for each exchange that was given to a connection."""
