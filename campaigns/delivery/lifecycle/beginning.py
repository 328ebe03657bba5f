"""The system's own moves of a run: countdown, preparing, sending."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from campaigns.delivery import bell, reach, waking
from campaigns.delivery.lifecycle import control, ending
from campaigns.models import Run
from campaigns.models.states import RunState
from devices import said

MORE_THAN = 100
"""People more or fewer than were confirmed that are never worth a question."""

EXACT, ABOUT = 0.01, 0.1
"""By how much the audience may differ from a count of everybody, and of the smallest
sample: its 0.25 % of a million people miss the truth by 3 % in one case of three."""

FROM_SCHEDULE = 3
"""A scheduled audience may grow this many times before we ask; it is not new."""


class NotConserved(Exception):
    """The frozen rows do not add up: a defect of ours. The run must not start."""


def begin_preparing(run_id: int, *, at: datetime) -> bool:
    """From countdown to preparing, when its time has come; False when it has not."""
    with transaction.atomic():
        moved = Run.objects.filter(pk=run_id, countdown_until__lte=at).move(
            RunState.PREPARING, changed_at=at
        )
        if moved:
            bell.ring(bell.PREPARE, run_id)
    return bool(moved)


def begin_sending(run_id: int, *, at: datetime) -> bool:
    """From preparing to sending, once the whole audience is frozen.

    False when the run is not preparing any more. A run whose audience is not the
    one that was confirmed is paused in the same transaction: stop and ask.
    """
    with transaction.atomic():
        preparing = Run.objects.filter(pk=run_id, state=RunState.PREPARING)
        if not preparing.select_for_update().exists():
            return False
        moved = ending.conserved(preparing).move(
            RunState.SENDING, prepared_at=at, started_at=at, reason=""
        )
        if not moved:
            raise NotConserved(f"run {run_id}")
        question = surprise(Run.objects.select_related("campaign").get(pk=run_id))
        if question:
            control.hold(run_id, reason=question, at=at)
        elif not ending.finish_if_done(run_id, at=at):
            waking.senders(run_id, at=at)
    return True


SURPRISE = gettext_noop(
    "%(expected)s people were confirmed, and %(found)s would get it. Nobody was sent "
    "anything yet: resume to send to them, or stop."
)


def surprise(run: Run) -> str:
    """Why the audience is not what was confirmed, in a sentence; "" when it is."""
    expected = _expected(run)
    if expected is None:
        return ""
    found = reach.people(run.pk)
    if _is_close(run, expected, found):
        return ""
    return said.keep(SURPRISE, expected=expected, found=found)


def _expected(run: Run) -> int | None:
    if run.confirmed_people is not None:
        return run.confirmed_people
    return run.campaign.confirmed_people


def _is_close(run: Run, expected: int, found: int) -> bool:
    if run.confirmed_people is None:
        # Confirmed once for a schedule, and not by a person just now.
        return found <= max(expected * FROM_SCHEDULE, expected + 10 * MORE_THAN)
    part = ABOUT if run.confirmed_about else EXACT
    return abs(found - expected) <= max(expected * part, MORE_THAN)
