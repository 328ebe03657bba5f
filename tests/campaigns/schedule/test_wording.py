"""Schedules as sentences, English and French, and the advice beside the picker."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from campaigns.schedule import form, wording
from campaigns.schedule.instants import next_five
from campaigns.schedule.rule import Schedule

PLACE = {"start": "2026-12-01", "time": "09:00", "zone": "Europe/Paris"}
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def recurring(every: dict[str, object], **more: object) -> Schedule:
    return form.from_json({"kind": "recurring", **PLACE, "every": every, **more})


def weekly(*weekdays: str, **more: object) -> dict[str, object]:
    return {"frequency": "weekly", "weekdays": list(weekdays), **more}


def monthly(**more: object) -> dict[str, object]:
    return {"frequency": "monthly", **more}


def yearly(**more: object) -> dict[str, object]:
    return {"frequency": "yearly", **more}


ALL_DAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
START_EN, START_FR = "from 1 December 2026", "à partir du 1er décembre 2026"

SENTENCES = [
    (weekly("tuesday", "thursday"), "Every Tuesday and Thursday",
     "Tous les mardis et jeudis"),
    (weekly("monday", "wednesday", "sunday"), "Every Monday, Wednesday and Sunday",
     "Tous les lundis, mercredis et dimanches"),
    (weekly("friday"), "Every Friday", "Tous les vendredis"),
    (weekly(*ALL_DAYS), "Every day", "Tous les jours"),
    (weekly("friday", interval=2), "Every 2 weeks on Friday",
     "Toutes les 2 semaines, le vendredi,"),
    (weekly("monday", "friday", interval=3), "Every 3 weeks on Monday and Friday",
     "Toutes les 3 semaines, les lundi et vendredi,"),
    ({"frequency": "daily"}, "Every day", "Tous les jours"),
    ({"frequency": "daily", "interval": 3}, "Every 3 days", "Tous les 3 jours"),
    (monthly(month_day=1), "On the 1st of every month", "Le 1er de chaque mois"),
    (monthly(month_day=2), "On the 2nd of every month", "Le 2 de chaque mois"),
    (monthly(month_day=13), "On the 13th of every month", "Le 13 de chaque mois"),
    (monthly(month_day=23), "On the 23rd of every month", "Le 23 de chaque mois"),
    (monthly(month_day=31), "On the 31st of every month that has one,",
     "Le 31 de chaque mois qui en compte un,"),
    (monthly(month_day="last"), "On the last day of every month",
     "Le dernier jour de chaque mois"),
    (monthly(month_day=15, interval=3), "Every 3 months on the 15th",
     "Tous les 3 mois, le 15,"),
    (monthly(month_day=30, interval=2),
     "Every 2 months on the 30th, in months that have a 30th,",
     "Tous les 2 mois, le 30, dans les mois qui comptent un 30,"),
    (monthly(nth=1, weekdays=["monday"]), "On the first Monday of every month",
     "Le premier lundi de chaque mois"),
    (monthly(nth=2, weekdays=["tuesday"]), "On the second Tuesday of every month",
     "Le deuxième mardi de chaque mois"),
    (monthly(nth="last", weekdays=["friday"], interval=2),
     "Every 2 months on the last Friday", "Tous les 2 mois, le dernier vendredi,"),
    (yearly(month=12, month_day=25), "Every year on 25 December",
     "Chaque année, le 25 décembre,"),
    (yearly(month=4, month_day=1, interval=2), "Every 2 years on 1 April",
     "Tous les 2 ans, le 1er avril,"),
    (yearly(month=8, month_day="last"), "Every year on the last day of August",
     "Chaque année, le dernier jour d’août,"),
    (yearly(month=3, month_day="last"), "Every year on the last day of March",
     "Chaque année, le dernier jour de mars,"),
    (yearly(month=2, month_day=29), "Every year on 29 February, in leap years only,",
     "Chaque année, le 29 février, les années bissextiles seulement,"),
]  # fmt: skip


def plain(sentence: str) -> str:
    """Without the difference between spaces, which one test below looks at."""
    return sentence.replace("\u202f", " ")


@pytest.mark.parametrize(("every", "english", "french"), SENTENCES)
def test_each_pattern_reads_as_a_sentence(
    every: dict[str, object], english: str, french: str
) -> None:
    schedule = recurring(every)
    assert wording.sentence(schedule, "en") == (
        f"{english} at 09:00 (Europe/Paris), {START_EN}."
    )
    assert plain(wording.sentence(schedule, "fr")) == (
        f"{french} à 9 h 00 (Europe/Paris), {START_FR}."
    )


ENDS = [
    ({"end": {"until": "2027-01-31"}, "excluded": ["2026-12-25"]},
     "from 1 December 2026 to 31 January 2027, except on 25 December 2026.",
     "du 1er décembre 2026 au 31 janvier 2027, sauf le 25 décembre 2026."),
    ({"excluded": ["2026-12-25", "2027-01-01"]},
     "from 1 December 2026, except on 25 December 2026 and 1 January 2027.",
     "à partir du 1er décembre 2026, sauf les 25 décembre 2026 et 1er janvier 2027."),
    ({"excluded": [f"2026-12-{day}" for day in range(10, 18)]},
     "from 1 December 2026, except on 8 dates.",
     "à partir du 1er décembre 2026, sauf 8 dates."),
    ({"end": {"count": 10}}, "from 1 December 2026, 10 times.",
     "à partir du 1er décembre 2026, 10 fois."),
    ({"end": {"count": 1}}, "from 1 December 2026, once only.",
     "à partir du 1er décembre 2026, une seule fois."),
    ({"end": {"until": "2026-12-01"}}, "on 1 December 2026 only.",
     "le 1er décembre 2026 seulement."),
]  # fmt: skip


@pytest.mark.parametrize(("more", "english", "french"), ENDS)
def test_ends_and_exceptions_read_as_a_sentence(
    more: dict[str, object], english: str, french: str
) -> None:
    schedule = recurring(weekly("tuesday", "thursday"), **more)
    assert wording.sentence(schedule, "en") == (
        f"Every Tuesday and Thursday at 09:00 (Europe/Paris), {english}"
    )
    assert plain(wording.sentence(schedule, "fr")) == (
        f"Tous les mardis et jeudis à 9 h 00 (Europe/Paris), {french}"
    )


def test_once_and_now_read_as_sentences() -> None:
    now, once = (
        form.from_json({"kind": "now"}),
        form.from_json({"kind": "once", **PLACE}),
    )

    assert wording.sentence(now, "en") == "As soon as it is launched."
    assert wording.sentence(now, "fr") == "Dès son lancement."
    assert wording.sentence(once, "en") == (
        "Once, on Tuesday 1 December 2026 at 09:00 (Europe/Paris)."
    )
    assert plain(wording.sentence(once, "fr")) == (
        "Une fois, le mardi 1er décembre 2026 à 9 h 00 (Europe/Paris)."
    )


def test_a_french_number_does_not_part_from_its_unit() -> None:
    schedule = recurring({"frequency": "daily", "interval": 3}, end={"count": 10})
    said = wording.sentence(schedule, "fr")
    assert "3\u202fjours" in said
    assert "9\u202fh\u202f00" in said
    assert "10\u202ffois" in said


def test_the_active_language_decides_and_others_read_english() -> None:
    schedule = recurring({"frequency": "daily"})
    with translation.override("fr"):
        assert wording.sentence(schedule).startswith("Tous les jours")
    assert wording.sentence(schedule, "fr-ca").startswith("Tous les jours")
    assert wording.sentence(schedule, "de").startswith("Every day")
    with translation.override(None):
        assert wording.sentence(schedule).startswith("Every day")


def test_seconds_are_said_where_there_are_some() -> None:
    once = form.from_json({"kind": "once", **PLACE, "time": "09:05:07"})
    assert "at 09:05:07" in wording.sentence(once, "en")
    assert "à 9 h 05 min 07 s" in plain(wording.sentence(once, "fr"))


def test_the_next_occurrences_are_lines_of_their_own() -> None:
    following = next_five(recurring(weekly("tuesday")), AT)
    assert wording.moment(following[0], "en") == "Tuesday 1 December 2026, 09:00"
    assert (
        plain(wording.moment(following[0], "fr")) == "mardi 1er décembre 2026, 9 h 00"
    )


def test_clock_changes_are_told_before_launch() -> None:
    nightly = form.from_json(
        {"kind": "recurring", **PLACE, "time": "02:30", "every": {"frequency": "daily"}}
    )
    with translation.override("en"):
        assert wording.advice(nightly, AT) == [
            "Clocks go forward: 28 March 2027, 02:30 does not exist there, so it goes "
            "out on 28 March 2027 at 03:30.",
            "Clocks go back on 31 October 2027: 02:30 comes twice there, and it goes "
            "out the first time only.",
        ]


def test_short_months_weekends_and_needless_exceptions_are_told() -> None:
    saturday = form.from_json({"kind": "once", **PLACE, "start": "2026-12-05"})
    on_31st = recurring(monthly(month_day=31))
    excluded = ["2026-12-24", "2026-12-25", "2026-12-26"]
    tuesdays = recurring(weekly("friday"), excluded=excluded)
    with translation.override("en"):
        assert wording.advice(saturday, AT) == ["5 December 2026 is on a weekend."]
        assert "last day of the month" in wording.advice(on_31st, AT)[0]
        assert wording.advice(tuesdays, AT) == [
            "2 dates that are left out, 24 December 2026 first, are not in the "
            "schedule."
        ]
        assert wording.advice(form.from_json({"kind": "now"}), AT) == []
        assert wording.advice(recurring(weekly("friday")), AT) == []
