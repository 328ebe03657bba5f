"""What may come in as JSON, and what each mistake is answered."""

from contextlib import suppress
from datetime import UTC, date, datetime, time

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.schedule import form
from campaigns.schedule.rule import Kind, Schedule, ScheduleError, Weekday
from tests.campaigns.schedule.builders import schedules

ONCE = {"kind": "once", "start": "2026-12-01", "time": "09:00", "zone": "Europe/Paris"}
WEEKLY = {
    "kind": "recurring",
    "start": "2026-12-01",
    "time": "09:00",
    "zone": "Europe/Paris",
    "every": {"frequency": "weekly", "weekdays": ["thursday", "tuesday"]},
    "end": {"until": "2027-01-31"},
    "excluded": ["2026-12-25"],
}
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def refusal(value: object) -> dict[str, str]:
    with pytest.raises(ScheduleError) as refused:
        form.from_json(value)
    return refused.value.problems


def test_a_weekly_schedule_is_read_with_its_days_in_order() -> None:
    schedule = form.from_json(WEEKLY)
    assert schedule.every is not None
    assert schedule.every.weekdays == (Weekday.TUESDAY, Weekday.THURSDAY)
    assert (schedule.until, schedule.wall) == (date(2027, 1, 31), time(9))


def test_now_and_once_are_read() -> None:
    assert form.from_json({"kind": "now"}) == Schedule(kind=Kind.NOW)
    assert form.from_json({**ONCE, "time": "09:00:17"}).wall == time(9, 0, 17)


@settings(max_examples=100, deadline=None)
@given(schedules())
def test_writing_and_reading_gives_the_same_schedule(schedule: Schedule) -> None:
    assert form.from_json(form.to_json(schedule)) == schedule


@pytest.mark.parametrize("value", [{"kind": "now"}, ONCE, WEEKLY])
def test_what_is_written_is_what_was_read(value: dict[str, object]) -> None:
    schedule = form.from_json(value)
    assert form.from_json(form.to_json(schedule)) == schedule


def weekly(**changes: object) -> dict[str, object]:
    return {**WEEKLY, **changes}


def every(**fields: object) -> dict[str, object]:
    return weekly(every=fields)


MANY_DAYS = [f"20{y}-01-{d}" for y in range(26, 66) for d in range(10, 20)]
MISTAKES = [
    ([], "schedule", "named fields"),
    ({}, "kind", "now, once, recurring"),
    ({"kind": "cron"}, "kind", "now, once, recurring"),
    ({"kind": "now", "zone": "UTC"}, "kind", "takes no date"),
    ({"kind": "now", "cron": "* *"}, "cron", "remove it"),
    ({**ONCE, "start": None}, "start", "Choose a date."),
    ({**ONCE, "start": "1/12/2026"}, "start", "2026-12-01"),
    ({**ONCE, "start": "2026-02-30"}, "start", "2026-12-01"),
    ({**ONCE, "start": "9999-12-31"}, "start", "2000 and 2099"),
    ({**ONCE, "time": "25:00"}, "time", "09:00"),
    ({**ONCE, "time": "09:00+02:00"}, "time", "09:00"),
    ({**ONCE, "time": 9}, "time", "09:00"),
    ({**ONCE, "zone": "Europe/Pariis"}, "zone", "Did you mean Europe/Paris?"),
    ({**ONCE, "zone": "europe/paris"}, "zone", "Did you mean Europe/Paris?"),
    ({**ONCE, "zone": "../etc/passwd"}, "zone", "time zone"),
    ({**ONCE, "zone": "Europe"}, "zone", "time zone"),
    ({**ONCE, "zone": ""}, "zone", "Choose a time zone"),
    ({**ONCE, "zone": ["UTC"]}, "zone", "Choose a time zone"),
    ({**ONCE, "end": {"count": 2}}, "kind", "takes no repetition"),
    (weekly(every=None), "every", "how often"),
    (weekly(every="weekly"), "every", "named fields"),
    (weekly(end=[]), "end", "named fields"),
    (weekly(end=False), "end", "named fields"),
    (weekly(end={"until": "2026-11-30"}), "end", "before the start"),
    (weekly(end={"until": "2200-01-01"}), "end", "2000 and 2099"),
    (weekly(end={"until": "2027-01-31", "count": 3}), "end", "one end"),
    (weekly(end={"count": 0}), "end", "1 to 1000 times"),
    (weekly(end={"count": 1001}), "end", "1 to 1000 times"),
    (weekly(end={"count": True}), "end.count", "number"),
    (weekly(end={"times": 3}), "end.times", "remove it"),
    (weekly(excluded="2026-12-25"), "excluded", "list"),
    (weekly(excluded=["Christmas"]), "excluded", "list"),
    (weekly(excluded=MANY_DAYS),
     "excluded", "at most 366"),
    (every(frequency="hourly"), "every.frequency", "daily, weekly"),
    (every(interval=2), "every.frequency", "daily, weekly"),
    (every(frequency="daily", interval=0), "every.interval", "1 to 366"),
    (every(frequency="daily", interval="2"), "every.interval", "whole number"),
    (every(frequency="daily", weekdays=["monday"]), "every.frequency", "no weekday"),
    (every(frequency="weekly"), "every.weekdays", "at least one day"),
    (every(frequency="weekly", weekdays=[]), "every.weekdays", "at least one day"),
    (every(frequency="weekly", weekdays=["Lundi"]), "every.weekdays", "days of"),
    (every(frequency="weekly", weekdays=["friday"] * 2), "every.weekdays", "twice"),
    (every(frequency="weekly", weekdays=["monday"], hour=3), "every.hour", "remove it"),
    (every(frequency="monthly"), "every.month_day", "a weekday such as"),
    (every(frequency="monthly", month_day=32), "every.month_day", "1 to 31"),
    (every(frequency="monthly", month_day=-1), "every.month_day", "whole number"),
    (every(frequency="monthly", nth=5, weekdays=["monday"]), "every.nth", "fourth"),
    (every(frequency="monthly", nth=1), "every.weekdays", "one day"),
    (every(frequency="monthly", nth=1, month_day=3, weekdays=["monday"]),
     "every.month_day", "a weekday such as"),
    (every(frequency="yearly", month_day=3), "every.month", "Choose a month"),
    (every(frequency="yearly", month=13, month_day=3), "every.month", "Choose a month"),
    (every(frequency="yearly", month=2), "every.month_day", "Choose a day"),
    (every(frequency="yearly", month=2, month_day=30), "every.month_day", "never has"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "field", "words"), MISTAKES)
def test_each_mistake_is_answered_at_its_field(
    value: object, field: str, words: str
) -> None:
    found = refusal(value)
    assert words in found[field]
    assert all(sentence.endswith((".", "?")) for sentence in found.values())


def test_all_mistakes_are_told_at_once() -> None:
    found = refusal({**ONCE, "time": "9", "zone": "Mars/Base"})
    assert set(found) == {"time", "zone"}


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9),
                    lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from([*WEEKLY, *WEEKLY["every"], "x"]),
                                      inner, max_size=5), max_leaves=12))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_nothing_but_a_schedule_error_comes_of_nonsense(value: object) -> None:
    with suppress(ScheduleError):
        read = form.from_json(value)
        assert form.from_json(form.to_json(read)) == read


def test_a_past_time_cannot_be_launched() -> None:
    form.check(form.from_json(ONCE), at=AT)
    with pytest.raises(ScheduleError, match="past"):
        form.check(form.from_json(ONCE), at=datetime(2026, 12, 1, 8, tzinfo=UTC))


def test_a_schedule_with_every_date_left_out_cannot_be_launched() -> None:
    days = [f"2026-12-{day:02}" for day in (1, 3)]
    value = weekly(end={"until": "2026-12-04"}, excluded=days)
    with pytest.raises(ScheduleError, match="No date is left"):
        form.check(form.from_json(value), at=AT)


def test_the_mistakes_are_told_in_french() -> None:
    with translation.override("fr"):
        assert refusal(every(frequency="weekly"))["every.weekdays"] == (
            "Choisissez au moins un jour de la semaine."
        )
