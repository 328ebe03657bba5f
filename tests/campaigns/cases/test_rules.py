"""Whom each use case picks, out of people who differ in what matters."""

from datetime import timedelta

import pytest

from campaigns.audience import rules, select
from campaigns.cases.shelf import CASES
from devices.models import Person
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def picked(key, **answers):
    case = CASES[key]
    rule = rules.parse(case.rule(case.answers(answers)))
    people = Person.objects.filter(select.to_q(rule, at=NOW))
    return {each.external_id for each in people}


def somebody(name, *, known=timedelta(days=400), seen=timedelta(hours=1), **changes):
    return builders.person(
        external_id=name, created_at=NOW - known, last_seen_at=NOW - seen, **changes
    )


def days(number, hours=0):
    return timedelta(days=number, hours=hours)


def did(person, name, *, ago):
    builders.event(person, name, at=NOW - ago)


def test_first_steps_are_for_the_first_third_and_seventh_day():
    for day in range(10):
        somebody(f"day-{day}", known=days(day, hours=5))
    did(somebody("done", known=days(3, hours=5)), "welcome_done", ago=days(1))
    assert picked("onboarding", step="welcome_done") == {"day-1", "day-3", "day-7"}


def test_a_first_purchase_is_for_those_who_look_and_never_bought():
    somebody("looks")
    somebody("gone", seen=days(20))
    somebody("new", known=days(1))
    did(somebody("bought"), "purchase", ago=days(300))
    assert picked("first_purchase") == {"looks"}


def test_a_new_feature_is_for_older_apps_and_those_who_never_used_it():
    old, unused, used = (somebody(name) for name in ("old", "unused", "used"))
    for person, version in ((old, "1.9"), (unused, "2.1"), (used, "2.1")):
        builders.installation(person, app_version=version)
    did(used, "feature_used", ago=days(1))
    did(old, "feature_used", ago=days(1))
    assert picked("new_feature", version="2.0") == {"old", "unused"}


def test_an_offer_is_for_those_who_were_here_this_month():
    somebody("here", seen=days(29))
    somebody("away", seen=days(31))
    assert picked("offer") == {"here"}


def test_a_streak_is_at_risk_for_those_of_yesterday_only():
    did(somebody("yesterday"), "lesson_done", ago=timedelta(hours=30))
    did(somebody("today"), "lesson_done", ago=timedelta(hours=2))
    did(somebody("long ago"), "lesson_done", ago=days(5))
    assert picked("streak") == {"yesterday"}


def test_a_cart_is_left_until_something_is_bought():
    did(somebody("left"), "add_to_cart", ago=timedelta(hours=3))
    bought = somebody("bought")
    did(bought, "add_to_cart", ago=timedelta(hours=3))
    did(bought, "purchase", ago=timedelta(hours=2))
    did(somebody("old"), "add_to_cart", ago=days(2))
    assert picked("cart") == {"left"}


def test_a_reminder_comes_so_many_days_before_the_date():
    for ahead in range(6):
        day = (NOW + days(ahead)).date().isoformat()
        somebody(f"in {ahead}", attributes={"renewal_date": day})
    assert picked("reminder", days="4") == {"in 4"}


def test_coming_back_is_asked_three_times_and_then_no_more():
    for away in (6, 7, 8, 14, 29, 30, 31, 60):
        somebody(f"away {away}", seen=days(away, hours=2))
    assert picked("lapsing") == {"away 7", "away 14", "away 30"}
