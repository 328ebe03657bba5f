"""Whether the machinery works, in one strip: a word and a shape for each part."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.admin import needs
from campaigns.admin.status import Status
from campaigns.delivery import heartbeats
from campaigns.models import Heartbeat
from devices.models import Credential

FINE = Status(gettext_lazy("Works"), "check_circle", "ok")
SLOW = Status(gettext_lazy("Look at this"), "warning", "look")
GONE = Status(gettext_lazy("Does not work"), "error", "stop")
NONE = Status(gettext_lazy("None yet"), "radio_button_unchecked", "quiet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: ``detail`` says in a few words what was seen."""

    name: str | Promise
    status: Status
    detail: str


def strip(*, at: datetime) -> list[Part]:
    """Clockwork, processes and keys; four small statements."""
    return [
        clockwork(at=at),
        processes(
            heartbeats.CONTROL_WORKER, gettext_lazy("Workers that prepare"), at=at
        ),
        processes(heartbeats.SEND_WORKER, gettext_lazy("Workers that send"), at=at),
        keys(),
    ]


def clockwork(*, at: datetime) -> Part:
    name = gettext_lazy("Clockwork")
    last = Heartbeat.objects.filter(part="tick").values_list("at", flat=True).first()
    if last is None:
        return Part(name=name, status=GONE, detail=_("It has never run."))
    seconds = max(0, round((at - last).total_seconds()))
    ago = ngettext("%(n)s second ago", "%(n)s seconds ago", seconds) % {"n": seconds}
    if at - last <= needs.TICK_LATE:
        return Part(name=name, status=FINE, detail=ago)
    since = _("Silent since %(when)s.") % {"when": needs.moment(last)}
    return Part(name=name, status=GONE, detail=since)


def processes(kind: str, name: str | Promise, *, at: datetime) -> Part:
    alive = heartbeats.alive(kind, at=at).count()
    said = ngettext("%(n)s process", "%(n)s processes", alive) % {"n": alive}
    return Part(name=name, status=FINE if alive else GONE, detail=said)


def keys() -> Part:
    """The keys of all applications: how many are paused or failed their last check."""
    name = gettext_lazy("Keys")
    bad = Q(check_ok=False) | Q(paused_at__isnull=False)
    counted = Credential.objects.aggregate(
        every=Count("pk"), bad=Count("pk", filter=bad)
    )
    if not counted["every"]:
        return Part(name=name, status=NONE, detail=_("No push service has a key."))
    if not counted["bad"]:
        said = ngettext("%(n)s key", "%(n)s keys", counted["every"])
        return Part(name=name, status=FINE, detail=said % {"n": counted["every"]})
    said = ngettext(
        "%(n)s key needs somebody", "%(n)s keys need somebody", counted["bad"]
    )
    return Part(name=name, status=SLOW, detail=said % {"n": counted["bad"]})
