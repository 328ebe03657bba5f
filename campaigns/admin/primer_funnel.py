"""What came of a primer: a sentence, the funnel by platform, the days."""

from datetime import UTC, datetime

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from campaigns.admin import charts
from campaigns.admin.primer_pages import FOLDER, STATUS
from campaigns.models import Primer
from campaigns.primers import funnel
from campaigns.primers.funnel import Funnel, Line
from devices.admin import pages
from devices.models.installations import Platform

SPANS = (7, 30, 90)
"""Days that the page offers."""
USUAL = 30


def page(request: HttpRequest, primer: Primer, *, at: datetime) -> HttpResponse:
    asked = request.GET.get("days", "")
    days = next((each for each in SPANS if str(each) == asked), USUAL)
    found = funnel.of(primer, last=at.astimezone(UTC).date(), days=days)
    return pages.draw(
        request,
        f"{FOLDER}/funnel.html",
        title=_("Answers"),
        primer=primer,
        chip=STATUS[primer.state],
        funnel=found,
        days=days,
        spans=SPANS,
        sentence=sentence(found.total, days),
        steps=steps(found.total),
        series=series(found),
        rows=[
            (name(each), each, percent(each.share_granted))
            for each in [*found.platforms, found.total]
        ],
    )


def name(line: Line) -> str:
    return str(Platform(line.platform).label) if line.platform else _("All together")


def sentence(line: Line, days: int) -> str:
    """The funnel in one sentence."""
    shown = line.counts["shown"]
    facts = {
        "shown": intcomma(shown),
        "accepted": intcomma(line.counts["accepted"]),
        "granted": intcomma(line.counts["granted"]),
        "share": percent(line.share_granted),
        "days": days,
    }
    return (
        ngettext(
            "In the last %(days)s days it was shown %(shown)s time: %(accepted)s said "
            "yes to us, and %(granted)s then allowed messages, %(share)s of the "
            "showings.",
            "In the last %(days)s days it was shown %(shown)s times: %(accepted)s said "
            "yes to us, and %(granted)s then allowed messages, %(share)s of the "
            "showings.",
            shown,
        )
        % facts
    )


def percent(share: float | None) -> str:
    """Whole per cent; a dash where there is nothing to share.

    Something is never "0 %", and not all of them never "100 %".
    """
    if share is None:
        return "–"
    if 0 < share < 0.5:
        return _("under %(share)s %%") % {"share": number_format(1)}
    if 99.5 <= share < 100:
        return _("over %(share)s %%") % {"share": number_format(99)}
    return _("%(number)s %%") % {"number": number_format(round(share))}


def steps(line: Line) -> charts.Chart:
    """Shown, accepted, granted; then where the others stayed."""
    shown = line.counts["shown"]
    rows: list[tuple[str, str, charts.Look]] = [
        ("shown", pgettext("primer", "Shown"), "plain"),
        ("accepted", _("Accepted: pressed our yes"), "plain"),
        ("granted", _("Granted: then allowed messages"), "ok"),
        ("later", _("Later: pressed “later”, or closed it"), "quiet"),
        ("denied", _("Denied: refused the system's prompt"), "bad"),
    ]
    return charts.bars(
        "steps",
        title=_("From showing to yes"),
        summary=_("Each bar is a part of the showings."),
        unit=_("Showings"),
        what=_("Step"),
        rows=[
            charts.Bar(
                label=label,
                value=line.counts[kind],
                note=_("%(share)s of the showings")
                % {"share": percent(_share(line.counts[kind], shown))},
                look=look,
            )
            for kind, label, look in rows
        ],
    )


def _share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def series(found: Funnel) -> charts.Chart:
    """Shown, accepted and granted by day."""
    best = max(found.days, key=lambda each: each.counts["shown"])
    return charts.columns(
        "days",
        title=_("Day by day"),
        summary=_("Most showings were on %(day)s: %(shown)s.")
        % {
            "day": date_format(best.day, "DATE_FORMAT"),
            "shown": intcomma(best.counts["shown"]),
        },
        what=_("Day (UTC)"),
        labels=[date_format(each.day, "SHORT_DATE_FORMAT") for each in found.days],
        series=[
            charts.Series(
                label=pgettext("primer", "Shown"),
                values=[d.counts["shown"] for d in found.days],
            ),
            charts.Series(
                label=pgettext("primer", "Accepted"),
                values=[d.counts["accepted"] for d in found.days],
                look="dotted",
            ),
            charts.Series(
                label=pgettext("primer", "Granted"),
                values=[d.counts["granted"] for d in found.days],
                look="ok",
            ),
        ],
    )
