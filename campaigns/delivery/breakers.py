"""When answers say that the fault is ours: stop before it costs an audience.

Providers' guards, reference F4: one refused key after its one repair; wrong-sender
answers of 5 % of at least 200, or 50 in a row.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from devices.gateways.base import Result, Verdict

LEAST, SHARE, IN_A_ROW = 200, 0.05, 50
LOST_SHARE = 0.1
"""An outage of the provider must not turn a whole audience into «unknown»."""


@dataclass(slots=True)
class Breaker:
    """Counts one worker's answers from one gateway."""

    answers: int = 0
    mismatches: int = 0
    in_a_row: int = 0
    ambiguous: int = 0

    def judge(self, result: Result) -> str | None:
        """The sentence with which the gateway must be paused, or None."""
        if result.verdict is Verdict.AUTH_CONFIG:
            return _(
                "The push service refused our key (%(code)s). Nothing is lost: renew "
                "the key under Applications, then press Resume."
            ) % {"code": result.code or result.detail}
        self.answers += 1
        self.ambiguous += result.verdict is Verdict.AMBIGUOUS
        if self.answers >= LEAST and self.ambiguous >= LOST_SHARE * self.answers:
            return _(
                "Too many answers of the push service were lost or were errors of its "
                "own, so nobody could know who got the message. Wait until the service "
                "works again, then press Resume."
            )
        wrong = result.verdict is Verdict.TOKEN_MISMATCH
        self.mismatches += wrong
        self.in_a_row = self.in_a_row + 1 if wrong else 0
        if self.in_a_row >= IN_A_ROW or (
            self.answers >= LEAST and self.mismatches >= SHARE * self.answers
        ):
            return _(
                "Too many devices belong to another project than our key. No device "
                "was switched off: put the right key under Applications, then press "
                "Resume."
            )
        return None
