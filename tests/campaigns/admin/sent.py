"""A run with its ledger, written down as the pipeline leaves it."""

from collections import Counter
from typing import Any

from campaigns.delivery import clock
from campaigns.models import (
    BatchReason,
    Campaign,
    Delivery,
    LeftOut,
    Outcome,
    Run,
)
from campaigns.models.reasons import Reason, state_of
from campaigns.models.states import BatchState, DeliveryState
from devices.models import Installation, Person
from tests import builders

Row = tuple[Person, Installation | None, int | None]
TALLIES = {
    DeliveryState.ACCEPTED: "accepted",
    DeliveryState.FAILED: "failed",
    DeliveryState.SKIPPED: "skipped",
    DeliveryState.UNKNOWN: "unknown",
}


def device_each(*reasons: int | None) -> list[Row]:
    """For each reason a new person with one device; None waits."""
    return [
        (phone.person, phone, reason)
        for phone, reason in ((builders.installation(), each) for each in reasons)
    ]


def left_out(reason: int, *, people: int = 1) -> list[Row]:
    """People without a device whom the snapshot left out."""
    return [(builders.person(), None, reason) for _each in range(people)]


def a_run(
    due: list[Row],
    missing: list[Row] = (),
    campaign_: Campaign | None = None,
    **changes: Any,
) -> Run:
    """A run of ``due`` rows in one batch, and of rows ``missing`` from the start."""
    waiting = any(reason is None for *_who, reason in due)
    state = "sending" if waiting else "finished"
    facts = {"state": state, "started_at": builders.NOW, "prepared_at": builders.NOW}
    run = builders.run(campaign_, **facts | changes)
    rows = [*due, *missing]
    for seq, (person, phone, reason) in enumerate(rows, 1):
        Delivery.objects.create(
            run_id=run.pk,
            seq=seq,
            person_id=person.pk,
            installation_id=phone and phone.pk,
            token_hash=phone and phone.token_hash if seq <= len(due) else None,
            reason=reason if seq > len(due) else None,
        )
    record(run, [reason for *_who, reason in due])
    for reason, count in Counter(reason for *_who, reason in missing).items():
        LeftOut.objects.create(run=run, reason=reason, rows=count)
    Run.objects.filter(pk=run.pk).update(
        audience=len(rows),
        people=len({person.pk for person, *_rest in rows}),
        devices=sum(phone is not None for _person, phone, _reason in rows),
    )
    run.refresh_from_db()
    return run


def record(run: Run, reasons: list[int | None]) -> None:
    """The batch, its tallies and the outcomes of those that have one."""
    known = [reason for reason in reasons if reason is not None]
    tallies = Counter(TALLIES[state_of(reason)] for reason in known)
    closed = len(known) == len(reasons)
    batch = builders.batch(
        run,
        hi=len(reasons),
        done=len(known),
        next=len(known),
        state=BatchState.CLOSED if closed else BatchState.WAITING,
        due=clock.now(),
        **tallies,
    )
    for reason, count in Counter(known).items():
        BatchReason.objects.create(batch=batch, reason=reason, rows=count)
    for seq, reason in enumerate(reasons, 1):
        if reason is not None:
            code = "UNREGISTERED" if reason == Reason.TOKEN_DEAD else ""
            Outcome.objects.create(
                run_id=run.pk,
                seq=seq,
                attempt=1,
                reason=reason,
                code=code,
                at=builders.NOW,
            )
