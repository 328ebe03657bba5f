"""Stop easily: cancel, pause, stop, stop all; and go on again.

Each raises ``epoch``, which workers compare in every statement, so that no request
starts after the commit. None of them needs the broker.
"""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns.delivery import waking
from campaigns.delivery.lifecycle import ending, rights
from campaigns.delivery.lifecycle.refusals import WrongState
from campaigns.models import Campaign, Parked, Run, Switch
from campaigns.models.states import CampaignState, RunState
from devices import said
from devices.models import AuditEvent

MORE_TIME = timedelta(seconds=60)
HELD_UP = gettext_noop("Its start was held up for too long. Launch it again.")


def cancel(run: Run, *, user: User, at: datetime) -> None:
    """Take a run back during its countdown; its campaign is a draft again."""
    rights.require_cancel(user, run)
    with transaction.atomic():
        if not Run.objects.filter(pk=run.pk).move(
            RunState.CANCELLED, changed_by=user, changed_at=at, finished_at=at
        ):
            raise WrongState(_("The countdown is over: stop the run instead."))
        _back_to_draft(run.campaign_id)
        AuditEvent.objects.note(user, "cancelled", run)


def expire_countdown(run_id: int, *, at: datetime) -> bool:
    """Take back, by the system itself, a run whose start was interrupted."""
    with transaction.atomic():
        moved = Run.objects.filter(pk=run_id).move(
            RunState.CANCELLED,
            reason=said.keep(HELD_UP),
            changed_at=at,
            finished_at=at,
        )
        if moved:
            run = Run.objects.get(pk=run_id)
            _back_to_draft(run.campaign_id)
            AuditEvent.objects.note(None, "cancelled", run)
    return bool(moved)


def extend_countdown(run: Run, *, user: User, at: datetime) -> None:
    """A minute more to think."""
    rights.require_cancel(user, run)
    counting = Run.objects.filter(pk=run.pk, state=RunState.COUNTDOWN)
    if not counting.update(
        countdown_until=F("countdown_until") + MORE_TIME, changed_at=at
    ):
        raise WrongState(_("The countdown is over: stop the run instead."))
    AuditEvent.objects.note(user, "extended the countdown", run)


def pause(run: Run, *, user: User, reason: str, at: datetime) -> None:
    """No request starts after this; what is on the wire gets its answer."""
    rights.require(user, "stop_run")
    if not _pause(run.pk, user=user, reason=reason, at=at):
        raise WrongState(_("Only a run that is sending can be paused."))


def hold(run_id: int, *, reason: str, at: datetime) -> bool:
    """Pause by the system itself; False when the run is not sending."""
    return _pause(run_id, user=None, reason=reason, at=at)


def explain(run_id: int, *, reason: str) -> int:
    """Say on a run that is preparing why it does not get on."""
    preparing = Run.objects.filter(pk=run_id, state=RunState.PREPARING)
    return preparing.update(reason=reason)


def resume(run: Run, *, user: User, at: datetime) -> None:
    """Go on with the same rows; the audience is never made again."""
    with transaction.atomic():
        found = Run.objects.select_for_update().get(pk=run.pk)
        rights.require_resume(user, found)
        moved = Run.objects.filter(pk=run.pk, state=RunState.PAUSED).move(
            RunState.SENDING,
            epoch=F("epoch") + 1,
            reason="",
            changed_by=user,
            changed_at=at,
        )
        if not moved:
            raise WrongState(_("Only a paused run can go on."))
        AuditEvent.objects.note(user, "resumed", run)
        waking.senders(run.pk, at=at)


def stop(run: Run, *, user: User, reason: str, at: datetime) -> None:
    """End a run for good: what has not left is skipped as stopped."""
    rights.require(user, "stop_run")
    if not _stop(run.pk, user=user, reason=reason, at=at):
        raise WrongState(_("This run is over already."))


def abandon(run_id: int, *, reason: str, at: datetime) -> bool:
    """Stop by the system itself, for what no person can mend in this run."""
    return _stop(run_id, user=None, reason=reason, at=at)


def stop_all(*, user: User, reason: str, at: datetime) -> None:
    """No request of any run starts after this, until allow_all."""
    rights.require(user, "switch_sending")
    switch_off(reason=reason, user=user, at=at)


def switch_off(*, reason: str, user: User | None, at: datetime) -> bool:
    """Turn the global switch off; False when it was off. For pages: stop_all."""
    with transaction.atomic():
        moved = Switch.objects.filter(is_on=True).update(
            is_on=False, reason=reason, changed_by=user, changed_at=at
        )
        if moved:
            switch = Switch.objects.get()
            AuditEvent.objects.note(user, "stopped all sending", switch, reason=reason)
    return bool(moved)


def allow_all(*, user: User, at: datetime) -> None:
    """Let everything go on, also on the machine that it was copied to."""
    rights.require(user, "switch_sending")
    if not switch_on(user=user, at=at):
        raise WrongState(_("Sending is allowed already."))


def switch_on(*, user: User | None, at: datetime) -> bool:
    """Turn the global switch on; False when it was on. For pages: allow_all."""
    with transaction.atomic():
        moved = Switch.objects.filter(is_on=False).update(
            is_on=True, reason="", instance=None, changed_by=user, changed_at=at
        )
        if moved:
            AuditEvent.objects.note(user, "allowed all sending", Switch.objects.get())
            waking.senders(at=at)
    return bool(moved)


def _pause(run_id: int, *, user: User | None, reason: str, at: datetime) -> bool:
    with transaction.atomic():
        moved = Run.objects.filter(pk=run_id).move(
            RunState.PAUSED,
            epoch=F("epoch") + 1,
            reason=reason,
            changed_by=user,
            changed_at=at,
        )
        if moved:
            run = Run.objects.get(pk=run_id)
            AuditEvent.objects.note(user, "paused", run, reason=reason)
    return bool(moved)


def _stop(run_id: int, *, user: User | None, reason: str, at: datetime) -> bool:
    with transaction.atomic():
        moved = Run.objects.filter(pk=run_id).move(
            RunState.STOPPED,
            epoch=F("epoch") + 1,
            stopping=True,
            reason=reason,
            changed_by=user,
            changed_at=at,
        )
        if moved:
            run = Run.objects.get(pk=run_id)
            AuditEvent.objects.note(user, "stopped", run, reason=reason)
            Parked.objects.filter(run=run, due__gt=at).update(due=at)
            if not ending.finish_if_done(run_id, at=at):
                waking.senders(run_id, at=at)
    return bool(moved)


def _back_to_draft(campaign_id: int) -> None:
    """A campaign without another occurrence or run waits to be launched again."""
    Campaign.objects.idle().filter(pk=campaign_id).move(
        CampaignState.DRAFT, next_slot=""
    )
