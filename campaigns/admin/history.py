"""Who did what to a run, in sentences."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns.models import Run
from devices import said
from devices.models import AuditEvent

SHOWN = 20

SENTENCES = {
    "launched": gettext_noop("%(who)s launched it."),
    "started on schedule": gettext_noop("It started on schedule."),
    "sent though missed": gettext_noop("%(who)s sends what was missed."),
    "left though missed": gettext_noop("%(who)s decided not to send it."),
    "extended the countdown": gettext_noop("%(who)s asked for 60 seconds more."),
    "cancelled": gettext_noop("%(who)s cancelled it."),
    "paused": gettext_noop("%(who)s paused it."),
    "corrected the message": gettext_noop(
        "%(who)s corrected the message for those not yet contacted."
    ),
    "resumed": gettext_noop("%(who)s resumed it."),
    "changed the speed": gettext_noop("%(who)s changed the speed."),
    "stopped": gettext_noop("%(who)s stopped it."),
    "asked about dead devices": gettext_noop(
        "So many devices are gone that %(who)s asks what to do."
    ),
    "switched dead devices off": gettext_noop("%(who)s switched the devices off."),
    "left dead devices on": gettext_noop("%(who)s left the devices switched on."),
    "switched devices on again": gettext_noop("%(who)s switched the devices on again."),
    "missed": gettext_noop("Its time had passed: nobody was contacted."),
}
TIMES = (
    ("prepared_at", gettext_noop("Everybody was written down; sending began.")),
    ("finished_at", gettext_noop("It was over.")),
)


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    sentence: str
    reason: str


def of_run(run: Run) -> list[Line]:
    """What staff and system did to a run, newest first, with its own milestones."""
    events = (
        AuditEvent.objects.filter(subject=run._meta.label_lower, subject_id=run.pk)
        .select_related("user")
        .order_by("-at", "-id")[:SHOWN]
    )
    lines = [
        Line(event.at, sentence(event), said.shown(str(event.facts.get("reason", ""))))
        for event in events
    ]
    moments = [(getattr(run, name), said) for name, said in TIMES]
    lines += [Line(at, _(said), "") for at, said in moments if at]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def sentence(event: AuditEvent) -> str:
    """One audit line in words; an action without words keeps its own name."""
    who = event.user.get_username() if event.user else _("the system")
    pattern = SENTENCES.get(event.action)
    if pattern is None:
        return f"{event.action} · {who}"
    return _(pattern) % {"who": who}
