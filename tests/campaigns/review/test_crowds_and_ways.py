"""Numbers, repetition, keys and time: what surrounds a message."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.models import BatchReason, Campaign
from campaigns.models.reasons import Reason
from campaigns.models.test_sends import TestSend as Sent
from campaigns.review import checks
from campaigns.review.problem import Problem
from devices.models import Credential
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_shop_that_can_send() -> None:
    builders.credential()
    for _ in range(4):
        builders.installation()


def found(draft: Campaign, **more: Any) -> dict[str, Problem]:
    """What is not all right, by its code without what it looked at."""
    return {
        each.code.partition(":")[0]: each
        for each in checks.problems(draft, at=NOW, **more)
        if each.severity != "ok"
    }


def test_more_people_than_its_author_ever_reached_ask_for_a_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks.repeating, "FEW", 1)
    author = builders.user()
    for _ in range(3):
        builders.run(launched_by=author, confirmed_people=1, state="finished")

    assert "audience.usual" in found(builders.campaign(owner=author))
    assert "audience.usual" not in found(builders.campaign(owner=builders.user()))


def test_the_same_words_to_the_same_people_within_a_week_are_named() -> None:
    builders.run(builders.campaign(name="Before"), due_at=NOW - timedelta(days=3))
    draft = builders.campaign()

    assert "Before" in str(found(draft)["repeated"].sentence)
    assert "repeated" not in found(builders.campaign(body="Something else."))


def test_another_message_to_the_same_people_that_day_is_named() -> None:
    other = builders.campaign(name="Other", body="Something else.")
    builders.run(other, due_at=NOW - timedelta(hours=5))
    coming = builders.campaign(name="Coming", body="And else.", state="scheduled")
    coming.revision = builders.revision(coming)
    coming.next_at = NOW + timedelta(hours=5)
    coming.save()
    elsewhere = builders.segment(
        rule={
            "version": 1,
            "match": "all",
            "rules": [{"field": "country", "operator": "is_one_of", "value": ["JP"]}],
        }
    )
    builders.run(builders.campaign(name="Tokyo", segment=elsewhere))

    sentence = str(found(builders.campaign())["crowded"].sentence)

    assert "Other" in sentence
    assert "Coming" in sentence
    assert "Tokyo" not in sentence


def test_an_audience_whose_devices_were_gone_asks_for_a_look() -> None:
    run = builders.run(state="finished", due_at=NOW - timedelta(days=30))
    batch = builders.batch(run, hi=100, accepted=80, failed=20)
    BatchReason.objects.create(batch=batch, reason=Reason.TOKEN_DEAD, rows=20)

    assert "20 %" in str(found(builders.campaign())["tokens"].sentence)


def test_a_key_for_the_other_world_stops_or_asks_by_who_is_left() -> None:
    builders.credential(gateway="apns", environment="sandbox")
    yes = builders.person(preference="opted_in")
    builders.installation(yes, platform="ios")

    assert found(builders.campaign())["key.elsewhere"].severity == "stop"

    there = builders.person(preference="opted_in")
    builders.installation(there, platform="ios", environment="sandbox")

    assert found(builders.campaign())["key.elsewhere"].severity == "look"


def test_devices_without_any_key_are_counted() -> None:
    builders.installation(platform="web")

    assert "1 devices" in str(found(builders.campaign())["key.absent"].sentence)
    assert Credential.objects.count() == 1


def test_who_would_get_it_too_late_stops_the_launch() -> None:
    draft = builders.campaign(ttl=3_600)

    assert found(draft, pace=0.0001)["slow"].severity == "stop"
    draft.ttl = 86_400
    assert found(draft, pace=4 / (5 * 3_600))["slow"].severity == "look"
    assert "slow" not in found(draft, pace=10.0)
    draft.per_minute, draft.ttl = 1, 60
    assert found(draft, pace=10.0)["slow"].severity == "look"


def test_each_platform_is_tested_by_itself() -> None:
    builders.credential(gateway="webpush")
    builders.installation(platform="web")
    draft, phone = builders.campaign(), builders.tester()
    Sent.objects.create(
        campaign=draft,
        installation=phone,
        asked_by=phone.tester,
        asked_at=draft.updated_at,
        title="",
        body="",
        verdict="accepted",
    )

    assert str(found(draft)["test"].sentence).endswith("to: Web.")


def test_topics_buttons_and_destinations_are_looked_at() -> None:
    builders.credential(gateway="webpush")
    builders.installation(platform="web")
    builders.topic()
    three = [{"label": str(n), "link": ""} for n in range(3)]
    draft = builders.campaign(
        buttons=three,
        platforms={"all": {"destination": {"key": "gone", "values": {}}}},
    )
    told = found(draft)

    assert {"topic", "buttons.many"} <= told.keys()
    (gone,) = (each for each in told.values() if each.field == "destination")
    assert gone.severity == "stop"

    draft.application.destinations.create(
        key="gone", name="Basket", android="https://shop.example/basket"
    )
    assert "Web" in str(found(draft)["destination"].sentence)
