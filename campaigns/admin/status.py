"""How a state is shown: one word, one icon, one tone, the same on every page."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Run
from campaigns.models.states import CampaignState, RunState


@dataclass(frozen=True, slots=True)
class Status:
    """``tone`` is quiet, busy, ok, look or stop; ``icon`` a Material Symbol."""

    word: str | Promise
    icon: str
    tone: str


CAMPAIGN: dict[str, Status] = {
    CampaignState.DRAFT: Status(_("Draft"), "edit_note", "quiet"),
    CampaignState.SCHEDULED: Status(_("Scheduled"), "event", "busy"),
    CampaignState.FINISHED: Status(_("Completed"), "check_circle", "ok"),
    CampaignState.ARCHIVED: Status(_("Archived"), "archive", "quiet"),
}
RUN: dict[str, Status] = {
    RunState.COUNTDOWN: Status(_("Countdown"), "timer", "busy"),
    RunState.PREPARING: Status(_("Preparing"), "hourglass_top", "busy"),
    RunState.SENDING: Status(_("Sending"), "send", "busy"),
    RunState.PAUSED: Status(_("Paused"), "pause_circle", "look"),
    RunState.FINISHED: Status(_("Completed"), "check_circle", "ok"),
    RunState.STOPPED: Status(_("Stopped"), "stop_circle", "stop"),
    RunState.MISSED: Status(_("Missed"), "event_busy", "stop"),
    RunState.CANCELLED: Status(_("Cancelled"), "cancel", "quiet"),
}
OPEN = frozenset(
    {RunState.COUNTDOWN, RunState.PREPARING, RunState.SENDING, RunState.PAUSED}
)
"""A run in one of these is the campaign's current one."""


OVER = frozenset({RunState.FINISHED, RunState.STOPPED})
"""A run in one of these has results and nothing left to watch."""


def page_of(run: Run) -> str:
    """Where a link to a run goes: what came of it, or what it does now."""
    name = "results" if run.state in OVER else "live"
    return reverse(f"admin:campaigns_run_{name}", args=[run.pk])


def of_run(run: Run) -> Status:
    """What a run's chip says."""
    return RUN[run.state]


def of_campaign(campaign: Campaign, last: Run | None) -> Status:
    """What a campaign's chip says: its current run's word, else its own state's.

    A missed last run is shown until somebody decides.
    """
    if campaign.state == CampaignState.ARCHIVED or last is None:
        return CAMPAIGN[campaign.state]
    if last.state in OPEN or last.state == RunState.MISSED:
        return RUN[last.state]
    if campaign.state == CampaignState.FINISHED:
        return RUN[last.state]
    return CAMPAIGN[campaign.state]
