"""Whether each picture may still be shown on the day of the last push."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.schedule import form, instants, wording
from campaigns.schedule.rule import Kind, Schedule, ScheduleError

from .pictures import shown_by
from .problem import Problem, look


def rights(campaign: Campaign, *, at: datetime) -> Iterator[Problem]:
    """A line for each picture whose last day comes before a push that shows it."""
    ending = [each for each in shown_by(campaign) if each.asset.use_until]
    if not ending:
        return
    try:
        planned = form.from_json(campaign.schedule)
    except ScheduleError:
        return  # the check of the schedule says so
    for each in ending:
        last = each.asset.use_until
        if last and (too_late := shown_after(planned, last, at=at)):
            sentence = _(
                "The picture “%(name)s” may be shown until %(last)s, and would be sent "
                "on %(day)s."
            )
            words = {"last": wording.day(last), "day": wording.day(too_late)}
            yield look(
                sentence % {"name": each.asset.name, **words},
                _("Choose another picture, or send it earlier."),
                each.field,
                code="rights",
                about=("schedule",),
            )


def shown_after(planned: Schedule, last: date, *, at: datetime) -> date | None:
    """The first day after ``last`` on which it fires, by its own zone's calendar."""
    if planned.kind == Kind.NOW:
        return at.date() if at.date() > last else None
    since = max(at, datetime.combine(last, time.min, tzinfo=UTC))
    coming = instants.occurrences(planned, after=since)
    days = (each.local.date() for each in coming)
    return next((day for day in days if day > last), None)
