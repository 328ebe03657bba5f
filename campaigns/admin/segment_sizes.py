"""How a segment grew: a chart of thirty days, with the days its rules changed."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.admin import charts
from campaigns.audience import sizes
from campaigns.delivery import clock
from campaigns.models import Segment, SegmentSize


def chart(segment: Segment) -> charts.Chart | None:
    """None until there are two days to compare."""
    days = sizes.history(segment, at=clock.now())
    if len(days) < 2:
        return None
    before = [None, *(each.version for each in days[:-1])]
    changed = [
        old is not None and each.version != old
        for old, each in zip(before, days, strict=True)
    ]
    return charts.columns(
        "sizes",
        title=_("Size over 30 days"),
        summary=_summary(days[0], days[-1]),
        what=_("Day"),
        labels=[_label(*each) for each in zip(days, changed, strict=True)],
        series=[
            charts.Series(
                label=_("People"), values=[each.people or 0 for each in days]
            ),
            charts.Series(
                label=_("Rules changed"),
                values=[int(each) for each in changed],
                look="dotted",
            ),
        ],
    )


def _label(size: SegmentSize, is_changed: bool) -> str:
    day = date_format(size.day, "j F")
    if not is_changed:
        return day
    return _("%(day)s: version %(version)d") % {"day": day, "version": size.version}


def _summary(first: SegmentSize, last: SegmentSize) -> str:
    facts = {
        "first": intcomma(first.people or 0),
        "day": date_format(first.day, "j F"),
        "last": intcomma(last.people or 0),
    }
    return _("From %(first)s people on %(day)s to %(last)s now.") % facts
