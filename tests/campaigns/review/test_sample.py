"""The people behind a number of the funnel are those that it counts."""

import pytest

from campaigns.models.reasons import Reason
from campaigns.review import funnel, sample
from tests import builders

pytestmark = pytest.mark.django_db


def test_each_number_of_the_funnel_leads_to_its_people() -> None:
    builders.credential()
    reached = builders.installation().person
    gone = builders.person(preference="unsubscribed")
    builders.installation(gone)
    alone = builders.person()
    campaign = builders.campaign()

    counted = funnel.counted(campaign, at=builders.NOW)
    behind = {
        step.reason: sample.people(campaign, step.reason, at=builders.NOW)
        for step in counted.steps
    }

    assert behind == {Reason.UNSUBSCRIBED: [gone], Reason.NO_DEVICE: [alone]}
    assert sample.people(campaign, None, at=builders.NOW) == [reached]


def test_a_person_with_one_device_that_is_left_out_is_among_them() -> None:
    builders.credential()
    person = builders.person()
    builders.installation(person)
    builders.installation(person, permission="denied")
    campaign = builders.campaign()

    denied = sample.people(campaign, Reason.PERMISSION_DENIED, at=builders.NOW)

    assert denied == [person]
    assert sample.people(campaign, None, at=builders.NOW) == [person]
