"""The pace that a review promises is one that was measured."""

from datetime import timedelta

import pytest

from campaigns.models.states import RunState
from campaigns.reports import pace
from tests import builders

pytestmark = pytest.mark.django_db


def finished(*, devices: int, seconds: int, ago: int = 0) -> None:
    end = builders.NOW - timedelta(hours=ago)
    run = builders.run(
        state=RunState.FINISHED,
        devices=devices,
        started_at=end - timedelta(seconds=seconds),
        finished_at=end,
    )
    builders.batch(run, hi=devices, accepted=devices - 10, failed=10)


def test_the_pace_is_that_of_the_newest_run_large_enough_to_tell() -> None:
    finished(devices=1_000, seconds=100, ago=2)
    finished(devices=600, seconds=20, ago=1)
    finished(devices=12, seconds=1)
    shop = builders.application()
    assert pace.last_measured(shop.pk) == 30
    assert pace.lasts(1_800, per_second=30) == timedelta(minutes=1)


def test_nothing_is_promised_before_anything_was_measured() -> None:
    finished(devices=12, seconds=1)
    assert pace.last_measured(builders.application().pk) is None
