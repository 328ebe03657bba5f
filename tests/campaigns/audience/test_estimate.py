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


def drawn(low: int) -> Person:
    """Somebody whose id is drawn among the first 500 of 10,000 from ``low`` on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n FROM generate_series(700000, 800000) AS n"
            " WHERE abs(mod(hashint8extended(n, 0), 10000)) BETWEEN %s AND %s"
            " AND NOT EXISTS (SELECT FROM devices_person WHERE id = n) LIMIT 1",
            [low, low + 499],
        )
        return builders.person(id=cursor.fetchone()[0])


def test_of_many_people_some_are_asked_and_the_error_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(estimate, "_size", lambda application_id: 500)
    for bucket in (1, 2, 7_000, 8_000):
        person = drawn(0)
        Person.objects.filter(pk=person.pk).update(bucket=bucket)
        builders.installation(person, platform="ios")
    drawn(5_000)
    half = {"field": "bucket", "operator": "between", "value": [0, 4_999]}
    audience = {
        "kind": "segment",
        "rule": {"version": 1, "match": "all", "rules": [half]},
    }

    found = estimate.about(builders.application().pk, audience, at=NOW)

    assert (found.people, found.devices, found.exact) == (40, 40, False)
    assert found.platforms == {"ios": 40}
    assert found.error == round(1.96 * 0.25 * 80)


def test_of_few_people_all_are_asked() -> None:
    builders.person()

    found = estimate.about(builders.application().pk, EVERYONE, at=NOW)

    assert (found.people, found.exact, found.error) == (1, True, 0)


def slow(people: QuerySet[Person]) -> QuerySet[Person]:
    return people.annotate(nap=Nap(Value(0.2)))


def test_a_count_that_takes_too_long_is_made_from_a_sample(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(estimate, "SECONDS", (0.3, 0.3, 0.3))
    for low in (0, 4_000, 5_000, 6_000, 7_000):
        drawn(low)

    found, scale = estimate.sampled(slow(Person.objects.all()), lambda some: len(some))

    assert (found, scale) == (1, 20)


def test_when_even_a_sample_takes_too_long_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(estimate, "SECONDS", (0.05, 0.05, 0.05))
    drawn(0)
    monkeypatch.setattr(estimate, "SAMPLES", (10_000, 500, 500))

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
