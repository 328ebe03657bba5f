"""What must become of a run, in plain Python beside the real one.

`Ledger` is what the database holds between two steps; the functions foretell from it
and from what a worker was told what the next step writes.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from campaigns.models import Batch, Delivery, Lane, Outcome, Parked, Run, Switch
from campaigns.models.reasons import Reason
from devices.gateways.base import Verdict
from devices.models import Credential

Outcomes = dict[tuple[int, int], int]
"""(seq, attempt) to the reason."""

FINAL = {
    Verdict.ACCEPTED: Reason.ACCEPTED,
    Verdict.TOKEN_DEAD: Reason.TOKEN_DEAD,
    Verdict.TOKEN_MISMATCH: Reason.WRONG_SENDER,
    Verdict.PAYLOAD_REJECTED: Reason.MESSAGE_REFUSED,
    Verdict.DROPPED: Reason.DROPPED,
}
AGAIN = {
    Verdict.AUTH_CONFIG: Reason.KEY_REFUSED,
    Verdict.THROTTLED: Reason.THROTTLED,
    Verdict.NOT_ACCEPTED: Reason.UNAVAILABLE,
    Verdict.NOT_SENT: Reason.NOT_SENT,
}
TRIES = {"fcm": 8, "apns": 3}
"""How often a throttled push is tried again."""
TRIES_UNKNOWN = 3
DEATHS = 6
"""After so many dead workers a row is an error of ours."""


@dataclass(frozen=True)
class Ledger:
    """One look at everything that a run's progress is written in."""

    run: Run
    is_on: bool
    paused_keys: frozenset[str]
    batches: dict[int, Batch]
    outcomes: Outcomes
    parked: dict[int, Parked]
    left_out: dict[int, int]
    narrow: dict[str, int | None]

    def free(self) -> list[Batch]:
        """Batches that a worker may take now, in the order in which they are."""
        at = timezone.now()
        found = [
            batch
            for batch in self.batches.values()
            if batch.state != 2
            and not self.is_held(batch, at)
            and (self.run.stopping or (self.may_send(batch) and batch.due <= at))
        ]
        return sorted(found, key=lambda batch: (batch.due, batch.pk))

    def is_held(self, batch: Batch, at: datetime) -> bool:
        return batch.until is not None and batch.until >= at

    def is_over(self) -> bool:
        """Whether the message's life is."""
        began, life = self.run.started_at, timedelta(seconds=self.run.ttl)
        return began is not None and began + life <= timezone.now()

    def may_send(self, batch: Batch) -> bool:
        """Whether rows of the batch may be intended, as far as all runs are told."""
        if self.run.state != "sending" or not self.is_on:
            return False
        if self.is_over():
            return True
        other = self.batches.get(self.narrow.get(batch.gateway) or 0)
        occupied = other is not None and other.pk != batch.pk and other.state == 1
        if occupied and self.is_held(other, timezone.now()):
            return False
        return batch.gateway not in self.paused_keys

    def is_settled(self) -> bool:
        return not self.parked and all(b.state == 2 for b in self.batches.values())


def look(run: Run) -> Ledger:
    run = Run.objects.get(pk=run.pk)
    keys = Credential.objects.filter(application=run.application_id)
    fingerprints = set(keys.values_list("fingerprint", flat=True))
    paused = keys.exclude(paused_at=None).values_list("gateway", flat=True)
    found = Outcome.objects.filter(run_id=run.pk)
    left_out = Delivery.objects.filter(run_id=run.pk).exclude(reason=None)
    return Ledger(
        run=run,
        is_on=Switch.objects.get().is_on,
        paused_keys=frozenset(paused),
        batches={batch.pk: batch for batch in Batch.objects.filter(run=run)},
        outcomes={
            (seq, attempt): reason
            for seq, attempt, reason in found.values_list("seq", "attempt", "reason")
        },
        parked={row.seq: row for row in Parked.objects.filter(run=run)},
        left_out=dict(left_out.values_list("seq", "reason")),
        narrow={
            lane.gateway: lane.batch_id
            for lane in Lane.objects.filter(run=run)
            if lane.proved_with not in fingerprints
        },
    )


def order(batch: Batch) -> tuple[Any, ...]:
    """The same for the same batches of every run."""
    facts = (batch.gateway, batch.attempt, batch.tries, batch.deaths)
    return (*facts, batch.lo, batch.members or [])


def seq_of(batch: Batch, position: int) -> int:
    return position if batch.members is None else batch.members[position - 1]


def told(verdict: Verdict, batch: Batch, policy: str) -> Reason:
    """What a worker writes of an answer that it got itself."""
    if verdict in FINAL:
        return FINAL[verdict]
    if verdict is Verdict.AMBIGUOUS:
        if policy == "never_duplicate":
            return Reason.SERVER_ERROR
        again = batch.tries < TRIES_UNKNOWN
        return Reason.RETRY_UNKNOWN if again else Reason.NO_ANSWER
    if verdict is Verdict.THROTTLED and batch.tries >= TRIES[batch.gateway]:
        return Reason.GAVE_UP
    return AGAIN[verdict]


def left_behind(
    batch: Batch, policy: str, journal: dict[int, Verdict | None] | None
) -> dict[int, Reason]:
    """What a successor writes of the rows that were intended and not recorded.

    ``journal``: of each position that was handed to the wire the answer, if it came;
    None where there is no journal to believe.
    """
    found = {}
    for position in range(batch.done + 1, batch.next + 1):
        if journal is not None and position not in journal:
            reason = Reason.NOT_SENT
        elif journal is not None and journal[position] is Verdict.NOT_SENT:
            reason = Reason.UNAVAILABLE
        elif journal is not None and journal[position] is not None:
            reason = told(journal[position], batch, policy)
        elif policy == "never_miss":
            reason = Reason.RETRY_UNKNOWN
        else:
            reason = Reason.WORKER_LOST
        found[seq_of(batch, position)] = reason
    return found


def stopped(batch: Batch, left: dict[int, Reason]) -> dict[int, Reason]:
    """The same in a run that is stopped, with those whose turn had not come."""
    rest = {
        seq_of(batch, position): Reason.STOPPED
        for position in range(batch.next + 1, batch.hi + 1)
    }
    return rest | {seq: _ended(reason) for seq, reason in left.items()}


def given_up(batch: Batch) -> dict[int, Reason]:
    """What becomes of those whose turn had not come in a batch that kills workers."""
    if batch.deaths < DEATHS:
        return {}
    rest = range(batch.next + 1, batch.hi + 1)
    return {seq_of(batch, position): Reason.INTERNAL_ERROR for position in rest}


def _ended(reason: Reason) -> Reason:
    if reason is Reason.RETRY_UNKNOWN:
        return Reason.WORKER_LOST
    return Reason.STOPPED if reason // 100 == 5 else reason


def is_final(reason: int) -> bool:
    return reason // 100 != 5


def counts(ledger: Ledger) -> Counter[int]:
    """Deliveries by the hundreds of their last reason; 0 for those that wait."""
    last: dict[int, int] = {}
    for (seq, _attempt), reason in sorted(ledger.outcomes.items()):
        last[seq] = reason
    final = [reason for reason in last.values() if is_final(reason)]
    found = Counter(reason // 100 for reason in [*final, *ledger.left_out.values()])
    found[0] = ledger.run.audience - sum(found.values())
    return found
