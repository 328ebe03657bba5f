"""The sample has every kind of person and device, and is made once per seed."""

import unicodedata
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaigns.audience import eligibility, rules, select
from campaigns.content.personalisation import known_fields
from campaigns.content.render import compile_content
from campaigns.management.sampling import making
from campaigns.management.sampling.crowd import Crowd
from campaigns.models import Campaign, Segment
from campaigns.models.reasons import Reason
from devices.models import Credential, Event, Installation, Person
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

Sample = Callable[..., str]


@pytest.fixture
def sample(settings: Any, tmp_path: Path) -> Sample:
    settings.VAR = tmp_path

    def run(**options: int) -> str:
        out = StringIO()
        call_command("sample", stdout=out, **options)
        return out.getvalue()

    return run


def test_a_sample_has_every_kind_of_person_and_device(sample: Sample) -> None:
    said = sample(people=600, events=500)

    campaign = Campaign.objects.get()
    everyone = select.people(campaign.application_id, {"kind": "everyone"}, at=NOW)
    found = eligibility.verdicts(everyone, eligibility.of_campaign(campaign, at=NOW))
    assert {each.reason for each in found} == {
        None,
        Reason.UNSUBSCRIBED,
        Reason.TOPIC_OFF,
        Reason.NO_CONSENT,
        Reason.NO_DEVICE,
        Reason.PERMISSION_DENIED,
        Reason.TOKEN_INACTIVE,
    }
    phones = Installation.objects.filter(gcm__active=True)
    assert phones.filter(gcm__registration_id__startswith="dead-").exists()
    assert len(found) - 600 < Installation.objects.count()
    assert Event.objects.count() == 500
    assert "600 of 600 people" in said


def test_names_are_in_many_scripts_and_people_in_many_zones(sample: Sample) -> None:
    sample(people=600, events=0)

    people = Person.objects.exclude(zone="")
    names = people.values_list("attributes__first_name", flat=True)
    scripts = {unicodedata.name(name[0]).split()[0] for name in names if name}
    assert {
        "LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW",
        "DEVANAGARI", "CJK", "HANGUL", "THAI", "KATAKANA",
    } <= scripts  # fmt: skip
    assert people.values("zone").distinct().count() >= 30
    assert people.values("locale").distinct().count() >= 12


def test_the_same_seed_is_made_once(sample: Sample) -> None:
    sample(people=30, events=10, seed=5)

    said = sample(people=30, events=10, seed=5)

    assert "The sample of seed 5 is there already: 30 people" in said
    assert Person.objects.filter(external_id__startswith="sample-5-").count() == 30


def test_another_seed_adds_other_people_to_the_same_shop(sample: Sample) -> None:
    sample(people=20, events=0, seed=1)

    sample(people=20, events=0, seed=2)

    assert Person.objects.count() == 40
    assert Campaign.objects.count() == Credential.objects.count() == 1


def test_a_sample_that_was_interrupted_goes_on(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "SLICE", 10)
    monkeypatch.setattr(making, "_analyze", lambda: None)
    sample(people=10, events=7)

    said = sample(people=35, events=35)

    assert "Sample made: 35 people" in said
    assert Person.objects.count() == 35


def test_a_seed_gives_the_same_people_again() -> None:
    def crowd() -> Crowd:
        return Crowd(seed=3, first=1, count=50, at=NOW)

    assert crowd().people() == crowd().people()
    assert crowd().people() != Crowd(seed=4, first=1, count=50, at=NOW).people()


def test_the_first_user_gets_two_test_phones(sample: Sample) -> None:
    admin = builders.user(is_superuser=True)

    sample(people=5, events=0)
    sample(people=5, events=0)

    phones = Installation.objects.filter(is_test=True, tester=admin)
    tokens = phones.values_list("gcm__registration_id", flat=True)
    assert all(token.startswith("phone-") for token in tokens)
    assert sorted(phones.values_list("platform", flat=True)) == ["android", "ios"]
    gates = eligibility.of_campaign(Campaign.objects.get(), at=NOW)
    owner = Person.objects.filter(installations__in=phones).distinct()
    assert [each.reason for each in eligibility.verdicts(owner, gates)] == [None, None]


def test_the_sample_campaign_and_segments_are_sound(sample: Sample) -> None:
    sample(people=5, events=0)

    campaign = Campaign.objects.get()
    content = {"title": campaign.title, "body": campaign.body, "link": campaign.link}
    compile_content(content, known=known_fields(["first_name", "city"]))
    for segment in Segment.objects.all():
        assert rules.sentence(rules.parse(segment.rule)).startswith("People who")


def test_its_key_was_made_by_the_simulator(sample: Sample, tmp_path: Path) -> None:
    sample(people=0, events=0)

    assert Credential.objects.get().simulated
    assert list((tmp_path / "simulator" / "accounts").iterdir())


def test_negative_numbers_are_refused(sample: Sample) -> None:
    with pytest.raises(CommandError, match="--people"):
        sample(people=-1)
