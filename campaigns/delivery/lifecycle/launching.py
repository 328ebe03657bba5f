"""Start hard: launch now, schedule, unschedule, send what was missed."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.delivery import revisions, seams, speeds
from campaigns.delivery.lifecycle import completeness, ending, rights
from campaigns.delivery.lifecycle.refusals import (
    AlreadyLaunched,
    Changed,
    Incomplete,
    Refused,
    SendingStopped,
    WrongState,
)
from campaigns.delivery.lifecycle.speed import Speed, require_sensible
from campaigns.models import Campaign, Revision, Run, Switch
from campaigns.models.states import OPEN_RUNS, CampaignState, RunState
from campaigns.schedule import form, instants
from campaigns.schedule.rule import Kind, Schedule, ScheduleError
from devices.models import AuditEvent

COUNTDOWN = timedelta(seconds=30)
"""Between the click and the first request: time to take it back."""

NOW = {"kind": "now"}


def launch_now(
    campaign: Campaign,
    *,
    user: User,
    launch_key: uuid.UUID,
    version: int,
    counted_people: int,
    confirmed_people: int | None,
    at: datetime,
    about: bool = False,
    speed: Speed | None = None,
) -> Run:
    """Start a draft's run: countdown, then the audience, then the first request.

    ``launch_key`` is the form's own random key: the same key always answers with
    the same run. ``version`` is the one that the user saw, ``counted_people`` the
    people who would get it, as the page showed them (``about``: from a sample),
    ``confirmed_people`` what the user typed, ``speed`` what they chose, None for the
    draft's own. Raises Refused; then nothing happened.
    """
    rights.require_launch(user, counted_people)
    rights.require_confirmation(counted_people, confirmed_people)
    with transaction.atomic():
        draft = _lock(campaign)
        before = Run.objects.filter(launch_key=launch_key).first()
        if before is not None:
            return _same(before, draft)
        _require_sending()
        _choose(draft, speed)
        revision = _take(draft, user=user, version=version, schedule=NOW)
        run = _countdown(
            revision,
            slot=f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}@now",
            due_at=at,
            user=user,
            launch_key=launch_key,
            people=counted_people,
            about=about,
            at=at,
        )
        AuditEvent.objects.note(user, "launched", run, people=counted_people)
        seams.around_commit(seams.LAUNCHING, seams.LAUNCHED)
        return run


def schedule(
    campaign: Campaign,
    *,
    user: User,
    version: int,
    counted_people: int,
    confirmed_people: int | None,
    at: datetime,
    speed: Speed | None = None,
) -> Campaign:
    """Promise the draft's next occurrence; the arguments are those of launch_now.

    Returns the campaign as it is now. Raises Refused; then nothing happened.
    """
    rights.require_launch(user, counted_people)
    rights.require_confirmation(counted_people, confirmed_people)
    with transaction.atomic():
        draft = _lock(campaign)
        first = _first_occurrence(draft, at)
        _choose(draft, speed)
        _take(
            draft,
            user=user,
            version=version,
            next_slot=first.slot,
            next_at=first.instant,
            confirmed_people=counted_people,
        )
        AuditEvent.objects.note(
            user, "scheduled", draft, people=counted_people, slot=first.slot
        )
        draft.refresh_from_db()
        return draft


def unschedule(campaign: Campaign, *, user: User, at: datetime) -> None:
    """Back to a draft, when nothing of it is under way. Raises Refused."""
    rights.require(user, "launch_campaign", "stop_run")
    with transaction.atomic():
        found = _lock(campaign)
        if found.runs.filter(state__in=OPEN_RUNS).exists():
            raise WrongState(_("A run is under way: stop it, or wait until it ends."))
        moved = Campaign.objects.filter(pk=found.pk).move(
            CampaignState.DRAFT, next_slot="", next_at=None, updated_at=at
        )
        if not moved:
            raise WrongState(_("This campaign is not scheduled."))
        AuditEvent.objects.note(user, "unscheduled", found, slot=found.next_slot)


def send_missed(
    run: Run,
    *,
    user: User,
    counted_people: int,
    confirmed_people: int | None,
    at: datetime,
    about: bool = False,
) -> Run:
    """Send now what was missed: a new run with a countdown, once however asked.

    A late run that was cancelled may be asked for again. Raises Refused.
    """
    rights.require_launch(user, counted_people)
    rights.require_confirmation(counted_people, confirmed_people)
    with transaction.atomic():
        campaign = _lock(run.campaign)
        if not Run.objects.filter(pk=run.pk, state=RunState.MISSED).exists():
            raise WrongState(_("This run was not missed."))
        late = campaign.runs.filter(slot__startswith=f"{run.slot}#late")
        before = late.exclude(state=RunState.CANCELLED).first()
        if before is not None:
            return before
        _require_sending()
        made = _countdown(
            run.revision,
            slot=f"{run.slot}#late{late.count() + 1}",
            due_at=run.due_at,
            user=user,
            launch_key=None,
            people=counted_people,
            about=about,
            at=at,
        )
        AuditEvent.objects.note(user, "sent though missed", made, missed=run.pk)
        return made


def leave_missed(run: Run, *, user: User, at: datetime) -> None:
    """Decide not to send what was missed: it needs nobody any more. Raises Refused."""
    rights.require(user, "launch_campaign", "stop_run")
    undecided = Run.objects.filter(pk=run.pk, state=RunState.MISSED, changed_by=None)
    with transaction.atomic():
        if not undecided.update(changed_by=user, changed_at=at):
            raise WrongState(_("Somebody decided about this run already."))
        AuditEvent.objects.note(user, "left though missed", run)


def _lock(campaign: Campaign) -> Campaign:
    """The campaign as it is in the database, locked until the transaction ends."""
    return Campaign.objects.select_for_update().get(pk=campaign.pk)


def _choose(draft: Campaign, speed: Speed | None) -> None:
    """Keep the speed that was chosen at the launch; the revision has it from here."""
    if speed is not None:
        require_sensible(speed.per_minute)
        draft.per_minute = speed.per_minute
        draft.save(update_fields=["per_minute"])


def _take(
    draft: Campaign,
    *,
    user: User,
    version: int,
    schedule: dict[str, Any] | None = None,
    **changes: object,
) -> Revision:
    """Freeze a draft and move it to scheduled, if it is as the user saw it."""
    if draft.state != CampaignState.DRAFT:
        raise _not_a_draft(draft)
    if draft.version != version:
        raise Changed
    completeness.require_complete(draft)
    revision = revisions.freeze(draft, user=user, schedule=schedule)
    moved = Campaign.objects.filter(pk=draft.pk, version=version).move(
        CampaignState.SCHEDULED, revision=revision, launched_by=user, **changes
    )
    if not moved:
        raise Changed
    _take_the_place(draft, user)
    return revision


def _take_the_place(draft: Campaign, user: User) -> None:
    """End the campaign that this one replaces: nothing of it starts any more, and a
    run of it that is under way ends by itself."""
    before = draft.replaces_id
    if before is None:
        return
    live = Campaign.objects.filter(pk=before, state=CampaignState.SCHEDULED)
    if live.update(next_at=None, next_slot=""):
        ending.finish_campaign(before)
        AuditEvent.objects.note(user, "replaced", draft, source=before)


def _not_a_draft(campaign: Campaign) -> Refused:
    run = campaign.runs.filter(state__in=OPEN_RUNS).first()
    if run is not None:
        return AlreadyLaunched(run)
    if campaign.state == CampaignState.SCHEDULED:
        return WrongState(_("This campaign is scheduled: take it back first."))
    return WrongState(_("This campaign is over: duplicate it to send it again."))


def _same(run: Run, campaign: Campaign) -> Run:
    if run.campaign_id != campaign.pk:
        raise WrongState(_("This form was used already: reload the page."))
    return run


def _require_sending() -> None:
    if not Switch.objects.filter(is_on=True).exists():
        raise SendingStopped


def _first_occurrence(draft: Campaign, at: datetime) -> instants.Occurrence:
    try:
        wanted: Schedule = form.from_json(draft.schedule)
        form.check(wanted, at=at)
    except ScheduleError as trouble:
        raise Incomplete(str(trouble), field="schedule") from trouble
    if wanted.kind == Kind.NOW:
        raise Incomplete(_("Choose when it starts first."), field="schedule")
    first = instants.next_occurrence(wanted, at)
    if first is None:
        raise Incomplete(_("Choose a later date."), field="schedule")
    return first


def _countdown(
    revision: Revision,
    *,
    slot: str,
    due_at: datetime,
    user: User,
    launch_key: uuid.UUID | None,
    people: int,
    about: bool,
    at: datetime,
) -> Run:
    run = Run.objects.create(
        campaign=revision.campaign,
        revision=revision,
        application=revision.campaign.application,
        slot=slot,
        due_at=due_at,
        state=RunState.COUNTDOWN,
        policy=revision.settings["policy"],
        ttl=revision.settings["ttl"],
        launch_key=launch_key,
        confirmed_people=people,
        confirmed_about=about,
        countdown_until=at + COUNTDOWN,
        launched_by=user,
        changed_by=user,
        changed_at=at,
    )
    speeds.begin(run)
    return run
