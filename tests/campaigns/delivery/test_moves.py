"""docs/states.md draws the moves that the guarded UPDATEs really make.

Each function that moves something is called in every state, allowed or not; triggers
write down what the database moved, and that must be the drawing, no more and no less.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns.delivery import batches, late, ledger, lifecycle
from campaigns.delivery.claims import Claim
from campaigns.delivery.outcomes import Entry
from campaigns.delivery.pace import Pace
from campaigns.delivery.reading import Recorded
from campaigns.delivery.voyage import Voyage
from campaigns.models import Batch, Outcome, Run
from campaigns.models.reasons import Reason
from campaigns.models.states import RunState
from tests import builders
from tests.campaigns.delivery import moves
from tests.campaigns.delivery.ledgers import sending_run
from tests.campaigns.test_states import drawn

pytestmark = pytest.mark.django_db

AT = timezone.now()
WHY = {"reason": "An error.", "at": AT}
RUN_MOVERS: dict[str, Callable[[Run, object], object]] = {
    "begin_preparing": lambda run, _: lifecycle.begin_preparing(run.pk, at=AT),
    "begin_sending": lambda run, _: lifecycle.begin_sending(run.pk, at=AT),
    "cancel": lambda run, user: lifecycle.cancel(run, user=user, at=AT),
    "expire_countdown": lambda run, _: lifecycle.expire_countdown(run.pk, at=AT),
    "pause": lambda run, user: lifecycle.pause(run, user=user, **WHY),
    "hold": lambda run, _: lifecycle.hold(run.pk, **WHY),
    "resume": lambda run, user: lifecycle.resume(run, user=user, at=AT),
    "stop": lambda run, user: lifecycle.stop(run, user=user, **WHY),
    "abandon": lambda run, _: lifecycle.abandon(run.pk, **WHY),
    "finish": lambda run, _: late.finish(run.pk, at=AT),
}


@pytest.fixture(autouse=True)
def _watched() -> None:
    moves.watch()


def made(subject: str) -> set[tuple[str, str]]:
    """What moved since the last look; nothing else may have."""
    found = moves.made()
    assert {name for name, _was, _now in found} <= {subject}, found
    return {(was, now) for _subject, was, now in found}


def test_whatever_is_asked_of_a_run_in_whatever_state_the_drawing_is_what_moves():
    user, seen = builders.user(is_superuser=True), set()

    for state, move in product(RunState, RUN_MOVERS.values()):
        run = builders.run(state=state, countdown_until=AT, launched_by=user)
        with suppress(lifecycle.Refused), transaction.atomic():
            move(run, user)
        seen |= made("run")

    assert seen == drawn("Run")


HELD, LAPSED = timedelta(seconds=30), timedelta(seconds=-1)
BATCH_STATES = {
    "waiting": {"state": 0, "until": None},
    "leased": {"state": 1, "until": HELD},
    "lapsed": {"state": 1, "until": LAPSED},
    "closed": {"state": 2, "until": None, "done": 2, "next": 2},
}


def give_back(claim: Claim, pace: Pace) -> None:
    Voyage(claim, None, pace=pace, until=0.0).give_back(hold=0.0)


def send_all(claim: Claim, pace: Pace) -> None:
    claim.over = True
    Voyage(claim, None, pace=pace, until=1e12).run()


BATCH_MOVERS: dict[str, Callable[[Claim, Pace], object]] = {
    "claim": lambda _, pace: batches.claim("me", lease=30, flights=pace.flights),
    "fail": lambda claim, _: batches.fail(claim),
    "release the dead": lambda _, pace: batches.release_dead(pace.flights),
    "renew": lambda claim, _: ledger.renew(claim, lease=30),
    "give back": give_back,
    "send all": send_all,
}
OWNERS_ALONE = ("give back", "send all")
"""Done by a voyage that holds its batch or has lost it, and never gave it back."""


def test_whatever_is_asked_of_a_batch_in_whatever_state_the_drawing_is_what_moves(
    tmp_path: Path,
):
    pace, seen = Pace(flights=tmp_path), set()

    for (name, state), mover in product(BATCH_STATES.items(), BATCH_MOVERS):
        if name == "waiting" and mover in OWNERS_ALONE:
            continue
        run = sending_run([f"{name} {mover} {n}" for n in range(2)])
        claim = batches.claim("me", lease=30, flights=pace.flights)
        ends = state["until"] and timezone.now() + state["until"]
        Batch.objects.filter(run=run).update(**state | {"until": ends})
        moves.made()
        with suppress(ledger.Lost), transaction.atomic():
            BATCH_MOVERS[mover](claim, pace)
        seen |= {move for move in moves.made() if move[0] != "delivery"}
        Run.objects.filter(pk=run.pk).update(state="stopped")
        moves.made()

    assert {(was, now) for _subject, was, now in seen} == drawn("Batch")
    assert {subject for subject, _was, _now in seen} == {"batch"}


def test_whatever_is_learnt_of_a_delivery_the_drawing_is_what_moves(tmp_path: Path):
    known = (Reason.ACCEPTED, Reason.TOKEN_DEAD, Reason.STOPPED, Reason.WORKER_LOST)
    truths = (Reason.ACCEPTED, Reason.MESSAGE_REFUSED, Reason.NO_ANSWER, Reason.EXPIRED)
    pairs = list(product(known, truths))
    sending_run([f"t-{n}" for n in range(len(pairs))])
    claim = batches.claim("me", lease=30, flights=tmp_path)
    claim.next = claim.hi
    moves.made()

    ledger.settle(
        claim, [Entry(seq=n, reason=was) for n, (was, _) in enumerate(pairs, start=1)]
    )
    told = [Entry(seq=n, reason=now) for n, (_, now) in enumerate(pairs, start=1)]
    late.report(claim, Recorded(end=claim.hi, at=AT, entries=told))

    found = {move for move in moves.made() if move[0] == "delivery"}
    assert {(was, now) for _subject, was, now in found} == drawn("Delivery")
    assert Outcome.objects.count() == len(pairs)
