"""A gateway that keeps everything in memory: for unit tests of delivery only."""

from collections import deque
from collections.abc import Iterable
from typing import ClassVar

from devices.gateways.base import (
    TOO_BIG,
    Check,
    Fence,
    Gateway,
    Push,
    Result,
    Verdict,
    unsent,
)


class MemoryGateway(Gateway):
    """Accepts everything, but for tokens that ``verdicts`` answers otherwise.

    ``since`` tells of tokens when they died. ``sent`` lists what passed the fence, in
    order.
    """

    kind: ClassVar[str] = "memory"
    max_payload: ClassVar[int] = 4096

    def __init__(
        self,
        verdicts: dict[str, Verdict] | None = None,
        since: dict[str, float] | None = None,
    ) -> None:
        self.verdicts = verdicts or {}
        self.since = since or {}
        self.sent: list[Push] = []
        self._queue: deque[tuple[Push, Fence | None]] = deque()

    @property
    def in_flight(self) -> int:
        return len(self._queue)

    def size(self, push: Push) -> int:
        return len(f"{push.title}{push.body}{push.link}".encode())

    def submit(self, pushes: Iterable[Push], *, fence: Fence | None = None) -> None:
        self._queue.extend((push, fence) for push in pushes)

    def poll(self, timeout: float) -> list[Result]:
        queued = list(self._queue)
        self._queue.clear()
        return [self._answer(push, fence) for push, fence in queued]

    def check(self) -> Check:
        return Check(ok=True, sentence="Pushes stay in memory.")

    def _answer(self, push: Push, fence: Fence | None) -> Result:
        if fence and not fence(push.reference):
            return Result(
                reference=push.reference,
                verdict=Verdict.NOT_SENT,
                code="fence",
                left=False,
            )
        if self.size(push) > self.max_payload:
            return unsent(push, Verdict.PAYLOAD_REJECTED, TOO_BIG, "too long")
        self.sent.append(push)
        verdict = self.verdicts.get(push.token, Verdict.ACCEPTED)
        since = self.since.get(push.token)
        return Result(reference=push.reference, verdict=verdict, since=since)
