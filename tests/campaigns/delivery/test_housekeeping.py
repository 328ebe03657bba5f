from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from campaigns.delivery import heartbeats, housekeeping, partitions, watching
from campaigns.models import Heartbeat
from devices.models import IdempotencyKey
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def last_partition() -> int:
    """The first run of the last block of the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'campaigns_outcome'::regclass"
        )
        return max(int(name.rpartition("_")[2]) for (name,) in cursor.fetchall())


def test_the_ledger_has_room_for_the_next_runs_before_they_come():
    run = builders.run()

    housekeeping.keep(at=NOW)

    assert last_partition() > run.pk
    assert last_partition() - run.pk <= 2 * partitions.BLOCK


def test_answers_to_requests_are_kept_for_two_days():
    for hours in (47, 49):
        IdempotencyKey.objects.create(
            scope="app",
            key=f"{hours}",
            body_hash=b"",
            status=200,
            answer={},
            created_at=NOW - timedelta(hours=hours),
        )

    housekeeping.keep(at=NOW)

    assert IdempotencyKey.objects.get().key == "47"


def test_workers_that_are_long_gone_are_forgotten_and_the_tick_is_not():
    long_ago = NOW - timedelta(days=2)
    heartbeats.beat("tick", at=long_ago)
    heartbeats.beat(f"{heartbeats.SEND_WORKER}old", at=long_ago)
    heartbeats.beat(f"{heartbeats.SEND_WORKER}new", at=NOW)

    housekeeping.keep(at=NOW)

    parts = set(Heartbeat.objects.values_list("part", flat=True))
    assert parts == {"tick", "housekeeping", "send worker new"}


def test_only_one_of_many_does_what_is_done_now_and_then():
    every = timedelta(seconds=5)

    turns = [heartbeats.claim("sweep", every=every, at=NOW) for _each in range(3)]
    later = heartbeats.claim("sweep", every=every, at=NOW + every)

    assert turns == [True, False, False]
    assert later


@pytest.mark.parametrize("trouble", [OperationalError("gone"), ValueError("defect")])
def test_the_watch_outlives_a_lost_database_and_a_defect(trouble, monkeypatch):
    monkeypatch.setattr(watching.connection, "close", lambda: None)
    monkeypatch.setattr(watching, "close_old_connections", lambda: None)
    looks = []

    def look() -> None:
        looks.append(1)
        raise trouble

    watch = watching.Watch(look, every=0.001)
    watch.start()
    while len(looks) < 3:
        assert watch.is_alive()
    watch.end()
    watch.join(5)

    assert not watch.is_alive()
