"""Shares are exact over many people, stable, and their own in each campaign."""

from typing import Any

import pytest
from django.db import connection

from campaigns.audience import split

pytestmark = pytest.mark.django_db
PEOPLE = 200_000


def drawn(**changes: Any) -> list[int]:
    """The number that each of so many people draws; -1 in the control group."""
    facts = {"campaign": 7, "shares": (40, 30, 20), "control": 10} | changes
    campaign, control = facts["campaign"], facts["control"]
    left_out = split.is_control("id", campaign=campaign, control=control)
    number = split.case("id", **facts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CASE WHEN {left_out} THEN -1 ELSE {number} END "
            f"FROM generate_series(1, {PEOPLE}::bigint) id ORDER BY id"
        )
        return [row[0] for row in cursor.fetchall()]


def percent(numbers: list[int], number: int) -> int:
    return round(100 * numbers.count(number) / len(numbers))


def test_shares_are_what_was_asked_to_the_whole_per_cent():
    numbers = drawn()
    assert [percent(numbers, each) for each in (-1, 0, 1, 2)] == [10, 40, 30, 20]


def test_the_draw_is_the_same_on_every_database_and_forever():
    b = {"key": "B", "weight": 50, "content": {}}
    content = {"variants": [b], "control": 10, "drawn_by": 1}
    keys = [split.key_for(person, content) for person in range(1, 13)]
    assert keys == list(GOLDEN)


GOLDEN = ("A", "B", "", "B", "A", "B", "B", "B", "B", "A", "A", "A")


def test_another_campaign_draws_anew():
    here, there = (
        drawn(shares=(50, 50), control=0),
        drawn(campaign=8, shares=(50, 50), control=0),
    )
    both = sum(a == b for a, b in zip(here, there, strict=True))
    assert round(100 * both / PEOPLE) == 50


def test_a_control_group_that_grows_keeps_everybody_who_is_in_it():
    small, large = drawn(), drawn(shares=(30, 30, 20), control=20)
    pairs = zip(small, large, strict=True)
    assert all(later == -1 for now, later in pairs if now == -1)
