"""The sample has every kind of person and device, and is made once per seed."""

import unicodedata
from collections.abc import Callable
from dataclasses import fields, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from campaigns.audience import eligibility, rules, select
from campaigns.content import limits
from campaigns.content.personalisation import known_fields
from campaigns.management.sampling import making
from campaigns.management.sampling.crowd import WAYS, Crowd
from campaigns.management.sampling.shop import KEYS
from campaigns.management.sampling.tokens import Tokens
from campaigns.models import Campaign, Segment
from campaigns.models.reasons import Reason
from campaigns.review import funnel
from devices import dictionary
from devices.api.schemas import EXAMPLES_OF_DEVICES
from devices.models import Credential, Event, Installation, Person
from devices.models.installations import LINK_OF
from devices.registration import addresses
from devices.simulator import names
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

Sample = Callable[..., str]
KEY = EXAMPLES_OF_DEVICES[2]["vapid_key"]


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
    gateways = Installation.objects.values_list("platform", "gateway", "environment")
    assert set(gateways) == set(WAYS)
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


def test_segments_and_texts_can_name_what_the_sample_tells(sample: Sample) -> None:
    sample(people=100, events=100)

    shop = Campaign.objects.get().application_id
    assert {"city", "plan", "birthday"} <= dictionary.attributes(shop).keys()
    assert {"app_open", "purchase"} <= dictionary.events(shop).keys()


def test_the_same_seed_is_made_once(sample: Sample) -> None:
    sample(people=30, events=10, seed=5)

    said = sample(people=30, events=10, seed=5)

    assert "The sample of seed 5 is there already: 30 people" in said
    assert Person.objects.filter(external_id__startswith="sample-5-").count() == 30


def test_another_seed_adds_other_people_to_the_same_shop(sample: Sample) -> None:
    sample(people=20, events=0, seed=1)

    sample(people=20, events=0, seed=2)

    assert Person.objects.count() == 40
    assert Campaign.objects.count() == 1
    assert Credential.objects.count() == len(KEYS)


def test_a_sample_that_was_interrupted_goes_on(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "SLICE", 10)
    monkeypatch.setattr(making, "_analyze", lambda: None)
    sample(people=10, events=7)

    said = sample(people=35, events=35)

    assert "Sample made: 35 people" in said
    assert Person.objects.count() == 35


def test_a_seed_gives_the_same_people_again(tmp_path: Path) -> None:
    def crowd(seed: int = 3) -> Crowd:
        tokens = Tokens(folder=tmp_path, vapid_key=KEY)
        return Crowd(tokens, seed=seed, first=1, count=50, at=NOW)

    def devices() -> list[Any]:
        again = crowd()
        return again.devices(list(range(50)), again.people())

    assert crowd().people() == crowd().people()
    assert crowd().people() != crowd(seed=4).people()
    assert devices() == devices()


def test_every_token_is_one_that_an_app_could_have_registered(tmp_path: Path) -> None:
    tokens = Tokens(folder=tmp_path, vapid_key=KEY)
    crowd = Crowd(tokens, seed=1, first=1, count=300, at=NOW)

    for device in crowd.devices(list(range(300)), crowd.people()):
        names = [each.name for each in fields(addresses.Address)]
        given = addresses.Address(**{name: getattr(device, name) for name in names})
        if device.gateway != "webpush":
            given = replace(given, browser="")
        cleaned = addresses.cleaned(given, platform=device.platform)
        assert cleaned == given


def test_the_sample_reaches_a_thousand_devices_by_each_large_gateway(
    sample: Sample,
) -> None:
    """What a first run and `make smoke` send: design.md 9."""
    sample(people=6_000, events=0)

    found = funnel.count(Campaign.objects.get(), at=timezone.now())

    assert found.people >= 5_000
    assert Installation.objects.count() >= 7_000
    assert min(found.by_gateway[kind] for kind in ("fcm", "apns", "webpush")) >= 1_000
    assert found.by_gateway["wns"] >= 100


def test_the_first_user_gets_a_test_device_of_every_kind(sample: Sample) -> None:
    admin = builders.user(is_superuser=True)

    sample(people=5, events=0)
    sample(people=5, events=0)

    phones = Installation.objects.filter(is_test=True, tester=admin)
    tokens = [getattr(each, LINK_OF[each.gateway]).registration_id for each in phones]
    assert all(names.label_of(token).startswith("phone-") for token in tokens)
    platforms = [each.platform for each in phones.order_by("platform")]
    assert platforms == ["android", "ios", "web", "web", "windows"]
    gates = eligibility.of_campaign(Campaign.objects.get(), at=NOW)
    owner = Person.objects.filter(installations__in=phones).distinct()
    assert [each.reason for each in eligibility.verdicts(owner, gates)] == [None] * 5


def test_the_sample_campaign_and_segments_are_sound(sample: Sample) -> None:
    sample(people=5, events=0)

    campaign = Campaign.objects.get()
    limits.check(
        campaign.content(),
        known=known_fields(["first_name", "city"]),
        schemes=campaign.application.link_schemes,
    )
    content = campaign.content()
    assert {"android_big", "ios_wide", "web_image"} <= content["renditions"].keys()
    assert content["icon"].endswith("-web_icon.png")
    assert campaign.asset.alt_text
    assert len(campaign.content()["buttons"]) == 2
    for segment in Segment.objects.all():
        assert rules.sentence(rules.parse(segment.rule)).startswith("People who")


def test_its_keys_were_made_by_the_simulator(sample: Sample, tmp_path: Path) -> None:
    sample(people=0, events=0)

    places = Credential.objects.filter(simulated=True)
    assert set(places.values_list("gateway", "environment")) == set(KEYS)
    assert list((tmp_path / "simulator" / "accounts").iterdir())


def test_negative_numbers_are_refused(sample: Sample) -> None:
    with pytest.raises(CommandError, match="--people"):
        sample(people=-1)
