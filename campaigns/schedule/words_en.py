"""A schedule as one English sentence. The other languages have a file like this."""

from collections.abc import Sequence
from datetime import date, time

from campaigns.schedule.rule import (
    LAST,
    Frequency,
    Kind,
    Recurrence,
    Schedule,
    Weekday,
    spell,
)

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", LAST: "last"}
SHOWN = 6
"""More excluded dates than this are counted, not listed."""


def sentence(schedule: Schedule) -> str:
    """The whole schedule, with a full stop."""
    if schedule.kind == Kind.NOW:
        return "As soon as it is launched."
    if schedule.start is None or schedule.wall is None:
        return "No date yet."
    place = f"at {clock(schedule.wall)} ({schedule.zone})"
    if schedule.every is None:
        return f"Once, on {weekday(schedule.start)} {day(schedule.start)} {place}."
    return (
        f"{_pattern(schedule.every)} {place}, "
        f"{_span(schedule, schedule.start)}{_exceptions(schedule.excluded)}."
    )


def day(when: date) -> str:
    """1 December 2026."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def weekday(when: date) -> str:
    """Tuesday."""
    return _name(list(Weekday)[when.weekday()])


def clock(wall: time) -> str:
    """09:00."""
    return spell(wall)


def _name(each: Weekday) -> str:
    return each.value.capitalize()


def _list(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _pattern(every: Recurrence) -> str:
    if every.frequency == Frequency.DAILY:
        return "Every day" if every.interval == 1 else f"Every {every.interval} days"
    if every.frequency == Frequency.WEEKLY:
        names = _list([_name(each) for each in every.weekdays])
        if every.interval == 1:
            return "Every day" if len(every.weekdays) == 7 else f"Every {names}"
        return f"Every {every.interval} weeks on {names}"
    if every.frequency == Frequency.MONTHLY:
        return _monthly(every)
    return _yearly(every)


def _monthly(every: Recurrence) -> str:
    where = _where_in_month(every)
    short = every.month_day or 0
    if every.interval > 1:
        rest = f", in months that have a {_ordinal(short)}," if short > 28 else ""
        return f"Every {every.interval} months on the {where}{rest}"
    rest = " that has one," if short > 28 else ""
    return f"On the {where} of every month{rest}"


def _where_in_month(every: Recurrence) -> str:
    if every.nth is not None:
        return f"{NTH[every.nth]} {_name(every.weekdays[0])}"
    if every.month_day == LAST:
        return "last day"
    return _ordinal(every.month_day or 1)


def _ordinal(number: int) -> str:
    if number in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _yearly(every: Recurrence) -> str:
    month = MONTHS[(every.month or 1) - 1]
    when = f"{every.month_day} {month}"
    if every.month_day == LAST:
        when = f"the last day of {month}"
    years = "Every year" if every.interval == 1 else f"Every {every.interval} years"
    if (every.month, every.month_day) == (2, 29):
        return f"{years} on {when}, in leap years only,"
    return f"{years} on {when}"


def _span(schedule: Schedule, start: date) -> str:
    if schedule.until == start:
        return f"on {day(start)} only"
    if schedule.until:
        return f"from {day(start)} to {day(schedule.until)}"
    if schedule.count == 1:
        return f"from {day(start)}, once only"
    if schedule.count:
        return f"from {day(start)}, {schedule.count} times"
    return f"from {day(start)}"


def _exceptions(excluded: Sequence[date]) -> str:
    if not excluded:
        return ""
    if len(excluded) > SHOWN:
        return f", except on {len(excluded)} dates"
    return f", except on {_list([day(each) for each in excluded])}"
