"""A gateway's verdict, in the ledger's words: final, or parked for another attempt."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from campaigns.delivery import pacing
from campaigns.models.campaigns import Policy
from campaigns.models.reasons import Reason, state_of
from campaigns.models.states import DeliveryState
from devices.gateways.base import TOO_BIG, Result, Verdict

FENCED = "fence"
"""The code of a push that our own fence kept back: it may leave at once."""

SETTLED = "settled"
"""The code of an outcome that a successor read from a dead worker's flight journal."""

FINAL = {
    Verdict.ACCEPTED: Reason.ACCEPTED,
    Verdict.TOKEN_DEAD: Reason.TOKEN_DEAD,
    Verdict.TOKEN_MISMATCH: Reason.WRONG_SENDER,
    Verdict.PAYLOAD_REJECTED: Reason.MESSAGE_REFUSED,
    Verdict.DROPPED: Reason.DROPPED,
}
BARRED = {"THIRD_PARTY_AUTH_ERROR", "APNS_AUTH_ERROR"}
"""Firebase's own key for Apple or for browsers was refused, not ours."""

LOST = {"timeout", "connection", "stream"}
PARKING = {each for each in Reason if state_of(each) is DeliveryState.WAITING}
"""The reasons with which a delivery waits for another attempt."""


class Entry(NamedTuple):
    """One line of the outcome log; ``wait`` seconds until the next attempt, if any.

    ``tries`` and ``deaths`` travel with a parked delivery.
    """

    seq: int
    reason: Reason
    code: str = ""
    ref: str = ""
    wait: float | None = None
    tries: int = 0
    deaths: int = 0

    @property
    def parks(self) -> bool:
        """Whether this attempt left the delivery waiting for another."""
        return self.reason in PARKING


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What decides about a second attempt: policy, gateway, history of a batch."""

    policy: str
    gateway: str = "fcm"
    tries: int = 0
    deaths: int = 0


def entry_of(seq: int, result: Result, standing: Standing) -> Entry:
    """The ledger's line for what a gateway answered to one push."""
    if result.code == TOO_BIG and not result.left:
        return Entry(seq=seq, reason=Reason.TOO_LARGE)
    reason = FINAL.get(result.verdict)
    if reason is not None:
        return Entry(seq=seq, reason=reason, code=result.code, ref=result.provider_id)
    if result.verdict is Verdict.AMBIGUOUS:
        return _ambiguous(seq, result, standing)
    if result.verdict is Verdict.AUTH_CONFIG and result.code in BARRED:
        return _again(seq, Reason.KEY_REFUSED, result, standing, pacing.BARRED)
    if result.verdict is Verdict.AUTH_CONFIG:
        return _parked(seq, Reason.KEY_REFUSED, result, standing, wait=0.0)
    if result.code == FENCED:
        return _parked(seq, Reason.NOT_SENT, result, standing, wait=0.0)
    return _turned_away(seq, result, standing)


def barred(seq: int, standing: Standing, *, wait: float) -> Entry:
    """The line for a row whose platform is not served for now: nothing left."""
    return Entry(
        seq=seq,
        reason=Reason.KEY_REFUSED,
        wait=wait,
        tries=standing.tries,
        deaths=standing.deaths,
    )


def unanswered(seq: int, standing: Standing, *, touched: bool) -> Entry:
    """The line for a row whose owner died: proved unsent, or nobody knows."""
    deaths = standing.deaths + 1
    if not touched:
        reason = Reason.NOT_SENT
    elif standing.policy == Policy.NEVER_MISS:
        reason = Reason.RETRY_UNKNOWN
    else:
        return Entry(seq=seq, reason=Reason.WORKER_LOST)
    return Entry(seq=seq, reason=reason, wait=0.0, tries=standing.tries, deaths=deaths)


def tally(reasons: Mapping[Reason, int]) -> Counter[DeliveryState]:
    """How many entries of these reasons are in each state; WAITING are the parked."""
    found: Counter[DeliveryState] = Counter()
    for reason, count in reasons.items():
        found[state_of(reason)] += count
    return found


def _ambiguous(seq: int, result: Result, standing: Standing) -> Entry:
    if standing.policy == Policy.NEVER_MISS:
        return _again(seq, Reason.RETRY_UNKNOWN, result, standing, pacing.UNKNOWN)
    known = result.code in LOST or result.code.startswith("curl_")
    reason = Reason.NO_ANSWER if known else Reason.SERVER_ERROR
    return Entry(seq=seq, reason=reason, code=result.code)


def _turned_away(seq: int, result: Result, standing: Standing) -> Entry:
    if result.verdict is Verdict.THROTTLED:
        curve = pacing.after_throttling(standing.gateway)
        if not result.left:
            # Its push service wants rest and was not asked: that is no try.
            wait = pacing.wait(
                curve, 0, retry_after=result.retry_after, random=random.random
            )
            return _parked(seq, Reason.THROTTLED, result, standing, wait=wait or 0.0)
        return _again(seq, Reason.THROTTLED, result, standing, curve)
    if result.verdict is Verdict.NOT_SENT:
        curve = pacing.UNAVAILABLE
    elif result.code in LOST:
        curve = pacing.BROKEN_STREAM
    else:
        curve = pacing.after_answer(standing.gateway)
    return _again(seq, Reason.UNAVAILABLE, result, standing, curve)


def _again(
    seq: int, reason: Reason, result: Result, standing: Standing, curve: pacing.Curve
) -> Entry:
    wait = pacing.wait(
        curve, standing.tries, retry_after=result.retry_after, random=random.random
    )
    if wait is None and reason is Reason.RETRY_UNKNOWN:
        return Entry(seq=seq, reason=Reason.NO_ANSWER, code=result.code)
    if wait is None:
        return Entry(seq=seq, reason=Reason.GAVE_UP, code=result.code)
    return Entry(
        seq=seq,
        reason=reason,
        code=result.code,
        wait=wait,
        tries=standing.tries + 1,
        deaths=standing.deaths,
    )


def _parked(
    seq: int, reason: Reason, result: Result, standing: Standing, *, wait: float
) -> Entry:
    return Entry(
        seq=seq,
        reason=reason,
        code=result.code,
        wait=wait,
        tries=standing.tries,
        deaths=standing.deaths,
    )
