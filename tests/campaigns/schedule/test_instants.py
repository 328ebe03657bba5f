"""Counting, ending, resuming: what holds for every schedule."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.schedule import instants
from campaigns.schedule.rule import Frequency, Kind, Recurrence, Schedule
from tests.campaigns.schedule.builders import DAILY, recurring, schedules
from tests.campaigns.schedule.test_zone_table import RULES
from tests.campaigns.schedule.zone_rules import utc


def test_a_count_is_of_what_fires_and_counts_from_the_start() -> None:
    schedule = recurring(DAILY, count=3, excluded=(date(2026, 1, 2),))
    fired = [each.slot[:10] for each in instants.occurrences(schedule)]
    later = instants.occurrences(schedule, after=utc("2026-01-03T12:00"))

    assert fired == ["2026-01-01", "2026-01-03", "2026-01-04"]
    assert [each.slot[:10] for each in later] == ["2026-01-04"]


def test_a_count_that_is_used_up_is_used_up_for_ever() -> None:
    schedule = recurring(DAILY, count=3)
    assert instants.next_occurrence(schedule, utc("2026-01-03T08:00")) is None
    assert instants.next_occurrence(schedule, utc("2026-06-01T00:00")) is None


def test_resuming_finds_the_slot_of_the_day_that_was_skipped() -> None:
    left_out = (date(2011, 12, 31),)
    schedule = recurring(
        DAILY, "Pacific/Apia", start=date(2011, 12, 28), excluded=left_out
    )
    following = instants.next_occurrence(schedule, utc("2011-12-30T18:59"))
    assert following is not None
    assert following.slot == "2011-12-30T09:00@Pacific/Apia"


def test_a_year_is_not_lost_when_the_start_is_later_in_the_year() -> None:
    march = Recurrence(frequency=Frequency.YEARLY, interval=2, month=3, month_day=31)
    schedule = recurring(march, start=date(2026, 11, 1))
    following = instants.next_five(schedule, utc("2030-01-01T00:00"))
    assert [each.slot[:4] for each in following] == [
        "2030",
        "2032",
        "2034",
        "2036",
        "2038",
    ]


def test_the_last_day_is_included_and_excluded_days_are_not() -> None:
    schedule = recurring(
        DAILY,
        start=date(2026, 12, 24),
        until=date(2026, 12, 27),
        excluded=(date(2026, 12, 25),),
    )
    fired = [each.slot for each in instants.occurrences(schedule)]
    assert fired == [
        "2026-12-24T09:00@Europe/Paris",
        "2026-12-26T09:00@Europe/Paris",
        "2026-12-27T09:00@Europe/Paris",
    ]


def test_an_occurrence_is_not_its_own_next_one() -> None:
    schedule = recurring(DAILY)
    first = instants.next_occurrence(schedule, utc("2026-01-01T07:59:59"))
    assert first is not None
    following = instants.next_occurrence(schedule, first.instant)
    assert following is not None
    assert (first.slot[:10], following.slot[:10]) == ("2026-01-01", "2026-01-02")


def test_a_time_may_have_seconds() -> None:
    once = Schedule(
        kind=Kind.ONCE, zone="UTC", start=date(2026, 12, 1), wall=time(9, 0, 17)
    )
    assert [(each.slot, each.instant) for each in instants.occurrences(once)] == [
        ("2026-12-01T09:00:17@UTC", utc("2026-12-01T09:00:17"))
    ]


def test_now_has_no_occurrence_and_the_past_has_no_next_one() -> None:
    over = recurring(DAILY, until=date(2026, 1, 31))
    assert list(instants.occurrences(Schedule(kind=Kind.NOW))) == []
    assert instants.next_occurrence(over, utc("2026-02-01T00:00")) is None
    assert (
        instants.next_five(over, utc("2026-01-29T00:00"))[-1].slot[:10] == "2026-01-31"
    )


@pytest.mark.parametrize("when", [datetime.min, datetime.max, datetime(2100, 1, 2)])
@pytest.mark.fault("F53")
def test_the_ends_of_time_do_no_harm(when: datetime) -> None:
    for offset in (-12, 0, 14):
        after = when.replace(tzinfo=timezone(timedelta(hours=offset)))
        for zone in ("Pacific/Apia", "Pacific/Niue"):
            expected = 1 if when == datetime.min else 0
            found = islice(instants.occurrences(recurring(DAILY, zone), after=after), 1)
            assert len(list(found)) == expected


def test_a_one_off_may_be_15_minutes_late_and_a_recurring_one_60() -> None:
    once = Schedule(kind=Kind.ONCE, zone="UTC", start=date(2026, 1, 1), wall=time(9))
    daily = recurring(DAILY)
    for schedule, minutes in ((once, 15), (daily, 60)):
        first = next(instants.occurrences(schedule))
        assert instants.grace(schedule, first) == timedelta(minutes=minutes)


@settings(max_examples=150, deadline=None)
@given(schedules())
@pytest.mark.fault("F53")
def test_instants_rise_slots_are_unique_and_no_excluded_day_fires(
    schedule: Schedule,
) -> None:
    fired = list(islice(instants.occurrences(schedule), 80))

    assert all(a.instant < b.instant for a, b in pairwise(fired))
    assert len({each.slot for each in fired}) == len(fired)
    assert not {each.slot[:10] for each in fired} & {
        day.isoformat() for day in schedule.excluded
    }
    assert all(each.instant == each.local.astimezone(UTC) for each in fired)


@settings(max_examples=150, deadline=None)
@given(schedules(), st.data())
def test_resuming_after_any_moment_gives_the_same_list(
    schedule: Schedule, data: st.DataObject
) -> None:
    fired = list(islice(instants.occurrences(schedule), 60))
    if not fired:
        return
    chosen = data.draw(st.sampled_from(fired)).instant
    after = chosen + data.draw(
        st.timedeltas(timedelta(days=-40), timedelta(days=40)) | st.just(timedelta())
    )

    resumed = list(islice(instants.occurrences(schedule, after=after), 60))

    expected = [each for each in fired if each.instant > after]
    ended = len(fired) < 60
    assert (resumed if ended else resumed[: len(expected)]) == expected


@pytest.mark.parametrize("every", [every for every, _ in RULES])
def test_far_ahead_costs_no_walk_through_the_years(every: Recurrence) -> None:
    """The rule jumps: from a start in 2000, the year 2090 costs a handful of days."""
    schedule = recurring(every, start=date(2000, 1, 1))
    since = instants._day_before(utc("2090-06-01"), "Europe/Paris")

    assert since is not None
    walked = islice(instants._days(schedule, date(2000, 1, 1), since), 1)
    assert next(walked) >= date(2090, 1, 1) - timedelta(days=370)
    assert instants._jump(every, date(2000, 1, 1), since) >= date(2079, 1, 1)
