"""Forty zones, twenty years: every slot at its moment, judged from the other side.

The product goes from wall time to instant. The judge goes from instants to what a
clock shows there: the first instant that shows the time, and where no clock shows it,
the one that is as long after the jump as the time is after the gap's beginning.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from campaigns.schedule import form, instants
from campaigns.schedule.rule import Frequency, Recurrence
from tests.campaigns.schedule.builders import DAILY, recurring

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 1, 1), date(2045, 12, 31)
ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "America/Adak",
    "America/Anchorage",
    "America/Argentina/Buenos_Aires",
    "America/Asuncion",
    "America/Chicago",
    "America/Denver",
    "America/Halifax",
    "America/Havana",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Australia/Adelaide",
    "Australia/Eucla",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Chisinau",
    "Europe/Dublin",
    "Europe/London",
    "Europe/Paris",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]
WALLS = [time(0, 0), time(0, 30), time(1, 30), time(2, 30), time(3, 15), time(23, 45)]


def shown(instant: datetime, zone: str) -> datetime:
    """What a clock of the zone shows."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def by_looking(day: date, wall: time, zone: str) -> datetime:
    """The instant of a wall time, found among what clocks show around it."""
    wanted = datetime.combine(day, wall)
    near = wanted.replace(tzinfo=UTC)
    offsets = {
        shown(near + timedelta(hours=hours), zone)
        - (near + timedelta(hours=hours)).replace(tzinfo=None)
        for hours in (-36, 36)
    }
    candidates = sorted(near - offset for offset in offsets)
    exact = [each for each in candidates if shown(each, zone) == wanted]
    return exact[0] if exact else candidates[-1]


def changes(zone: str) -> Iterator[date]:
    """The days on which the zone's clocks change."""
    days = (LAST - FIRST).days
    offset = {
        n: datetime.combine(
            FIRST + timedelta(days=n), time(), tzinfo=ZoneInfo(zone)
        ).utcoffset()
        for n in range(days + 2)
    }
    return (
        FIRST + timedelta(days=n) for n in range(days) if offset[n] != offset[n + 1]
    )


@pytest.mark.fault("F53")
@pytest.mark.parametrize("zone", ZONES)
def test_every_change_of_clocks_of_twenty_years_is_met_once_and_in_time(
    zone: str,
) -> None:
    for day in changes(zone):
        for wall in WALLS:
            around = day - timedelta(days=1), day + timedelta(days=1)
            daily = recurring(
                DAILY, zone, f"{wall:%H:%M}", start=around[0], until=around[1]
            )
            fired = list(instants.occurrences(daily))
            days = [around[0], day, around[1]]
            assert [each.instant for each in fired] == [
                by_looking(each, wall, zone) for each in days
            ]


@pytest.mark.fault("F53")
@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_every_day_of_twenty_years_fires_once_at_its_time(zone: str) -> None:
    daily = recurring(DAILY, zone, "02:30", start=FIRST, until=LAST)

    fired = list(instants.occurrences(daily))

    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert [each.slot[:10] for each in fired] == [day.isoformat() for day in days]
    assert [each.instant for each in fired] == [
        by_looking(day, time(2, 30), zone) for day in days
    ]
    assert all(a.instant < b.instant for a, b in pairwise(fired))


@pytest.mark.fault("F53")
def test_a_leap_day_comes_with_its_year_and_no_other() -> None:
    leap = Recurrence(frequency=Frequency.YEARLY, month=2, month_day=29)
    every = recurring(leap, start=date(2026, 1, 1))

    fired = list(instants.occurrences(every))

    years = [y for y in range(2026, 2100) if date(y, 3, 1) - date(y, 2, 28) > DAY]
    assert [each.slot[:10] for each in fired] == [f"{y}-02-29" for y in years]


@pytest.mark.fault("F53")
def test_the_year_9999_is_refused_with_a_sentence_and_found_by_nobody() -> None:
    once = {
        "kind": "once",
        "start": "9999-12-31",
        "time": "23:59",
        "zone": "Pacific/Kiritimati",
    }
    with pytest.raises(form.ScheduleError):
        form.from_json(once)
    daily = recurring(DAILY, "Pacific/Kiritimati")
    end = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert instants.next_occurrence(daily, end) is None
