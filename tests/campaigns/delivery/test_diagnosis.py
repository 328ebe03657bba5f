"""What a run's page says while it cannot go on."""

from datetime import timedelta

import pytest
from django.utils import translation

from campaigns.delivery import diagnosis
from campaigns.models import Lane
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def held(run, environment: str, *, rows: int) -> None:
    """Apple turns away so many rows of a run in one of its worlds."""
    builders.batch(run, lo=0, hi=rows, due=NOW, gateway="apns", environment=environment)
    Lane.objects.create(
        run=run,
        gateway="apns",
        environment=environment,
        trouble="ServiceUnavailable",
        waiting_since=NOW,
        held_until=NOW + timedelta(minutes=2),
    )


def test_apple_s_two_worlds_are_told_apart_and_numbers_can_be_read():
    run = builders.run(state="sending", started_at=NOW)
    held(run, "production", rows=1_165)
    held(run, "sandbox", rows=28)

    found = {str(each.sentence) for each in diagnosis.held_lanes(run, at=NOW)}
    with translation.override("fr"):
        french = {str(each.sentence) for each in diagnosis.held_lanes(run, at=NOW)}

    usual, sandbox = sorted(found, key=lambda each: "sandbox" in each)
    assert usual.startswith("Apple Push Notification service turns pushes away")
    assert "1,165 devices wait" in usual
    assert "Apple Push Notification service · sandbox" in sandbox
    assert all("ServiceUnavailable" in each for each in french)
    assert not french & found
