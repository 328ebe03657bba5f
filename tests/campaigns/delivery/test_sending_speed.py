"""A run with a limit of speed, from its ledger to a gateway."""

import time
from itertools import pairwise

import pytest

from campaigns.delivery import send
from campaigns.delivery.voyage import Pace
from campaigns.models import ChannelRate, Outcome, RunRate
from devices.gateways.base import Push, Result
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
