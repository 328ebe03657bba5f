"""Counts are exact when that is quick, about when it is not, and never endless."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import QuerySet, Value

from campaigns.audience import estimate, limits
from devices.models import Person
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

EVERYONE = {"kind": "everyone"}


class Nap(models.Func):
    """Some of the database's time for each row that is read."""

    template = "pg_sleep(%(expressions)s)::text"
    output_field = models.TextField()


def test_people_and_their_devices_are_counted_separately() -> None:
    twice = builders.person()
    builders.installation(twice)
    builders.installation(twice)
    builders.installation(twice, retired_at=NOW)
    builders.person()

    found = estimate.count(builders.application().pk, EVERYONE, at=NOW)

    assert (found.people, found.devices, found.exact) == (2, 2, True)


def slow(people: QuerySet[Person]) -> QuerySet[Person]:
    return people.annotate(nap=Nap(Value(0.2)))


def test_a_count_that_takes_too_long_is_made_from_a_sample(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(estimate, "SECONDS", (0.3, 0.3, 0.3))
    for bucket in (0, 4_000, 5_000, 6_000, 7_000):
        builders.person(bucket=bucket)

    found, scale = estimate.sampled(slow(Person.objects.all()), lambda some: len(some))

    assert (found, scale) == (1, 20)


def test_when_even_a_sample_takes_too_long_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(estimate, "SECONDS", (0.05, 0.05, 0.05))
    builders.person(bucket=0)

    with pytest.raises(limits.TooSlow):
        estimate.sampled(slow(Person.objects.all()), lambda some: len(some))


@pytest.mark.parametrize("ask", [lambda: None, lambda: Person.objects.count()])
def test_the_limit_ends_with_the_block(ask: Callable[[], Any]) -> None:
    with limits.seconds(1):
        ask()

    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] == "0"


def test_the_limit_ends_with_the_block_that_it_stopped() -> None:
    builders.person()

    with pytest.raises(limits.TooSlow), limits.seconds(0.05):
        len(slow(Person.objects.all()))

    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] == "0"
