"""What events add up to agrees with the events, whoever wrote them, and when."""

import random
from datetime import datetime, timedelta

import pytest
from django.db import connection

from devices import events
from devices.events import BulkEvent, Happening, rollup
from devices.models import Event, EventTally
from tests import threads
from tests.builders import NOW, application, event, installation, person

NAMES = ["purchase", "app_open", "search"]


@pytest.mark.django_db
def test_every_way_of_writing_events_leaves_tallies_as_a_recount_does():
    chance = random.Random(7)
    devices = [installation() for _ in range(4)]
    load_past(devices[0].person_id, chance)

    for turn in range(30):
        device = chance.choice(devices)
        events.record(device, batch_of(chance), NOW)
        if turn % 5 == 1:
            events.move(device.person, chance.choice(devices).person)
        if turn % 5 == 3:
            some = Event.objects.order_by("key").values("pk")[: chance.randint(0, 9)]
            Event.objects.filter(pk__in=some).delete()
        assert rollup.wrong() == []

    assert EventTally.objects.count() == tallied() > 4
    Event.objects.all().delete()
    assert EventTally.objects.count() == 0


def load_past(person_id: int, chance: random.Random) -> None:
    rows = [
        BulkEvent(
            person_id, None, f"past-{n}", chance.choice(NAMES), {}, moment(chance)
        )
        for n in range(40)
    ]
    assert events.import_many(application().pk, rows, NOW) == 40


def batch_of(chance: random.Random) -> list[Happening]:
    """Some late, some repeated, one a little ahead of the clock."""
    return [
        Happening(
            key=f"e-{chance.randrange(400)}",
            name=chance.choice(NAMES),
            at=moment(chance),
        )
        for _ in range(chance.randint(0, 12))
    ]


def moment(chance: random.Random) -> datetime:
    return NOW + timedelta(minutes=9) - timedelta(minutes=chance.randrange(40_000))


def tallied() -> int:
    return Event.objects.values("person", "name").distinct().count()


@pytest.mark.django_db
def test_a_tally_knows_how_often_and_the_newest_eight_moments():
    anna = person()
    days = [30, 2, 9, 1, 8, 3, 7, 4, 6, 5]

    for ago in days:
        event(anna, "purchase", at=NOW - timedelta(days=ago))

    kept = EventTally.objects.get()
    assert (kept.times, kept.person, kept.name) == (10, anna, "purchase")
    assert kept.first_at == NOW - timedelta(days=30)
    assert kept.latest == [NOW - timedelta(days=ago) for ago in range(1, 9)]
    assert kept.last_at == kept.latest[0]


@pytest.mark.django_db
def test_what_was_written_past_the_triggers_is_told_and_mended():
    event(person(), "purchase")
    late = person()
    past_the_triggers(late.pk)

    assert [wrong.person_id for wrong in rollup.wrong()] == [late.pk]

    rollup.recount([late.pk])
    assert rollup.wrong() == []
    EventTally.objects.update(times=9)
    assert len(rollup.wrong()) == 2
    assert rollup.rebuild() == 2
    assert rollup.wrong() == []


def past_the_triggers(person_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO devices_event (application_id, person_id, key, name,"
            " properties, at, received_at)"
            " VALUES (%s, %s, 'k', 'search', '{}', %s, %s)",
            [application().pk, person_id, NOW, NOW],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.django_db
def test_the_oldest_events_go_and_their_tallies_follow():
    anna = person()
    for days in (500, 400, 3):
        event(anna, at=NOW - timedelta(days=days))

    assert rollup.forget(NOW - timedelta(days=90), at_once=1) == 1
    assert rollup.forget(NOW - timedelta(days=90)) == 1
    assert rollup.forget(NOW - timedelta(days=90)) == 0

    assert EventTally.objects.get().times == 1
    assert rollup.wrong() == []


@pytest.mark.django_db(transaction=True)
def test_events_that_are_recorded_while_others_are_dropped_count():
    """Whoever counts holds the tally first: nobody's addition is written over."""
    devices = [installation() for _ in range(3)]
    rounds = 12

    def report(seed: int) -> None:
        chance = random.Random(seed)
        for number in range(rounds):
            names = chance.sample(NAMES, len(NAMES))
            batch = [
                Happening(key=f"{seed}-{number}-{n}", name=n, at=NOW) for n in names
            ]
            events.record(chance.choice(devices), batch, NOW)

    def drop() -> None:
        for _ in range(rounds):
            oldest = Event.objects.order_by("pk").values("pk")[:4]
            Event.objects.filter(pk__in=oldest).delete()

    threads.at_once(lambda: report(1), lambda: report(2), drop)

    assert rollup.wrong() == []
    assert EventTally.objects.count() == tallied() > 0
