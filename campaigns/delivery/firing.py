"""Turn a scheduled campaign's due occurrence into a run, once per slot."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import ngettext

from campaigns.delivery import bell, speeds
from campaigns.models import Campaign, Revision, Run
from campaigns.models.states import CampaignState, RunState
from campaigns.schedule import form, instants
from campaigns.schedule.instants import Occurrence
from campaigns.schedule.rule import Schedule
from devices.models import AuditEvent


def fire(campaign_id: int, *, at: datetime) -> None:
    """Start the latest due occurrence, or mark it missed; promise the next one.

    Nothing but the latest is caught up with: earlier ones that nobody started are
    shown as missed. The run and the next slot are one transaction.
    """
    with transaction.atomic():
        campaign = (
            Campaign.objects.select_for_update(skip_locked=True)
            .filter(pk=campaign_id, state=CampaignState.SCHEDULED, next_at__lte=at)
            .first()
        )
        if campaign is None or campaign.revision_id is None:
            return
        revision = Revision.objects.get(pk=campaign.revision_id)
        schedule = form.from_json(revision.schedule)
        *passed, latest = _due(schedule, campaign, at)
        if passed:
            _miss(campaign, revision, passed[-1], starts=len(passed), at=at)
        if at - latest.instant <= instants.grace(schedule, latest):
            _start(campaign, revision, latest, at=at)
        else:
            _miss(campaign, revision, latest, starts=1, at=at)
        _promise(campaign, instants.next_occurrence(schedule, at))


def renew_promises(*, at: datetime) -> int:
    """Hold every promised slot by the zones' laws of today; how many moved.

    A slot is a wall time, and a new law moves its instant. It stays the same slot, so
    nothing fires twice.
    """
    moved = 0
    waiting = Campaign.objects.filter(
        state=CampaignState.SCHEDULED, next_at__gt=at
    ).exclude(next_slot="")
    for campaign in waiting.only("next_slot", "next_at").iterator():
        now = instants.of_slot(campaign.next_slot)
        if now.instant != campaign.next_at:
            moved += Campaign.objects.filter(
                pk=campaign.pk,
                next_slot=campaign.next_slot,
                next_at=campaign.next_at,
            ).update(next_at=now.instant)
            AuditEvent.objects.note(
                None, "moved with its zone's clocks", campaign, slot=campaign.next_slot
            )
    return moved


def _due(schedule: Schedule, campaign: Campaign, at: datetime) -> list[Occurrence]:
    """The promised occurrence and all after it until ``at``, in order."""
    promised = campaign.next_at or at
    due = [Occurrence(slot=campaign.next_slot, local=promised, instant=promised)]
    for each in instants.occurrences(schedule, after=promised):
        if each.instant > at:
            break
        due.append(each)
    return due


def _start(
    campaign: Campaign, revision: Revision, slot: Occurrence, *, at: datetime
) -> None:
    run = _run(campaign, revision, slot, state=RunState.PREPARING, at=at)
    if run is not None:
        AuditEvent.objects.note(None, "started on schedule", run)
        bell.ring(bell.PREPARE, run.pk)


def _miss(
    campaign: Campaign,
    revision: Revision,
    slot: Occurrence,
    *,
    starts: int,
    at: datetime,
) -> None:
    reason = ngettext(
        "It could not start in time: nothing was running, or all sending was stopped.",
        "%(starts)s starts could not happen in time, of which this is the last: "
        "nothing was running, or all sending was stopped.",
        starts,
    ) % {"starts": starts}
    run = _run(campaign, revision, slot, state=RunState.MISSED, reason=reason, at=at)
    if run is not None:
        AuditEvent.objects.note(None, "missed", run, starts=starts)


def _run(
    campaign: Campaign,
    revision: Revision,
    slot: Occurrence,
    *,
    state: RunState,
    at: datetime,
    reason: str = "",
) -> Run | None:
    """The run of this slot, if it is new: the constraint decides."""
    run, is_new = Run.objects.get_or_create(
        campaign=campaign,
        slot=slot.slot,
        defaults={
            "revision": revision,
            "application_id": campaign.application_id,
            "due_at": slot.instant,
            "state": state,
            "reason": reason,
            "policy": revision.settings["policy"],
            "ttl": revision.settings["ttl"],
            "launched_by_id": campaign.launched_by_id,
            "changed_at": at,
        },
    )
    if not is_new:
        return None
    speeds.begin(run)
    return run


def _promise(campaign: Campaign, following: Occurrence | None) -> None:
    """Move the campaign on; without another occurrence it ends with its run."""
    Campaign.objects.filter(pk=campaign.pk, next_slot=campaign.next_slot).update(
        next_slot=following.slot if following else "",
        next_at=following.instant if following else None,
    )
