"""A process that is told to end, without a process."""

import pytest

from campaigns.delivery import send, shifts
from campaigns.delivery.pace import Pace
from campaigns.models import Batch
from devices.gateways.memory import MemoryGateway
from tests.campaigns.delivery.ledgers import (
    assert_conserved,
    sending_run,
    state_counts,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def shift(monkeypatch):
    fresh = shifts.Shift()
    monkeypatch.setattr(send, "shift", fresh)
    return fresh


class Telling(MemoryGateway):
    """Tells the process to end with its first pushes, as a deploy does."""

    def submit(self, pushes, **how):
        self.shift.end()
        super().submit(pushes, **how)


@pytest.mark.fault("F07")
def test_what_left_is_answered_and_the_rest_stays_for_others(tmp_path, shift):
    run = sending_run([f"t{n}" for n in range(9)])
    gateway = Telling()
    gateway.shift = shift
    pace = Pace(flights=tmp_path, chunk=3, open_chunks=1)

    send.work(5.0, pace=pace, channel=lambda *_place: gateway)

    counts = state_counts(run)
    assert counts["accepted"] > 0
    assert counts == {"accepted": 9 - counts["waiting"], "waiting": counts["waiting"]}
    assert Batch.objects.get().until is None
    assert_conserved(run)


def test_a_process_that_was_told_to_end_takes_no_batch(tmp_path, shift):
    run = sending_run(["a"])
    shift.end()

    assert not send.work(5.0, pace=Pace(flights=tmp_path))
    assert state_counts(run) == {"waiting": 1}


def test_the_word_counts_once_from_many_mouths_and_not_for_ever(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(shifts.time, "monotonic", lambda: now[0])
    shift = shifts.Shift()

    assert (shift.end(), shift.end(), shift.is_ending) == (True, True, True)
    now[0] += shifts.ECHO
    assert (shift.end(), shift.is_ending) == (False, True)
    now[0] += shifts.LASTS
    assert not shift.is_ending
