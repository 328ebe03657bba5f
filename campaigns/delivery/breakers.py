"""When answers say that the fault is ours, or the provider's: stop in time.

Reference F1 and F4. A breaker counts one worker's answers; in a narrow lane it goes
on where the worker before left off (campaigns.delivery.lanes).
"""

from dataclasses import asdict, dataclass
from enum import Enum

from campaigns.delivery import outcomes, stops
from campaigns.models.reasons import Reason
from devices.gateways.base import Result, Scope, Verdict

PROOF = 100
"""Answers without a suspicion that open a lane to every worker."""

LEAST, SHARE, IN_A_ROW = 200, 0.05, 50
"""Wrong senders: this share of so many answers, or so many in a row."""

WINDOW = 1_000
"""Answers after which the earlier ones count half: what begins late is not diluted."""

LOST_SHARE = 0.1
"""An outage of the provider must not turn a whole audience into «unknown»."""

REFUSED, FIRST, REFUSED_SHARE = 20, 1_000, 0.01
"""Refused messages: so many of the first answers, or this share of more."""

ERRORS, ERROR_SHARE = 20, 0.005
"""Errors of our own: so many, if they are this share."""

UNWRITTEN, UNWRITTEN_SHARE = 20, 0.01
"""Messages that cannot be written with their people's values: the same."""

UNTRUSTED = {"certificate", "tls"}
"""Codes of a host that could not prove that it is the one that was asked."""

TURNED, TURNED_SHARE = 20, 0.3
"""Turned away for now: this share of at least so many."""


class Halt(Enum):
    """What must stop."""

    KEY = "the gateway of this application, in this environment"
    RUN = "this run, at every gateway"
    LANE = "this run at this gateway, for a while"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """What must stop and why. ``why`` is a sentence that is kept (devices.said).

    ``seconds`` until a lane is tried again, None to let it decide. ``blameless``:
    the devices are not at fault.
    """

    halt: Halt
    why: str = ""
    trouble: str = ""
    seconds: float | None = None
    blameless: bool = False


@dataclass(slots=True)
class Breaker:
    """Counts of answers from one gateway.

    ``answers`` judge the key, the device or the message; ``asked`` are all that came
    back, ``recent`` the last of them, ``turned`` those of these that were turned away
    for now, ``lost`` those that nobody knows about.
    """

    gateway: str
    asked: int = 0
    answers: int = 0
    mismatched: int = 0
    in_a_row: int = 0
    refused: int = 0
    errors: int = 0
    unwritten: int = 0
    recent: int = 0
    lost: int = 0
    turned: int = 0

    def counts(self) -> dict[str, int]:
        """What to hand to the next worker in a narrow lane."""
        return {name: n for name, n in asdict(self).items() if name != "gateway" and n}

    @property
    def proved(self) -> bool:
        """Enough answers, and none of them suspicious; or so many that it was so."""
        if self.turned_away:
            return False
        clean = self.mismatched < SHARE * self.answers and not self.refused
        return self.answers >= (PROOF if clean else LEAST)

    @property
    def turned_away(self) -> bool:
        """Whether too much of what was asked was turned away for now."""
        return self.turned > TURNED_SHARE * self.recent

    def accept(self) -> Break | None:
        """`judge` for a push that was accepted, as nearly all are."""
        self._count()
        self.answers += 1
        if self.mismatched:
            return self._wrong_sender(Verdict.ACCEPTED)
        return None

    def judge(self, result: Result) -> Break | None:
        """What must stop because of one answer more, or None."""
        verdict = result.verdict
        if verdict is Verdict.NOT_SENT and result.code == outcomes.FENCED:
            return None
        if verdict is Verdict.AUTH_CONFIG:
            return self._refused_key(result)
        self._count()
        if verdict in (Verdict.THROTTLED, Verdict.NOT_ACCEPTED, Verdict.NOT_SENT):
            return self._turned(result)
        if verdict is Verdict.AMBIGUOUS:
            return self._ambiguous(result)
        self.answers += 1
        if verdict is Verdict.PAYLOAD_REJECTED:
            return self._refused_message(result.code, result.detail)
        return self._wrong_sender(verdict)

    def left_out(self, reason: Reason) -> Break | None:
        """The same for a push that our own checks kept back."""
        if reason is Reason.TOO_LARGE:
            self.answers += 1
            return self._refused_message("too long", "")
        if reason is Reason.UNWRITABLE:
            return self._unwritten()
        if reason is not Reason.INTERNAL_ERROR:
            return None
        self.asked += 1
        self.errors += 1
        if self.errors < ERRORS or self.errors <= ERROR_SHARE * self.asked:
            return None
        return Break(halt=Halt.RUN, why=stops.own_errors(self.errors))

    def _count(self) -> None:
        self.asked += 1
        self.recent += 1
        if self.recent > WINDOW:
            self.recent //= 2
            self.lost //= 2
            self.turned //= 2

    def _unwritten(self) -> Break | None:
        self.asked += 1
        self.unwritten += 1
        few = self.unwritten <= UNWRITTEN_SHARE * self.asked
        if self.unwritten < UNWRITTEN or few:
            return None
        return Break(halt=Halt.RUN, why=stops.unwritable(self.unwritten))

    def _refused_key(self, result: Result) -> Break | None:
        if result.code in outcomes.BARRED:
            return None
        if result.code in UNTRUSTED and not result.left:
            return Break(halt=Halt.KEY, why=stops.unproved_host(self.gateway))
        code = result.code or result.detail
        return Break(halt=Halt.KEY, why=stops.refused_key(self.gateway, code))

    def _turned(self, result: Result) -> Break | None:
        if result.scope is Scope.DEVICE:
            return None
        if result.verdict is Verdict.THROTTLED:
            wait = result.retry_after or 60.0
            return Break(halt=Halt.LANE, trouble="throttled", seconds=wait)
        self.turned += 1
        if self.turned < TURNED or not self.turned_away:
            return None
        gone = result.verdict is Verdict.NOT_SENT
        return Break(
            halt=Halt.LANE,
            trouble="unreachable" if gone else result.code,
            seconds=result.retry_after,
        )

    def _ambiguous(self, result: Result) -> Break | None:
        self.lost += 1
        if self.recent >= LEAST and self.lost >= LOST_SHARE * self.recent:
            return Break(halt=Halt.KEY, why=stops.lost_answers(self.gateway))
        return None

    def _refused_message(self, code: str, detail: str) -> Break | None:
        self.refused += 1
        early = self.answers <= FIRST and self.refused >= REFUSED
        if not early and (
            self.answers < FIRST or self.refused <= REFUSED_SHARE * self.answers
        ):
            return None
        return Break(
            halt=Halt.RUN, why=stops.refused_message(self.gateway, code, detail)
        )

    def _wrong_sender(self, verdict: Verdict) -> Break | None:
        wrong = verdict is Verdict.TOKEN_MISMATCH
        self.mismatched += wrong
        self.in_a_row = self.in_a_row + 1 if wrong else 0
        if self.in_a_row < IN_A_ROW and (
            self.answers < LEAST or self.mismatched < SHARE * self.answers
        ):
            return None
        return Break(
            halt=Halt.KEY, why=stops.wrong_sender(self.gateway), blameless=True
        )
