"""Who is in an audience, before any gate."""

import pytest

from campaigns.audience import select
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def test_nobody_is_chosen_by_default() -> None:
    campaign = builders.campaign(audience="")

    with pytest.raises(select.NoAudience, match="Choose who receives"):
        select.people(campaign.application_id, select.of_campaign(campaign), at=NOW)


def test_a_segment_audience_without_its_rule_is_not_everyone() -> None:
    with pytest.raises(select.NoAudience):
        select.people(1, {"kind": "segment", "rule": None}, at=NOW)


def test_everyone_means_those_of_the_application_who_are_still_somebody() -> None:
    alice = builders.person()
    builders.person(merged_into=alice)
    builders.person(erased_at=NOW)
    builders.person(application=builders.application(name="Other"))
    campaign = builders.campaign()

    chosen = select.people(
        campaign.application_id, select.of_campaign(campaign), at=NOW
    )

    assert list(chosen) == [alice]


def test_a_campaigns_segment_is_its_audience() -> None:
    french = {"field": "country", "operator": "is_one_of", "value": ["FR"]}
    rule = {"version": 1, "match": "all", "rules": [french]}
    campaign = builders.campaign(segment=builders.segment(rule=rule, name="French"))
    alice = builders.person(country="FR")
    builders.person(country="BE")

    audience = select.of_campaign(campaign)

    assert audience["name"] == "French"
    assert list(select.people(campaign.application_id, audience, at=NOW)) == [alice]
