"""Why a run that should be sending is not, and what to do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import F, Min, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.delivery import heartbeats
from campaigns.models import Batch, Heartbeat, Lane, Run, Switch
from campaigns.models.states import BatchState, RunState
from devices.models import Credential
from devices.models.applications import Environment

WAITING = {
    "unreachable": _lazy(
        "%(gateway)s cannot be reached since %(since)s: %(waiting)s devices wait, and "
        "we try again at %(again)s."
    ),
    "throttled": _lazy(
        "%(gateway)s asked us to slow down at %(since)s: %(waiting)s devices wait, and "
        "we go on at %(again)s."
    ),
}
TURNED_AWAY = _lazy(
    "%(gateway)s turns pushes away since %(since)s (%(code)s): %(waiting)s devices "
    "wait, and we try again at %(again)s."
)


SHORTLY = timedelta(seconds=10)
"""A batch that only waits for its slots (delivery.rates) is due sooner than this."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What stands in the way, and what to do, in words."""

    sentence: str | Promise
    remedy: str | Promise


def diagnose(run: Run, *, at: datetime) -> list[Finding]:
    """What keeps ``run`` from sending now; empty when nothing known does.

    Eight statements at most, none over the ledger.
    """
    if run.state not in (RunState.PREPARING, RunState.SENDING):
        return []
    found = [*switched_off(), *silent_parts(run, at=at), *cannot_prepare(run)]
    if run.state == RunState.SENDING:
        held = held_lanes(run, at=at)
        found += [*paused_gateways(run, at=at), *held]
        found += [] if held else waiting_for_later(run, at=at)
    return found


def no_cause_found() -> Finding:
    """What to say when nothing moves and no cause is known here."""
    return Finding(
        _(
            "Nothing has moved for 90 seconds, and neither the switch, the gateways "
            "nor the workers say why: the database or the network may be slow."
        ),
        _("Ask whoever runs the server to look at the log of the send workers."),
    )


def switched_off() -> list[Finding]:
    switch = Switch.objects.filter(is_on=False).first()
    if switch is None:
        return []
    sentence = _("All sending is stopped: %(why)s") % {"why": switch.why or "–"}
    return [Finding(sentence, _("Allow sending again on the dashboard."))]


def cannot_prepare(run: Run) -> list[Finding]:
    """Freezing the audience failed; it is tried again every few seconds."""
    if run.state != RunState.PREPARING or not run.reason:
        return []
    remedy = _("It is tried again every few seconds. Stop the run if it cannot wait.")
    return [Finding(run.why, remedy)]


def silent_parts(run: Run, *, at: datetime) -> list[Finding]:
    """No worker of the kind that this state needs has shown itself lately."""
    sending = run.state == RunState.SENDING
    kind = heartbeats.SEND_WORKER if sending else heartbeats.CONTROL_WORKER
    if heartbeats.alive(kind, at=at).exists():
        return []
    remedy = _("Ask whoever runs the server to start it: %(command)s") % {
        "command": f"celery -A pushsite worker -Q {'send' if sending else 'control'}"
    }
    last = Heartbeat.objects.filter(part__startswith=kind).order_by("-at").first()
    if last is None:
        never = _("No send worker has ever shown itself.")
        return [
            Finding(
                never if sending else _("No control worker has ever shown itself."),
                remedy,
            )
        ]
    when = date_format(timezone.localtime(last.at), "H:i")
    since = (
        _("No send worker has shown itself since %(when)s.")
        if sending
        else _("No control worker has shown itself since %(when)s.")
    )
    return [Finding(since % {"when": when}, remedy)]


def paused_gateways(run: Run, *, at: datetime) -> list[Finding]:
    waiting = Q()
    for gateway, environment in set(
        open_batches(run).values_list("gateway", "environment")
    ):
        waiting |= Q(gateway=gateway, environment=environment)
    if not waiting:
        return []
    paused = Credential.objects.filter(
        waiting, application=run.application_id, paused_at__isnull=False
    )
    return [
        Finding(
            _("%(gateway)s is paused since %(since)s: %(why)s")
            % {
                "gateway": service(each),
                "since": moment(each.paused_at, at=at),
                "why": each.why_paused or "–",
            },
            _("An administrator repairs the key under Applications and resumes it."),
        )
        for each in paused
    ]


def held_lanes(run: Run, *, at: datetime) -> list[Finding]:
    """Push services that are away or ask for time, while the others go on."""
    lanes = Lane.objects.filter(run=run).exclude(waiting_since=None)
    return [
        Finding(
            WAITING.get(lane.trouble, TURNED_AWAY)
            % {
                "gateway": service(lane),
                "since": moment(lane.waiting_since, at=at),
                "code": lane.trouble,
                "waiting": intcomma(waiting_rows(run, lane)),
                "again": moment(max(at, lane.held_until or at), at=at),
            },
            _("Nothing to do: it continues by itself, and the others are not kept."),
        )
        for lane in lanes
        if waiting_rows(run, lane)
    ]


def service(place: Lane | Credential) -> str:
    """The push service by name, and which of its worlds where it is not the usual."""
    name = str(place.get_gateway_display())
    if place.environment == Environment.PRODUCTION:
        return name
    return f"{name} · {Environment(place.environment).label}"


def waiting_rows(run: Run, lane: Lane) -> int:
    """Devices of a lane that have no outcome yet, from the tallies."""
    batches = Batch.objects.filter(
        run=run, gateway=lane.gateway, environment=lane.environment
    )
    rows = batches.filter(members=None).aggregate(n=Sum(F("hi") - F("lo")))["n"] or 0
    states = ("accepted", "failed", "skipped", "unknown")
    done = batches.aggregate(**{each: Sum(each) for each in states})
    return int(rows - sum(each or 0 for each in done.values()))


def moment(when: datetime | None, *, at: datetime) -> str:
    """The time of day, with the date when it is another day's."""
    if when is None:
        return "–"
    local = timezone.localtime(when)
    same = local.date() == timezone.localtime(at).date()
    return date_format(local, "H:i" if same else "SHORT_DATETIME_FORMAT")


def waiting_for_later(run: Run, *, at: datetime) -> list[Finding]:
    """Every open batch is due later: the push service asked for time."""
    due = open_batches(run).aggregate(first=Min("due"))["first"]
    if due is None or due <= at + SHORTLY:
        return []
    when = date_format(timezone.localtime(due), "H:i")
    return [
        Finding(
            _("The push service asked us to slow down; we try again at %(when)s.")
            % {"when": when},
            _("Nothing to do: it continues by itself."),
        )
    ]


def open_batches(run: Run) -> QuerySet[Batch]:
    return Batch.objects.filter(run=run).exclude(state=BatchState.CLOSED)
