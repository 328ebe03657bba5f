"""From a schedule to the instants at which it fires.

The rule runs over local days (dateutil's rrule); each day's wall time is then
resolved in the zone. In a gap the time moves forward by the gap (the offset before
it holds, RFC 5545 3.3.5); in an overlap the first of the two is meant.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil import rrule

from campaigns.schedule.rule import (
    LAST_DAY,
    Frequency,
    Kind,
    Recurrence,
    Schedule,
    Weekday,
    spell,
)

GRACE_ONCE = timedelta(minutes=15)
GRACE_MOST = timedelta(minutes=60)
BEFORE_NEXT = timedelta(minutes=1)

ClockChange = Literal["gap", "overlap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time that a schedule fires.

    ``slot`` names the promised wall time and zone, and is unique in a schedule:
    whoever writes it under a unique constraint fires once. ``local`` is the aware
    time that clocks show there then, later than the slot where ``clock_change`` is
    "gap". ``instant`` is the same moment in UTC: compare instants, since Python holds
    an ambiguous local time unequal to every time of another zone (PEP 495).
    """

    slot: str
    local: datetime
    instant: datetime
    clock_change: ClockChange | None = None


def resolve(day: date, wall: time, zone: str) -> Occurrence:
    """The moment that a wall time means in a zone, and its slot."""
    place = ZoneInfo(zone)
    promised = datetime.combine(day, wall, tzinfo=place)
    first, second = promised.utcoffset(), promised.replace(fold=1).utcoffset()
    instant = promised.astimezone(UTC)
    change: ClockChange | None = None
    if first is not None and second is not None and first != second:
        change = "gap" if first < second else "overlap"
    return Occurrence(
        slot=f"{day.isoformat()}T{spell(wall)}@{zone}",
        local=instant.astimezone(place),
        instant=instant,
        clock_change=change,
    )


def of_slot(slot: str) -> Occurrence:
    """The moment that a slot means by the zone's law of today."""
    promised, _at, zone = slot.partition("@")
    local = datetime.fromisoformat(promised)
    return resolve(local.date(), local.time(), zone)


def occurrences(
    schedule: Schedule, *, after: datetime | None = None
) -> Iterator[Occurrence]:
    """Every occurrence later than ``after`` (aware; None: from the start), in order.

    Ends with the schedule, or with the year 2099. The work before the first one is
    bounded: without a count the rule jumps to ``after``, with one (1,000 at most)
    it counts from the start. NOW has none: its moment is the launch.
    """
    if schedule.kind == Kind.NOW or (after and after.year > LAST_DAY.year + 1):
        return iter(())
    since = _day_before(after, schedule.zone)
    # A schedule that counts must count from its start, whatever was asked.
    counted = _apart(_firing(schedule, None if schedule.count else since))
    limited = itertools.islice(counted, schedule.count)
    return (each for each in limited if after is None or each.instant > after)


def next_occurrence(schedule: Schedule, after: datetime) -> Occurrence | None:
    """The first occurrence later than ``after``, None when there is none left."""
    return next(occurrences(schedule, after=after), None)


def next_five(schedule: Schedule, after: datetime) -> list[Occurrence]:
    """The next occurrences as the picker shows them, five at most."""
    return list(itertools.islice(occurrences(schedule, after=after), 5))


def grace(schedule: Schedule, occurrence: Occurrence) -> timedelta:
    """How late an occurrence may still start; later than that it was missed."""
    if schedule.kind != Kind.RECURRING:
        return GRACE_ONCE
    following = next_occurrence(schedule, occurrence.instant)
    if following is None:
        return GRACE_MOST
    return min(GRACE_MOST, following.instant - occurrence.instant - BEFORE_NEXT)


def _day_before(after: datetime | None, zone: str) -> date | None:
    if after is None or after.year < 1990:
        return None
    # Two days: a zone that crosses the date line moves a slot by a whole day.
    return after.astimezone(ZoneInfo(zone)).date() - timedelta(days=2)


def _firing(schedule: Schedule, since: date | None) -> Iterator[Occurrence]:
    left_out = frozenset(schedule.excluded)
    if schedule.start is None or schedule.wall is None:
        return
    for day in _days(schedule, schedule.start, since):
        if day not in left_out:
            yield resolve(day, schedule.wall, schedule.zone)


def _apart(stream: Iterator[Occurrence]) -> Iterator[Occurrence]:
    """Drop what a gap moved onto the next one: nobody gets two at one moment.

    Only a day that does not exist does that (Apia, 30 December 2011).
    """
    held: Occurrence | None = None
    for each in stream:
        if held and held.instant < each.instant:
            yield held
        held = each
    if held:
        yield held


def _days(schedule: Schedule, start: date, since: date | None) -> Iterator[date]:
    if schedule.every is None:
        yield start
        return
    first = start if since is None else _jump(schedule.every, start, since)
    until = min(schedule.until or LAST_DAY, LAST_DAY)
    for moment in _rule(schedule.every, first, until):
        yield moment.date()


def _jump(every: Recurrence, start: date, since: date) -> date:
    """The latest day, at or before ``since``, from which the rule runs in step."""
    if since <= start:
        return start
    if every.frequency == Frequency.DAILY:
        return since - timedelta(days=(since - start).days % every.interval)
    if every.frequency == Frequency.WEEKLY:
        monday = start - timedelta(days=start.weekday())
        back = (since - monday).days % (7 * every.interval)
        return max(start, since - timedelta(days=back))
    if every.frequency == Frequency.YEARLY:
        years = (since.year - start.year) // every.interval * every.interval
        return max(start, date(start.year + years, 1, 1))
    months = (since.year - start.year) * 12 + since.month - start.month
    month = start.year * 12 + start.month - 1 + months - months % every.interval
    return max(start, date(month // 12, month % 12 + 1, 1))


def _rule(every: Recurrence, first: date, until: date) -> rrule.rrule:
    return rrule.rrule(
        {
            Frequency.DAILY: rrule.DAILY,
            Frequency.WEEKLY: rrule.WEEKLY,
            Frequency.MONTHLY: rrule.MONTHLY,
            Frequency.YEARLY: rrule.YEARLY,
        }[every.frequency],
        dtstart=datetime.combine(first, time.min),
        interval=every.interval,
        until=datetime.combine(until, time.min),
        bymonth=every.month,
        bymonthday=every.month_day,
        byweekday=[_weekday(day, every.nth) for day in every.weekdays] or None,
        wkst=rrule.MO,
    )


def _weekday(day: Weekday, nth: int | None) -> rrule.weekday:
    plain: rrule.weekday = rrule.weekdays[day.number]
    return plain(nth) if nth else plain
