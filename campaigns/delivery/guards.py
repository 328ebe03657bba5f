"""What the answers of one claim allow next: wide, narrow, or nothing more."""

import time
from collections.abc import Callable
from datetime import datetime

from campaigns.delivery import batches, lanes, lifecycle, slowing, stops
from campaigns.delivery.breakers import Break, Breaker, Halt
from campaigns.delivery.claims import Claim
from campaigns.models.reasons import Reason
from devices import credentials
from devices.gateways.base import Result, Verdict
from devices.models.applications import GatewayKind

BARRED_FOR = 600.0
"""Seconds until one push tries again whether a platform is served."""

MOST_OPEN = 24
"""Chunks that may be open when all but the last miss only a few answers."""

CLOSE_BY = 30.0
"""Seconds that the other rows of that platform wait meanwhile."""

OWN_HOSTS = {GatewayKind.WEBPUSH, GatewayKind.WNS}
"""Where each device names the host that it is reached at."""

LATER = {Verdict.NOT_SENT, Verdict.NOT_ACCEPTED}


class Guard:
    """Judges the answers of one claim, and does what they ask for.

    ``closed``: no request of this claim may start any more. ``before_writing`` is
    called before the database is used.
    """

    def __init__(
        self,
        claim: Claim,
        *,
        chunk: int,
        open_chunks: int,
        before_writing: Callable[[], None],
    ) -> None:
        self.claim = claim
        self._before_writing = before_writing
        self.closed = False
        self.narrow = not (claim.proved or claim.over)
        self.breaker = Breaker(claim.gateway, **claim.counts)
        self.barred = {name for name, at in claim.barred.items() if at > time.time()}
        self.doubted = set(claim.barred) - self.barred
        self._chunk = chunk
        self._open_chunks = open_chunks
        self._unreachable = 0
        self._trying: set[str] = set()
        self._accepted = False
        self._noted = False
        self._begun, self._before = time.monotonic(), claim.next

    @property
    def rows(self) -> int:
        """How many rows one chunk may have now."""
        most = min(self._chunk, lanes.NARROW) if self.narrow else self._chunk
        return min(most, batches.company(self.claim.deaths) or most)

    @property
    def chunks(self) -> int:
        """How many chunks may be on their way at once."""
        return 1 if self.narrow else self._open_chunks

    @property
    def most_open(self) -> int:
        """The same with those that miss only a few answers."""
        return 1 if self.narrow else max(MOST_OPEN, self._open_chunks)

    def admits(self, platform: str) -> bool:
        """Whether a device of this platform may be sent to now.

        Where it was refused for a while, one push goes first and the others wait.
        """
        if platform in self.barred:
            return False
        if platform not in self.doubted:
            return True
        first = platform not in self._trying
        self._trying.add(platform)
        return first

    def wait_of(self, platform: str) -> float:
        """Seconds that a device waits which was not admitted."""
        return BARRED_FOR if platform in self.barred else CLOSE_BY

    def accept(self, platform: str) -> Break | None:
        """A push was accepted; what must stop all the same goes to `stop`."""
        self._accepted = True
        if self.doubted:
            self._admit(platform)
        return self.breaker.accept()

    def stop(self, found: Break, *, at: datetime) -> None:
        """Stop what has to be stopped."""
        self._obey(found, at=at)

    def take(self, result: Result, platform: str, *, at: datetime) -> None:
        """Judge an answer that is not that the push was accepted."""
        if self._is_of_its_host(result):
            return
        self._unreachable += result.verdict is Verdict.NOT_SENT
        if slowing.asks_for_less(result) and not self.closed:
            self._before_writing()
            slowing.slow(self.claim, result, pace=self._pace())
        found = self.breaker.judge(result)
        if found is not None:
            self._obey(found, at=at)
        elif result.verdict is Verdict.AUTH_CONFIG and platform not in self.barred:
            self._bar(platform, result, at=at)

    def _pace(self) -> float:
        """Rows a second that this claim has begun with so far."""
        seconds = max(1.0, time.monotonic() - self._begun)
        return (self.claim.next - self._before) / seconds

    def _is_of_its_host(self, result: Result) -> bool:
        """Whether it says nothing of the lane, but of a host that failed before.

        What is tried again together is all of hosts that are away or gone for good.
        To hold the lane for them would keep everybody else waiting.
        """
        tried = self.claim.tries and self.claim.gateway in OWN_HOSTS
        return bool(tried) and result.verdict in LATER

    def leave_out(self, reason: Reason, *, at: datetime) -> None:
        """Judge that our own checks kept a push back."""
        found = self.breaker.left_out(reason)
        if found is not None:
            self._obey(found, at=at)

    def end_chunk(self, *, at: datetime) -> None:
        """Everything of a chunk is answered: is the lane proved, or out of reach?"""
        self._note_success()
        if self.closed:
            return
        if self._unreachable and self.breaker.turned_away:
            self._obey(Break(halt=Halt.LANE, trouble="unreachable"), at=at)
        elif self.narrow and self.breaker.proved:
            lanes.prove(self.claim, at=at)
            self.narrow = False
        elif self.narrow:
            lanes.keep(self.claim, self.breaker)

    def _obey(self, found: Break, *, at: datetime) -> None:
        if self.closed:
            return
        self.closed = True
        self._before_writing()
        claim = self.claim
        if found.halt is Halt.LANE:
            lanes.hold(
                claim,
                trouble=found.trouble,
                seconds=found.seconds,
                lost=self.breaker.lost,
            )
            return
        lanes.distrust(claim, blameless=found.blameless)
        if found.halt is Halt.RUN:
            lifecycle.hold(claim.run, reason=found.why, at=at)
            return
        place = (claim.application, claim.gateway, claim.environment)
        key = claim.fingerprint
        credentials.was_refused(*place, found.why, fingerprint=key)
        credentials.pause(*place, found.why, at=at, fingerprint=key)

    def _note_success(self) -> None:
        """Once a claim: the credential's page says when it last worked."""
        if self._noted or not self._accepted:
            return
        self._noted = True
        claim = self.claim
        credentials.succeeded(
            claim.application,
            claim.gateway,
            claim.environment,
            fingerprint=claim.fingerprint,
        )

    def _bar(self, platform: str, result: Result, *, at: datetime) -> None:
        self.barred.add(platform)
        self._before_writing()
        claim = self.claim
        lanes.bar(claim, platform, until=time.time() + BARRED_FOR)
        why = stops.firebase_lacks_a_key(platform, result.code)
        credentials.was_refused(
            claim.application,
            claim.gateway,
            claim.environment,
            why,
            fingerprint=claim.fingerprint,
        )

    def _admit(self, platform: str) -> None:
        if platform in self.doubted:
            self.doubted.discard(platform)
            self._before_writing()
            lanes.unbar(self.claim, platform)
