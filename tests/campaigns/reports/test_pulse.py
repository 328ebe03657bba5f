"""The site's figures of the day."""

from datetime import timedelta

import pytest

from campaigns.models import Receipt
from campaigns.models.reasons import Reason
from campaigns.reports import pulse
from devices.models import ConsentEvent
from tests import builders
from tests.campaigns.admin import sent

pytestmark = pytest.mark.django_db
NOW = builders.NOW


def test_reach_counts_devices_that_may_be_shown_something() -> None:
    builders.installation(platform="ios")
    builders.installation(platform="ios", permission="denied")
    builders.installation(platform="ios", permission="unknown")
    builders.installation(platform="ios", suspended_at=NOW - timedelta(hours=1))
    builders.installation(platform="ios", suspended_at=NOW - timedelta(hours=30))
    builders.installation(platform="web", created_at=NOW - timedelta(days=1))
    builders.installation(platform="web", retired_at=NOW - timedelta(days=2))
    builders.installation(platform="web", retired_at=NOW - timedelta(days=9))

    found = [(r.platform, r.devices, r.gained, r.lost) for r in pulse.reach(at=NOW)]

    assert found == [("ios", 2, 0, 0), ("web", 1, 1, 1)]


def test_opens_are_of_the_runs_of_four_weeks() -> None:
    for days in (1, 40):
        run = sent.a_run(
            sent.device_each(Reason.ACCEPTED, Reason.ACCEPTED),
            due_at=NOW - timedelta(days=days),
        )
        Receipt.objects.create(run=run, seq=1, kind="opened", at=NOW, received_at=NOW)
        Receipt.objects.create(run=run, seq=1, kind="received", at=NOW, received_at=NOW)

    found = pulse.opens(at=NOW)

    assert (found.accepted, found.opened) == (2, 1)


def unsubscribed(days: int, **changes: object) -> None:
    facts = {
        "person": builders.person(),
        "old": "subscribed",
        "new": "unsubscribed",
        "source": "test",
        "at": NOW - timedelta(days=days),
    }
    ConsentEvent.objects.create(**facts | changes)


def test_opt_outs_are_people_of_seven_days() -> None:
    twice = builders.person()
    unsubscribed(1, person=twice)
    unsubscribed(2, person=twice)
    unsubscribed(9)
    unsubscribed(1, new="opted_in")
    unsubscribed(1, topic=builders.topic())

    found = pulse.opt_outs(at=NOW)

    assert (found.people, found.exact) == (1, True)


def test_more_than_is_looked_at_is_said_to_be_more(monkeypatch) -> None:
    monkeypatch.setattr(pulse, "LOOKED_AT", 2)
    for _each in range(3):
        unsubscribed(1)

    found = pulse.opt_outs(at=NOW)

    assert (found.people, found.exact) == (2, False)
