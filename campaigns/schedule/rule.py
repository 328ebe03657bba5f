"""What a schedule is: wall time, zone and recurrence rule. No instant is stored.

The instants are computed from it by `instants`, in words by `wording`, read from
and written to JSON by `form`.
"""

import calendar
import difflib
import functools
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from django.utils.translation import gettext as _

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
"""Days outside of these are typing errors, and near year 9999 clocks overflow."""

MAX_COUNT = 1_000
MAX_EXCLUDED = 366
LAST = -1
"""As month_day: the last day of the month. As nth: the last such weekday."""


class Kind(StrEnum):
    """When a campaign goes out: at launch, at one wall time, or by a rule."""

    NOW = "now"
    ONCE = "once"
    RECURRING = "recurring"


class Frequency(StrEnum):
    """The unit that a recurrence repeats by."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"


MAX_INTERVAL = {
    Frequency.DAILY: 366,
    Frequency.WEEKLY: 52,
    Frequency.MONTHLY: 24,
    Frequency.YEARLY: 10,
}


class Weekday(StrEnum):
    """Days as JSON spells them, Monday first."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """0 for Monday, as ``date.weekday()``."""
        return list(Weekday).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """Every ``interval`` days, weeks, months or years.

    WEEKLY takes ``weekdays``; MONTHLY either ``month_day`` (1 to 31, or LAST) or
    ``nth`` (1 to 4, or LAST) with one weekday; YEARLY ``month`` and ``month_day``.
    A month without the day is left out, as in RFC 5545.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[Weekday, ...] = ()
    month: int | None = None
    month_day: int | None = None
    nth: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One campaign's time: ``start`` is the only day of ONCE, the first of RECURRING,
    and ``wall`` the time that clocks of ``zone`` show.

    ``until`` is the last day that may fire; ``count`` how many occurrences fire,
    excluded ones not counted. Neither means for ever. Use `form.from_json` for what
    comes from outside: it refuses what `problems` finds.
    """

    kind: Kind
    zone: str = ""
    start: date | None = None
    wall: time | None = None
    every: Recurrence | None = None
    until: date | None = None
    count: int | None = None
    excluded: tuple[date, ...] = ()


class ScheduleError(ValueError):
    """The schedule cannot be used; ``problems`` has a sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


def spell(wall: time) -> str:
    """``09:00``, or ``09:00:17`` where there are seconds."""
    return wall.isoformat("seconds" if wall.second else "minutes")


@functools.cache
def zones() -> frozenset[str]:
    """Every IANA zone that a person may choose."""
    return frozenset(zoneinfo.available_timezones() - {"Factory", "localtime"})


def problems(schedule: Schedule) -> Iterator[tuple[str, str]]:
    """(field, sentence) for everything that is wrong whatever time it is now."""
    if schedule.kind == Kind.NOW:
        yield from _extras_of_now(schedule)
        return
    yield from _place(schedule)
    if schedule.kind == Kind.ONCE:
        yield from _extras_of_once(schedule)
        return
    if schedule.every is None:
        yield "every", _("Choose how often it repeats: daily, weekly, monthly, yearly.")
    else:
        yield from _recurrence(schedule.every)
    yield from _limits(schedule)


def _extras_of_now(schedule: Schedule) -> Iterator[tuple[str, str]]:
    if schedule != Schedule(kind=Kind.NOW):
        yield "kind", _("A campaign that goes out now takes no date, time or zone.")


def _extras_of_once(schedule: Schedule) -> Iterator[tuple[str, str]]:
    if schedule.every or schedule.until or schedule.count or schedule.excluded:
        yield "kind", _("A campaign that goes out once takes no repetition and no end.")


def _place(schedule: Schedule) -> Iterator[tuple[str, str]]:
    if schedule.start is None:
        yield "start", _("Choose a date.")
    elif not FIRST_DAY <= schedule.start <= LAST_DAY:
        yield "start", _("Choose a date between the years 2000 and 2099.")
    if schedule.wall is None:
        yield "time", _("Choose a time, such as 09:00.")
    elif schedule.wall.microsecond or schedule.wall.tzinfo:
        yield "time", _("Give the time in hours, minutes and seconds, such as 09:00.")
    if schedule.zone not in zones():
        yield "zone", _unknown_zone(schedule.zone)


def _unknown_zone(name: str) -> str:
    spelt = {each.lower(): each for each in zones()}
    near = difflib.get_close_matches(name.lower(), spelt, n=1)
    if not name or not near:
        return _("Choose a time zone, such as Europe/Paris.")
    return _("“%(zone)s” is not a time zone. Did you mean %(near)s?") % {
        "zone": name,
        "near": spelt[near[0]],
    }


def _recurrence(every: Recurrence) -> Iterator[tuple[str, str]]:
    most = MAX_INTERVAL[every.frequency]
    if not 1 <= every.interval <= most:
        yield (
            "every.interval",
            _("Repeat every 1 to %(most)s at this frequency.") % {"most": most},
        )
    if every.month_day is not None and not _is_month_day(every.month_day):
        yield "every.month_day", _("Choose a day from 1 to 31, or the last day.")
    yield from PATTERNS[every.frequency](every)


def _is_month_day(day: int) -> bool:
    return day == LAST or 1 <= day <= 31


def _daily(every: Recurrence) -> Iterator[tuple[str, str]]:
    if every.weekdays or every.month or every.month_day or every.nth:
        yield (
            "every.frequency",
            _("A daily schedule takes no weekday and no day of the month."),
        )


def _weekly(every: Recurrence) -> Iterator[tuple[str, str]]:
    if not every.weekdays:
        yield "every.weekdays", _("Choose at least one day of the week.")
    if len(set(every.weekdays)) < len(every.weekdays):
        yield "every.weekdays", _("A day of the week is chosen twice.")
    if every.month or every.month_day or every.nth:
        yield "every.frequency", _("A weekly schedule takes no day of the month.")


def _monthly(every: Recurrence) -> Iterator[tuple[str, str]]:
    if every.month:
        yield "every.month", _("A monthly schedule runs in all months: name none.")
    if (every.month_day is None) == (every.nth is None):
        yield (
            "every.month_day",
            _("Choose a day of the month, or a weekday such as the second Tuesday."),
        )
    if every.nth is not None and every.nth not in (1, 2, 3, 4, LAST):
        yield "every.nth", _("Choose the first, second, third, fourth or last weekday.")
    if len(every.weekdays) != (0 if every.nth is None else 1):
        yield "every.weekdays", _("Choose one day of the week for this schedule.")


def _yearly(every: Recurrence) -> Iterator[tuple[str, str]]:
    if every.weekdays or every.nth:
        yield "every.frequency", _("A yearly schedule takes a date, not a weekday.")
    if every.month is None or not 1 <= every.month <= 12:
        yield "every.month", _("Choose a month.")
        return
    if every.month_day is None:
        yield "every.month_day", _("Choose a day of the month.")
    elif every.month_day > calendar.monthrange(2000, every.month)[1]:
        yield "every.month_day", _("This month never has that day.")


PATTERNS = {
    Frequency.DAILY: _daily,
    Frequency.WEEKLY: _weekly,
    Frequency.MONTHLY: _monthly,
    Frequency.YEARLY: _yearly,
}


def _limits(schedule: Schedule) -> Iterator[tuple[str, str]]:
    if schedule.until is not None and schedule.count is not None:
        yield "end", _("Choose one end: a date or a number of times.")
    if schedule.until is not None and schedule.until > LAST_DAY:
        yield "end", _("Choose a date between the years 2000 and 2099.")
    if schedule.start and schedule.until and schedule.until < schedule.start:
        yield "end", _("The end is before the start: choose a later end date.")
    if schedule.count is not None and not 1 <= schedule.count <= MAX_COUNT:
        yield "end", _("Choose 1 to %(most)s times.") % {"most": MAX_COUNT}
    if len(schedule.excluded) > MAX_EXCLUDED:
        sentence = _("Leave out at most %(most)s dates.")
        yield "excluded", sentence % {"most": MAX_EXCLUDED}
