"""The funnel promises what the snapshot does and every explanation says."""

import random
from collections import Counter

import pytest

from campaigns.audience import eligibility, estimate, limits, select
from campaigns.delivery import snapshot
from campaigns.models import Campaign, Delivery
from campaigns.models.reasons import Reason
from campaigns.review import funnel
from devices.models import Person
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def crowd(seed: int) -> Campaign:
    """People and devices in every state, drawn from a seed."""
    chance = random.Random(seed)
    builders.credential()
    builders.credential(gateway="apns")
    topic = builders.topic(default_on=chance.random() < 0.5)
    states = [None, "subscribed", "opted_in", "unsubscribed"]
    for _ in range(60):
        person = builders.person(preference=chance.choice(states))
        if chance.random() < 0.3:
            builders.topic_answer(person, topic, is_on=chance.random() < 0.5)
        for _ in range(chance.choice([0, 1, 1, 2, 3])):
            retired_at = chance.choice([None, None, None, NOW])
            had = f"shared-{chance.randrange(6)}" if retired_at else None
            builders.installation(
                person,
                token=chance.choice([None, had]),
                platform=chance.choice(["ios", "android", "android", "web"]),
                permission=chance.choice(["granted", "granted", "denied", "unknown"]),
                active=chance.random() < 0.9,
                suspended_at=chance.choice([None, None, None, NOW]),
                retired_at=retired_at,
            )
    purpose = chance.choice(["promotional", "transactional"])
    return builders.campaign(topic=chance.choice([None, topic]), purpose=purpose)


@pytest.mark.parametrize("seed", range(6))
def test_funnel_snapshot_and_explanations_agree(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "PEOPLE", 7)
    campaign = crowd(seed)

    found = funnel.counted(campaign, at=NOW)
    told = eligibility.verdicts(
        Person.objects.all(), eligibility.of_campaign(campaign, at=NOW)
    )
    run = builders.run(campaign)
    while snapshot.freeze_slice(run.pk):
        pass
    frozen = Delivery.objects.filter(run_id=run.pk)

    assert sorted(
        frozen.values_list("person_id", "installation_id", "reason"), key=str
    ) == sorted(
        [(each.person_id, each.installation_id, each.reason) for each in told], key=str
    )
    run.refresh_from_db()
    assert (found.people, found.devices) == (run.people, run.devices)
    with_device = frozen.exclude(installation_id=None)
    by_reason = Counter(with_device.values_list("reason", flat=True))
    assert found.reached_devices == by_reason.pop(None, 0)
    assert {s.reason: s.devices for s in found.steps if s.devices} == by_reason
    reached = frozen.filter(reason=None).values("person_id").distinct().count()
    assert found.reached_people == reached


@pytest.mark.parametrize("seed", range(3))
def test_every_person_and_device_is_counted_once(seed: int) -> None:
    found = funnel.counted(crowd(seed), at=NOW)

    assert (
        found.people
        == 60
        == found.reached_people + sum(step.people for step in found.steps)
    )
    assert found.devices == found.reached_devices + sum(
        step.devices for step in found.steps
    )
    assert sum(found.by_gateway.values()) == found.reached_devices
    assert sum(found.by_platform.values()) == found.reached_devices


def test_a_person_is_left_out_at_the_gate_that_their_best_device_meets() -> None:
    builders.credential()
    person = builders.person()
    builders.installation(person, platform="ios", gateway="fcm")
    builders.installation(person, permission="denied")

    found = funnel.counted(builders.campaign(), at=NOW)

    assert [(each.reason, each.people, each.devices) for each in found.steps] == [
        (Reason.NO_CONSENT, 0, 1),
        (Reason.PERMISSION_DENIED, 1, 1),
    ]


def test_without_an_audience_there_is_nothing_to_count() -> None:
    assert funnel.count(builders.campaign(audience=""), at=NOW) is None


def test_a_funnel_of_a_sample_says_so_and_still_adds_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    builders.credential()
    builders.installation(builders.person(bucket=3))
    builders.installation(builders.person(bucket=9_000))

    def too_slow_for_all(people: object, ask: object) -> tuple[list[funnel.Row], float]:
        rows = [
            (None, None, None, "fr", 3),
            (303, None, None, None, 2),
            (None, "fcm", "ios", None, 4),
        ]
        return rows, 20.0  # type: ignore[return-value]

    monkeypatch.setattr(estimate, "sampled", too_slow_for_all)

    found = funnel.counted(builders.campaign(), at=NOW)

    assert not found.exact
    assert (found.people, found.reached_people, found.devices) == (100, 60, 80)
    assert found.by_locale == {"fr": 60}


def test_a_database_that_is_too_slow_gives_no_funnel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: object, **__: object) -> None:
        raise limits.TooSlow

    monkeypatch.setattr(select, "people", never)

    assert funnel.count(builders.campaign(), at=NOW) is None
