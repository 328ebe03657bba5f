"""Valid schedules: one that a test names, and any that hypothesis draws."""

from datetime import date, time, timedelta

from hypothesis import strategies as st

from campaigns.schedule.rule import (
    LAST,
    Frequency,
    Kind,
    Recurrence,
    Schedule,
    Weekday,
    problems,
)
from tests.campaigns.schedule.zone_rules import OFFSETS


def recurring(
    every: Recurrence, zone: str = "Europe/Paris", wall: str = "09:00", **more: object
) -> Schedule:
    start = more.pop("start", date(2026, 1, 1))
    made = Schedule(
        kind=Kind.RECURRING,
        zone=zone,
        start=start,
        wall=time.fromisoformat(wall),
        every=every,
        **more,
    )
    assert list(problems(made)) == []
    return made


DAILY = Recurrence(frequency=Frequency.DAILY)
YEARS = {"until": date(2028, 12, 31)}


@st.composite
def recurrences(draw: st.DrawFn) -> Recurrence:
    frequency = draw(st.sampled_from(Frequency))
    interval = draw(st.integers(1, 7))
    if frequency == Frequency.WEEKLY:
        chosen = draw(st.sets(st.sampled_from(Weekday), min_size=1))
        return Recurrence(
            frequency=frequency,
            interval=interval,
            weekdays=tuple(day for day in Weekday if day in chosen),
        )
    if frequency == Frequency.YEARLY:
        month, month_day = draw(
            st.sampled_from([(2, 29), (12, 25), (3, 31), (10, LAST), (1, 1)])
        )
        return Recurrence(
            frequency=frequency, interval=interval, month=month, month_day=month_day
        )
    if frequency == Frequency.MONTHLY and draw(st.booleans()):
        return Recurrence(
            frequency=frequency,
            interval=interval,
            nth=draw(st.sampled_from([1, 2, 3, 4, LAST])),
            weekdays=(draw(st.sampled_from(Weekday)),),
        )
    if frequency == Frequency.MONTHLY:
        month_day = draw(st.sampled_from([1, 15, 28, 29, 30, 31, LAST]))
        return Recurrence(frequency=frequency, interval=interval, month_day=month_day)
    return Recurrence(frequency=frequency, interval=interval)


ZONES = [
    *OFFSETS,
    "UTC",
    "Africa/Cairo",
    "America/St_Johns",
    "America/Nuuk",
    "Pacific/Chatham",
    "Pacific/Kwajalein",
    "Asia/Gaza",
    "Africa/Casablanca",
]


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    start = draw(st.dates(date(2011, 12, 1), date(2040, 1, 1)))
    end = draw(st.sampled_from(["never", "until", "count"]))
    near = st.integers(0, 90).map(lambda n: start + timedelta(days=n))
    return recurring(
        draw(recurrences()),
        draw(st.sampled_from(ZONES)),
        f"{draw(st.integers(0, 23)):02}:{draw(st.sampled_from([0, 15, 30, 59])):02}",
        start=start,
        until=start + timedelta(days=draw(st.integers(0, 2000)))
        if end == "until"
        else None,
        count=draw(st.integers(1, 60)) if end == "count" else None,
        excluded=tuple(sorted(draw(st.sets(near, max_size=5)))),
    )
