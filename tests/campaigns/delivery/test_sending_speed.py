"""A run with a limit of speed, from its ledger to a gateway."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import psycopg
import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from campaigns.delivery import send
from campaigns.delivery.pace import Pace
from campaigns.models import Batch, ChannelRate, Lane, Outcome, Parked, RunRate
from devices.gateways.base import Push, Result, Scope, Verdict
from devices.gateways.memory import MemoryGateway
from tests.campaigns.delivery.ledgers import (
    assert_conserved,
    sending_run,
    state_counts,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


class TimedGateway(MemoryGateway):
    """Remembers when each push left."""

    def __init__(self) -> None:
        super().__init__()
        self.left: list[float] = []

    def _answer(self, push: Push, fence: object) -> Result:
        before = len(self.sent)
        result = super()._answer(push, fence)
        if len(self.sent) > before:
            self.left.append(time.monotonic())
        return result


@pytest.fixture
def pace(tmp_path):
    return Pace(flights=tmp_path, lease=30.0)


def most_in_a_second(moments: list[float]) -> int:
    return max(sum(a <= b < a + 1 for b in moments) for a in moments)


def limit_channel(run, per_minute: int) -> None:
    ChannelRate.objects.create(
        application=run.application,
        gateway="fcm",
        environment="production",
        per_minute=per_minute,
    )


def work(pace, gateway, seconds: float) -> None:
    send.work(seconds, pace=pace, channel=lambda *place: gateway)


def test_a_run_leaves_no_faster_than_its_channel_may(pace):
    run = sending_run([f"t{n}" for n in range(300)])
    limit_channel(run, 100 * 60)
    gateway = TimedGateway()

    work(pace, gateway, 10.0)

    assert state_counts(run) == {"accepted": 300}
    assert 80 <= most_in_a_second(gateway.left) <= 110
    assert_conserved(run)


def test_no_row_is_tried_in_vain_while_it_waits_for_its_slot(pace):
    run = sending_run([f"t{n}" for n in range(500)])
    RunRate.objects.create(run=run, per_minute=5 * 60)
    gateway = TimedGateway()

    work(pace, gateway, 3.0)

    assert 8 <= len(gateway.sent) <= 25
    assert most_in_a_second(gateway.left) <= 5
    assert Outcome.objects.filter(run_id=run.pk).count() == len(gateway.sent)
    assert all(later - earlier > 0.19 for earlier, later in pairwise(gateway.left))
    assert_conserved(run)


class Storm(TimedGateway):
    """Answers "too many" to the first pushes it gets, and then accepts."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def _answer(self, push: Push, fence: object) -> Result:
        result = super()._answer(push, fence)
        if result.left and self.times:
            self.times -= 1
            return Result(
                reference=push.reference,
                verdict=Verdict.THROTTLED,
                code="QUOTA_EXCEEDED",
                scope=Scope.CHANNEL,
                retry_after=30.0,
            )
        return result


def rest_is_over() -> None:
    """As if the time that the provider asked for had passed."""
    now = timezone.now()
    ChannelRate.objects.update(held_until=now)
    Lane.objects.update(held_until=now)
    Parked.objects.update(due=now)
    Batch.objects.update(due=now)


@pytest.mark.fault("F30")
def test_a_storm_of_too_many_rests_the_channel_and_nobody_is_lost(pace):
    """Without any limit set: what was measured is what it climbs back to."""
    run = sending_run([f"t{n}" for n in range(120)])
    gateway = Storm(times=120)

    work(pace, gateway, 5.0)
    row = ChannelRate.objects.get()
    assert row.slowed_to < row.base
    assert row.held_until > timezone.now() + timedelta(seconds=25)
    assert state_counts(run) == {"waiting": 120}
    asked = len(gateway.left)
    work(pace, gateway, 1.0)
    assert len(gateway.left) == asked

    ChannelRate.objects.update(base=200.0, slowed_to=40.0)
    rest_is_over()
    first = len(gateway.left)
    while state_counts(run) != {"accepted": 120}:
        work(pace, gateway, 10.0)
        rest_is_over()

    assert most_in_a_second(gateway.left[first:]) <= 1.1 * 60
    assert_conserved(run)


@pytest.mark.fault("F30")
def test_another_run_of_a_resting_channel_rests_too(pace):
    first, other = sending_run(["a"]), sending_run(["b"])
    Batch.objects.filter(run=other).update(due=timezone.now() + timedelta(hours=1))
    gateway = Storm(times=1)
    work(pace, gateway, 2.0)
    assert len(gateway.left) == 1

    Batch.objects.filter(run=other).update(due=timezone.now())
    work(pace, gateway, 2.0)

    assert len(gateway.left) == 1
    assert state_counts(other) == {"waiting": 1}
    assert Batch.objects.get(run=other, members=None).due > timezone.now()
    assert state_counts(first) == {"waiting": 1}


@pytest.mark.fault("F60")
def test_without_the_store_of_limits_nothing_leaves(pace):
    """Somebody holds its row: a grant cannot be had, so the limit is zero."""
    run = sending_run([f"t{n}" for n in range(50)])
    limit_channel(run, 400 * 60)
    gateway = TimedGateway()

    with held_row("campaigns_channelrate"), pytest.raises(OperationalError):
        work(Pace(flights=pace.flights, lease=1.0), gateway, 3.0)

    assert gateway.sent == []
    assert state_counts(run) == {"waiting": 50}
    send.sessions.reconnect(pace.lease)
    Batch.objects.update(until=None)
    work(pace, gateway, 5.0)
    assert state_counts(run) == {"accepted": 50}


@pytest.mark.fault("F60")
def test_a_store_that_goes_away_under_way_stops_what_has_no_slot_yet(pace, monkeypatch):
    run = sending_run([f"t{n}" for n in range(200)])
    limit_channel(run, 50 * 60)
    cut = []

    class Cutting(TimedGateway):
        """Cuts the worker's connection for good after some pushes."""

        def _answer(self, push: Push, fence: object) -> Result:
            if len(self.left) == 10 and not cut:
                cut.append(time.monotonic())
                connection.close()
                monkeypatch.setitem(connection.settings_dict, "PORT", "1")
            return super()._answer(push, fence)

    gateway = Cutting()
    with pytest.raises(OperationalError):
        work(Pace(flights=pace.flights, lease=0.5), gateway, 3.0)

    monkeypatch.undo()
    granted = 0.12 * 50 + 1
    assert sum(each > cut[0] for each in gateway.left) <= granted
    assert state_counts(run)["waiting"] >= 180


@contextmanager
def held_row(table: str) -> Iterator[None]:
    """Nobody else may have the rows of a table meanwhile."""
    with (
        psycopg.connect(**connection.get_connection_params()) as holder,
        holder.transaction(),
    ):
        holder.execute(f"SELECT FROM {table} FOR UPDATE")
        yield
