"""What every gateway over our own sender does alike: queue, feed, read, count."""

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from devices.gateways.base import (
    TOO_BIG,
    CredentialRefused,
    Fence,
    Gateway,
    Push,
    Result,
    Verdict,
    unsent,
)
from devices.gateways.http import Sender
from devices.gateways.oauth import TokenUnavailable
from devices.gateways.wire import Answer

T = TypeVar("T")

BROKEN_TEXT = (TypeError, UnicodeEncodeError)
"""What half a surrogate pair raises where it is written: orjson, and str.encode."""


class Queued(NamedTuple):
    """A push that is written and waits for room; ``body`` as `body` made it."""

    push: Push
    fence: Fence | None
    body: bytes

    def __repr__(self) -> str:
        return f"Queued({self.push.reference})"


class QueueingGateway(Gateway):
    """One credential over a shared sender.

    A provider's own part is what to write (`body`), how to start what is queued
    (`_feed`) and what an answer means (`_read`).
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._queue: deque[Queued] = deque()
        self._inbox: list[Answer] = []
        self._known: list[Result] = []
        self._in_flight = 0

    @abstractmethod
    def body(self, push: Push) -> bytes:
        """The message, written. Raises one of BROKEN_TEXT for broken Unicode."""

    @abstractmethod
    def _feed(self) -> None:
        """Start as many queued pushes as there is room for."""

    @abstractmethod
    def _read(self, answer: Answer) -> Result:
        """What an answer says of its push."""

    @property
    def in_flight(self) -> int:
        return self._in_flight

    def weigh(self, push: Push) -> int:
        """Bytes that count against max_payload. Raises as `body` does."""
        return len(self.body(push))

    def size(self, push: Push) -> int:
        """Bytes that count; 0 for broken Unicode, which submit answers."""
        try:
            return self.weigh(push)
        except BROKEN_TEXT:
            return 0

    def submit(self, pushes: Iterable[Push], *, fence: Fence | None = None) -> None:
        for push in pushes:
            self._in_flight += 1
            body = self._written(push)
            if isinstance(body, Result):
                self._known.append(body)
            else:
                self._queue.append(Queued(push, fence, body))

    def poll(self, timeout: float) -> list[Result]:
        self._feed()
        if not self._known and not self._inbox:
            self._sender.drive(timeout)
        results = self._known
        self._known = []
        answers, self._inbox[:] = self._inbox[:], []
        results.extend(self._read(answer) for answer in answers)
        self._in_flight -= len(results)
        return results

    def _written(self, push: Push) -> bytes | Result:
        """The message, or the result of a push that must not leave."""
        try:
            body = self.body(push)
        except BROKEN_TEXT:
            words = "a text holds half of a surrogate pair"
            return unsent(push, Verdict.PAYLOAD_REJECTED, "encoding", words)
        # The whole body is never shorter than what counts, and is there already.
        if len(body) <= self.max_payload or self.weigh(push) <= self.max_payload:
            return body
        words = f"{self.weigh(push)} bytes, {self.max_payload} fit"
        return unsent(push, Verdict.PAYLOAD_REJECTED, TOO_BIG, words)

    def _asked(self, ask: Callable[[], T]) -> T | None:
        """An access token, or None: then everything queued has come back unsent."""
        try:
            return ask()
        except CredentialRefused as refused:
            verdict, code, words = Verdict.AUTH_CONFIG, "oauth", str(refused)
        except TokenUnavailable as trouble:
            # Nothing but a host that cannot prove itself lasts.
            verdict = Verdict.AUTH_CONFIG if trouble.lasting else Verdict.NOT_SENT
            code = "certificate" if trouble.lasting else "oauth"
            words = str(trouble)
        self._give_back(lambda push: unsent(push, verdict, code, words))
        return None

    def _give_back(self, result_of: Callable[[Push], Result]) -> None:
        """Nothing can be started: each queued push gets this result."""
        self._known.extend(result_of(each.push) for each in self._queue)
        self._queue.clear()


def alike(result: Result) -> Callable[[Push], Result]:
    """The same result for every push, by its own reference."""
    return lambda push: result._replace(reference=push.reference)


def refuse_strangers(sender: Sender, *, simulated: bool, real: str, made: str) -> None:
    """A real credential meets no simulator, nor a simulated one a real provider.

    ``real`` and ``made`` say so. Raises CredentialRefused.
    """
    if sender.wire.simulator and not simulated:
        raise CredentialRefused(real)
    if simulated and not sender.wire.simulator:
        raise CredentialRefused(made)
