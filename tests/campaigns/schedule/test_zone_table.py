"""Instants against a table made by hand from the zones' own rules, 2026 to 2028."""

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest

from campaigns.schedule import instants
from campaigns.schedule.rule import LAST, Frequency, Kind, Recurrence, Schedule, Weekday
from tests.campaigns.schedule.builders import DAILY, YEARS, recurring
from tests.campaigns.schedule.zone_rules import OFFSETS, by_hand, utc


def days(when: Callable[[date], bool]) -> list[date]:
    """The days of 2026 to 2028 that satisfy ``when``: counted, without rrule."""
    first = date(2026, 1, 1)
    return [day for n in range(1096) if when(day := first + timedelta(days=n))]


@pytest.mark.parametrize("zone", OFFSETS)
@pytest.mark.parametrize("wall", ["00:00", "01:30", "02:00", "02:15", "02:30", "09:00"])
@pytest.mark.fault("F53")
def test_every_day_of_three_years_falls_where_the_zone_rules_say(
    zone: str, wall: str
) -> None:
    fired = instants.occurrences(recurring(DAILY, zone, wall, **YEARS))
    expected = [
        by_hand(d, time.fromisoformat(wall), zone) for d in days(lambda d: True)
    ]
    assert [each.instant for each in fired] == expected


# (zone, day, wall time, what clocks show, instant, kind): written from the rules above.
GAP, TWICE = "gap", "overlap"
CHANGES = [
    ("Europe/Paris", "2026-03-29", "02:30", "03:30", "2026-03-29T01:30", GAP),
    ("Europe/Paris", "2027-03-28", "02:30", "03:30", "2027-03-28T01:30", GAP),
    ("Europe/Paris", "2028-03-26", "02:00", "03:00", "2028-03-26T01:00", GAP),
    ("Europe/Paris", "2026-10-25", "02:30", "02:30", "2026-10-25T00:30", TWICE),
    ("Europe/Paris", "2027-10-31", "02:00", "02:00", "2027-10-31T00:00", TWICE),
    ("Europe/Paris", "2028-10-29", "02:59", "02:59", "2028-10-29T00:59", TWICE),
    ("Europe/Paris", "2026-10-25", "03:00", "03:00", "2026-10-25T02:00", None),
    ("America/New_York", "2026-03-08", "02:30", "03:30", "2026-03-08T07:30", GAP),
    ("America/New_York", "2027-03-14", "02:00", "03:00", "2027-03-14T07:00", GAP),
    ("America/New_York", "2028-03-12", "02:59", "03:59", "2028-03-12T07:59", GAP),
    ("America/New_York", "2026-11-01", "01:30", "01:30", "2026-11-01T05:30", TWICE),
    ("America/New_York", "2027-11-07", "01:00", "01:00", "2027-11-07T05:00", TWICE),
    ("America/New_York", "2028-11-05", "01:30", "01:30", "2028-11-05T05:30", TWICE),
    # Half an hour: 02:15 does not exist, 02:45 does; 01:45 comes twice, 01:15 does not.
    ("Australia/Lord_Howe", "2026-10-04", "02:15", "02:45", "2026-10-03T15:45", GAP),
    ("Australia/Lord_Howe", "2026-10-04", "02:30", "02:30", "2026-10-03T15:30", None),
    ("Australia/Lord_Howe", "2027-10-03", "02:15", "02:45", "2027-10-02T15:45", GAP),
    ("Australia/Lord_Howe", "2028-10-01", "02:00", "02:30", "2028-09-30T15:30", GAP),
    ("Australia/Lord_Howe", "2026-04-05", "01:45", "01:45", "2026-04-04T14:45", TWICE),
    ("Australia/Lord_Howe", "2026-04-05", "01:15", "01:15", "2026-04-04T14:15", None),
    ("Australia/Lord_Howe", "2027-04-04", "01:30", "01:30", "2027-04-03T14:30", TWICE),
    ("Australia/Lord_Howe", "2028-04-02", "01:45", "01:45", "2028-04-01T14:45", TWICE),
    ("Asia/Kathmandu", "2026-03-29", "02:30", "02:30", "2026-03-28T20:45", None),
    ("Pacific/Apia", "2027-09-26", "03:30", "03:30", "2027-09-25T14:30", None),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "day", "wall", "shown", "instant", "change"), CHANGES)
@pytest.mark.fault("F53")
def test_a_gap_moves_forward_and_an_overlap_is_the_first_one(
    zone: str, day: str, wall: str, shown: str, instant: str, change: str | None
) -> None:
    schedule = recurring(DAILY, zone, wall, **YEARS)
    slot = f"{day}T{wall}@{zone}"

    fired = [each for each in instants.occurrences(schedule) if each.slot == slot]

    assert [each.instant for each in fired] == [utc(instant)]
    assert [each.clock_change for each in fired] == [change]
    assert fired[0].local.strftime("%Y-%m-%d %H:%M") == f"{day} {shown}"


def test_apias_skipped_day_moves_forward_onto_the_next_and_fires_once() -> None:
    """Samoa went from UTC-10 to UTC+14 at the end of 29 December 2011."""
    once = Schedule(
        kind=Kind.ONCE, zone="Pacific/Apia", start=date(2011, 12, 30), wall=time(9)
    )
    daily = recurring(
        DAILY, "Pacific/Apia", start=date(2011, 12, 29), until=date(2012, 1, 1)
    )

    moved = next(instants.occurrences(once))
    fired = list(instants.occurrences(daily))

    assert moved.instant == utc("2011-12-30T19:00")
    assert (moved.clock_change, moved.local.isoformat()) == (
        "gap",
        "2011-12-31T09:00:00+14:00",
    )
    assert [(each.slot[:10], each.instant) for each in fired] == [
        ("2011-12-29", utc("2011-12-29T19:00")),
        ("2011-12-31", utc("2011-12-30T19:00")),
        ("2012-01-01", utc("2011-12-31T19:00")),
    ]


MON, TUE, THU, FRI = (
    Weekday.MONDAY,
    Weekday.TUESDAY,
    Weekday.THURSDAY,
    Weekday.FRIDAY,
)


def is_last_of_month(day: date) -> bool:
    return (day + timedelta(days=1)).month != day.month


RULES = [
    (DAILY, lambda d: True),
    (
        Recurrence(frequency=Frequency.DAILY, interval=3),
        lambda d: (d - date(2026, 1, 1)).days % 3 == 0,
    ),
    (
        Recurrence(frequency=Frequency.WEEKLY, weekdays=(TUE, THU)),
        lambda d: d.weekday() in (1, 3),
    ),
    (  # 1 January 2026 is a Thursday; its week began on Monday 29 December 2025.
        Recurrence(frequency=Frequency.WEEKLY, interval=2, weekdays=(MON, FRI)),
        lambda d: d.weekday() in (0, 4) and (d - date(2025, 12, 29)).days // 7 % 2 == 0,
    ),
    (Recurrence(frequency=Frequency.MONTHLY, month_day=15), lambda d: d.day == 15),
    (Recurrence(frequency=Frequency.MONTHLY, month_day=31), lambda d: d.day == 31),
    (Recurrence(frequency=Frequency.MONTHLY, month_day=LAST), is_last_of_month),
    (
        Recurrence(frequency=Frequency.MONTHLY, nth=2, weekdays=(TUE,)),
        lambda d: d.weekday() == 1 and 8 <= d.day <= 14,
    ),
    (
        Recurrence(frequency=Frequency.MONTHLY, nth=LAST, weekdays=(FRI,)),
        lambda d: d.weekday() == 4 and (d + timedelta(days=7)).month != d.month,
    ),
    (
        Recurrence(frequency=Frequency.MONTHLY, interval=5, month_day=1),
        lambda d: d.day == 1 and ((d.year - 2026) * 12 + d.month - 1) % 5 == 0,
    ),
    (
        Recurrence(frequency=Frequency.YEARLY, month=12, month_day=25),
        lambda d: (d.month, d.day) == (12, 25),
    ),
    (
        Recurrence(frequency=Frequency.YEARLY, month=2, month_day=29),
        lambda d: d == date(2028, 2, 29),
    ),
    (
        Recurrence(frequency=Frequency.YEARLY, interval=2, month=3, month_day=LAST),
        lambda d: d in (date(2026, 3, 31), date(2028, 3, 31)),
    ),
]


@pytest.mark.parametrize("zone", OFFSETS)
@pytest.mark.parametrize(("every", "when"), RULES)
def test_each_rule_fires_on_its_days_and_no_others(
    zone: str, every: Recurrence, when: Callable[[date], bool]
) -> None:
    fired = list(instants.occurrences(recurring(every, zone, "02:30", **YEARS)))

    assert [each.instant for each in fired] == [
        by_hand(day, time(2, 30), zone) for day in days(when)
    ]
