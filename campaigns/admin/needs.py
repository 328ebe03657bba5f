"""What needs somebody: each with what to do and where to do it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_celery_beat.models import PeriodicTask

from campaigns.delivery import diagnosis, heartbeats
from campaigns.models import Heartbeat, Lane, Run
from campaigns.models.runs import DeadTokens
from campaigns.models.states import RunState
from devices import expiry
from devices.models import Application, Credential

TICK_LATE = timedelta(seconds=30)
MISSED_FOR = timedelta(days=14)
MOST = 5
"""Of each kind at most so many are named."""


@dataclass(frozen=True, slots=True)
class Need:
    """``severity`` is stop or look; ``fix`` names the page at ``url``."""

    severity: str
    sentence: str
    fix: str = ""
    url: str = ""


def everything(*, at: datetime) -> list[Need]:
    """What needs somebody now, the worst first; a handful of small statements."""
    found = [
        *clockwork(at=at),
        *workers(at=at),
        *missed(at=at),
        *paused(),
        *away(at=at),
        *dead_devices(at=at),
        *credentials(at=at),
        *identities(),
    ]
    return sorted(found, key=lambda each: each.severity != "stop")


def clockwork(*, at: datetime) -> Iterator[Need]:
    """The tick is switched off, or has not come for a while."""
    there = reverse("admin:django_celery_beat_periodictask_changelist")
    ticks = PeriodicTask.objects.filter(task="campaigns.tick")
    if not ticks.filter(enabled=True).exists():
        yield Need(
            "stop",
            _("The clockwork that starts campaigns is switched off."),
            _("Switch “Pushsite tick” on under System, Clockwork."),
            there,
        )
        return
    last = Heartbeat.objects.filter(part="tick").values_list("at", flat=True).first()
    if last is None:
        yield Need("stop", _("The clockwork that starts campaigns has never run."))
    elif at - last > TICK_LATE:
        yield Need(
            "stop",
            _("The clockwork that starts campaigns has been silent since %(when)s.")
            % {"when": moment(last)},
            _("Ask whoever runs the server to start beat and the control worker."),
        )


def workers(*, at: datetime) -> Iterator[Need]:
    """No process is there to send, or to prepare audiences."""
    kinds = (
        (heartbeats.SEND_WORKER, _("No process that sends is running.")),
        (heartbeats.CONTROL_WORKER, _("No process that prepares runs is running.")),
    )
    for kind, sentence in kinds:
        if not heartbeats.alive(kind, at=at).exists():
            yield Need("stop", sentence, _("Ask whoever runs the server to start it."))


def missed(*, at: datetime) -> Iterator[Need]:
    """Runs that did not start in time and that nobody has decided about."""
    late = Run.objects.filter(
        campaign=OuterRef("campaign"),
        slot__startswith=Concat(OuterRef("slot"), Value("#late")),
    ).exclude(state=RunState.CANCELLED)
    runs = Run.objects.filter(
        state=RunState.MISSED, changed_by=None, due_at__gt=at - MISSED_FOR
    )
    for run in runs.filter(~Exists(late)).select_related("campaign")[:MOST]:
        yield Need(
            "stop",
            _("“%(name)s” should have started at %(when)s and did not.")
            % {"name": run.campaign.name, "when": moment(run.due_at)},
            _("Decide: send it now, or leave it."),
            reverse("admin:campaigns_run_missed", args=[run.pk]),
        )


def paused() -> Iterator[Need]:
    """Runs that the system itself has paused."""
    runs = Run.objects.filter(state=RunState.PAUSED, changed_by=None)
    for run in runs.select_related("campaign")[:MOST]:
        yield Need(
            "look",
            _("“%(name)s” was paused by the system: %(why)s")
            % {"name": run.campaign.name, "why": run.why},
            _("Look at the run."),
            reverse("admin:campaigns_run_live", args=[run.pk]),
        )


def away(*, at: datetime) -> Iterator[Need]:
    """Push services that cannot be reached or ask for time, while a run waits."""
    waiting = Lane.objects.filter(run=OuterRef("pk")).exclude(waiting_since=None)
    runs = Run.objects.filter(Exists(waiting), state=RunState.SENDING)
    for run in runs.select_related("campaign")[:MOST]:
        for finding in diagnosis.held_lanes(run, at=at):
            facts = {"name": run.campaign.name, "what": finding.sentence}
            yield Need(
                "look",
                _("“%(name)s”: %(what)s") % facts,
                str(finding.remedy),
                reverse("admin:campaigns_run_live", args=[run.pk]),
            )


def dead_devices(*, at: datetime) -> Iterator[Need]:
    """Runs that found so many devices gone that nobody switched them off."""
    runs = Run.objects.filter(dead_tokens=DeadTokens.ASKED, due_at__gt=at - MISSED_FOR)
    for run in runs.select_related("campaign")[:MOST]:
        yield Need(
            "look",
            _("“%(name)s”: more than a fifth of the devices seem to be gone.")
            % {"name": run.campaign.name},
            _("An Administrator decides what becomes of them."),
            reverse("admin:campaigns_run_results", args=[run.pk]),
        )


def credentials(*, at: datetime) -> Iterator[Need]:
    """Keys that a push service refused, that are paused or end soon."""
    there = reverse("admin:devices_application_changelist")
    soon = at + expiry.FIRST
    rows = Credential.objects.select_related("application")
    for each in rows.exclude(paused_at=None)[:MOST]:
        said = {"key": each, "application": each.application, "why": each.why_paused}
        sentence = _("%(application)s: %(key)s is paused. %(why)s") % said
        yield Need("stop", sentence, _("Repair the key."), there)
    for each in rows.filter(paused_at=None, check_ok=False)[:MOST]:
        said = {
            "key": each,
            "application": each.application,
            "why": each.check_sentence,
        }
        sentence = _("%(application)s: %(key)s failed its last check. %(why)s") % said
        yield Need("look", sentence, _("Repair the key."), there)
    for each in rows.filter(expires_at__lt=soon).order_by(F("expires_at"))[:MOST]:
        yield _ending(each, at=at)


def _ending(key: Credential, *, at: datetime) -> Need:
    """Louder as the end comes near: 30, 14, 7 and 1 days before (devices.expiry)."""
    alarm = expiry.alarm(key.expires_at, at=at) or 0
    said = {
        "key": key,
        "application": key.application,
        "when": moment(key.expires_at),
        "days": alarm,
    }
    if alarm:
        sentence = ngettext(
            "%(application)s: %(key)s ends in less than a day, on %(when)s.",
            "%(application)s: %(key)s ends in less than %(days)s days, on %(when)s.",
            alarm,
        )
    else:
        sentence = _("%(application)s: %(key)s ended on %(when)s.")
    there = reverse("admin:devices_application_change", args=[key.application_id])
    fix = _("Put a new key in its place.")
    severity = "stop" if alarm <= expiry.LOUD else "look"
    return Need(severity, sentence % said, fix, there)


def identities() -> Iterator[Need]:
    """Applications where anybody can say who they are: said until it is mended."""
    for each in Application.objects.filter(identity_required=False)[:MOST]:
        yield Need(
            "look",
            _(
                "%(application)s: any app can claim to be any person, because identity "
                "need not be signed."
            )
            % {"application": each},
            _("Require signed identity."),
            reverse("admin:devices_application_change", args=[each.pk]),
        )


def moment(at: datetime | None) -> str:
    """Day and time on the reader's clock, or a dash."""
    return date_format(localtime(at), "SHORT_DATETIME_FORMAT") if at else "–"
