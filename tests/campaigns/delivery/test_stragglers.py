"""Batches of which one process awaits the last answers while it sends others."""

import time

import pytest
from django.utils import timezone

from campaigns.delivery import batches, send
from campaigns.delivery.pace import Pace
from campaigns.models import Batch
from devices.gateways.memory import MemoryGateway
from tests import builders
from tests.campaigns.delivery.ledgers import (
    assert_conserved,
    sending_run,
    state_counts,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

SILENT = "silent"


class Withholding(MemoryGateway):
    """Keeps the answer to one token back for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds, self.kept, self.until = seconds, [], 0.0

    @property
    def in_flight(self) -> int:
        return super().in_flight + len(self.kept)

    def poll(self, timeout):
        silent = {push.reference for push, _ in self._queue if push.token == SILENT}
        answers = super().poll(timeout)
        if silent:
            self.until = time.monotonic() + self.seconds
        self.kept += [each for each in answers if each.reference in silent]
        come = time.monotonic() >= self.until
        late, self.kept = (self.kept, []) if come else ([], self.kept)
        return [each for each in answers if each.reference not in silent] + late


class Leisurely(MemoryGateway):
    """Two answers a look; a rival tries to claim at each."""

    uses_database = True

    def __init__(self, flights) -> None:
        super().__init__()
        self.flights = flights

    def poll(self, timeout):
        time.sleep(timeout)
        batches.claim("rival", lease=30, flights=self.flights)
        taken = [self._queue.popleft() for _ in range(min(2, len(self._queue)))]
        return [self._answer(push, fence) for push, fence in taken]


def test_a_long_batch_does_not_cost_stragglers_their_lease(tmp_path):
    tokens = [*[f"quick-{n}" for n in range(20)], SILENT]
    tokens += [f"slow-{n}" for n in range(160)]
    run = sending_run(tokens)
    facts = {"gateway": Batch.objects.get().gateway, "due": timezone.now()}
    Batch.objects.all().delete()
    builders.batch(run, lo=0, hi=21, **facts)
    builders.batch(run, lo=21, hi=181, **facts)
    withholding, leisurely = Withholding(6.0), Leisurely(tmp_path)
    opened = iter([withholding])
    pace = Pace(flights=tmp_path, lease=3.0, chunk=21)

    send.work(0.5, pace=pace, channel=lambda *_: next(opened, leisurely))

    first = Batch.objects.order_by("lo")[0]
    assert first.token == 1, "its lease did not end while another batch was sent"
    assert state_counts(run) == {"accepted": 181}
    assert not Batch.objects.exclude(state=2).exists(), "nothing is left afloat"
    assert_conserved(run)
