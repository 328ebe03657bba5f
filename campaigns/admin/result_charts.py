"""The results as pictures: the funnel, the timeline, and the push services."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.admin import charts
from campaigns.models import Run
from campaigns.models.reasons import state_of
from campaigns.models.states import DeliveryState
from campaigns.reports import run as reports
from campaigns.reports.reactions import Reactions
from campaigns.reports.timeline import Timeline

LEAST = 0.1
"""Per cent: the smallest share that is written with its number."""
TRIED = (DeliveryState.ACCEPTED, DeliveryState.FAILED, DeliveryState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The funnel's numbers, all of devices or all of people."""

    targeted: int
    attempted: int
    accepted: int
    received: int
    opened: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A push service's row; ``width`` is its open rate as a drawing's width."""

    numbers: reports.GatewayNumbers
    opened: int | None
    rate: str
    width: str


def of_devices(numbers: reports.Numbers, reactions: Reactions) -> Stages:
    return Stages(
        targeted=numbers.devices,
        attempted=numbers.accepted + numbers.failed + numbers.unknown,
        accepted=numbers.accepted,
        received=reactions.received,
        opened=reactions.opened,
    )


def of_people(run: Run, people: dict[int, int], reported: tuple[int, int]) -> Stages:
    """``people`` by the reason of the best that became of their devices.

    ``reported`` are those who received it and those who opened it.
    """
    by_state = {
        state: sum(n for reason, n in people.items() if state_of(reason) == state)
        for state in TRIED
    }
    return Stages(
        targeted=run.people,
        attempted=sum(by_state.values()),
        accepted=by_state[DeliveryState.ACCEPTED],
        received=reported[0],
        opened=reported[1],
    )


def rate(part: int, whole: int) -> str:
    """6.4 % as its reader writes it, or "n/a" with nothing to divide by.

    Something is never "0 %", and not all of them never "100 %".
    """
    if not whole:
        return _("n/a")
    share = 100 * part / whole
    if 0 < share < LEAST / 2:
        return _("under %(share)s %%") % {"share": number_format(LEAST)}
    if 100 - LEAST / 2 <= share < 100:
        return _("over %(share)s %%") % {"share": number_format(100 - LEAST)}
    decimals = 0 if share == round(share) else 1
    # Rounded here: number_format cuts off.
    text = number_format(round(share, 1), decimal_pos=decimals)
    return _("%(share)s %%") % {"share": text}


def funnel(stages: Stages, *, people: bool) -> charts.Chart:
    """From who was meant to who opened; each line says what it counts."""
    rows = [
        charts.Bar(label=label, value=value, note=note, look=look)
        for label, value, note, look in _lines(stages)
    ]
    facts = {"opened": rate(stages.opened, stages.targeted)}
    return charts.bars(
        "funnel",
        title=_("From targeted to opened"),
        summary=_("Of everybody targeted, %(opened)s opened it.") % facts,
        what=_("Step"),
        unit=_("People") if people else _("Devices"),
        rows=rows,
    )


def _lines(stages: Stages) -> list[tuple[str, int, str, charts.Look]]:
    known = {"known": rate(stages.received, stages.accepted)}
    return [
        (
            _("Targeted"),
            stages.targeted,
            _("In the audience when it was counted, before anybody was left out."),
            "quiet",
        ),
        (
            _("Attempted"),
            stages.attempted,
            _("Handed to a push service; the others were skipped or still wait."),
            "quiet",
        ),
        (
            _("Accepted"),
            stages.accepted,
            _("The push service took it. It is not proof that it was shown."),
            "plain",
        ),
        (
            _("Received"),
            stages.received,
            _(
                "The device itself said so. Known for %(known)s of those accepted; of "
                "the others nobody can know."
            )
            % known,
            "plain",
        ),
        (
            _("Opened"),
            stages.opened,
            _("Somebody tapped on it. Each device counts once."),
            "hatched",
        ),
    ]


def timeline(found: Timeline) -> charts.Chart:
    """Accepted and opened over time, each on a scale of its own."""
    return charts.columns(
        "timeline",
        title=_("When it happened"),
        summary=" ".join(_told(found)),
        what=_("From"),
        labels=[moment(each, found.step) for each in found.starts],
        series=[
            charts.Series(label=_("Accepted"), values=found.accepted),
            charts.Series(label=_("Opened"), values=found.opened, look="hatched"),
        ],
    )


def _told(found: Timeline) -> list[str]:
    """Whole sentences: the length of an interval, the busiest ones, how exact."""
    told = [_("Each column stands for %(long)s.") % {"long": length(found.step)}]
    best = max(found.accepted, default=0)
    if best:
        when = moment(found.starts[found.accepted.index(best)], found.step)
        facts = {"when": when, "most": intcomma(best)}
        told.append(_("Most were accepted from %(when)s on: %(most)s.") % facts)
    best = max(found.opened, default=0)
    if best:
        when = moment(found.starts[found.opened.index(best)], found.step)
        facts = {"when": when, "most": intcomma(best)}
        told.append(_("Most were opened from %(when)s on: %(most)s.") % facts)
    if not found.exact:
        told.append(_("From a sample of 20,000 devices: every number is about."))
    return told


def length(step: timedelta) -> str:
    """An interval in words: 10 seconds, 5 minutes, 6 hours, 1 day."""
    seconds = int(step.total_seconds())
    if seconds < 60:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    if seconds < 3_600:
        n = seconds // 60
        return ngettext("%(n)s minute", "%(n)s minutes", n) % {"n": n}
    if seconds < 86_400:
        n = seconds // 3_600
        return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}
    n = seconds // 86_400
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}


def moment(at: datetime, step: timedelta) -> str:
    """The beginning of an interval on the reader's clock, as exact as it is long."""
    local = timezone.localtime(at)
    if step >= timedelta(days=1):
        return date_format(local, "SHORT_DATE_FORMAT")
    if step >= timedelta(minutes=1):
        return date_format(local, "SHORT_DATETIME_FORMAT")
    return date_format(local, "H:i:s")


def services(numbers: reports.Numbers, found: Reactions | None) -> list[Service]:
    """A row for each push service, with its own open rate."""
    return [_service(each, found) for each in numbers.by_gateway]


def _service(numbers: reports.GatewayNumbers, found: Reactions | None) -> Service:
    opened = found.by_gateway.get(numbers.gateway, (0, 0))[1] if found else None
    share = 100 * (opened or 0) / numbers.accepted if numbers.accepted else 0
    return Service(
        numbers=numbers,
        opened=opened,
        rate="–" if opened is None else rate(opened, numbers.accepted),
        width=f"{min(share, 100):.1f}",
    )
