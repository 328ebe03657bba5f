"""What the preview shows is what arrives: compared with the bytes at the simulator."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from campaigns.admin import payloads, preview
from campaigns.admin.looks import Look
from campaigns.content.surfaces import SURFACES
from campaigns.models import Campaign
from devices import credentials, registration
from devices.gateways import registry
from devices.models import Person
from tests import builders, pictures
from tests.campaigns.delivery.ledgers import state_counts
from tests.campaigns.delivery.test_pictures import devices, sent
from tests.simulators import RunningSimulator

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

OF_THE_RUN = (
    *("token", "n", "run", "tag", "ttl", "apns-expiration", "apns-collapse-id"),
    "collapse_key",
)
"""What a run adds to a message: addresses, receipts, times."""
MESSAGE: dict[str, Any] = {
    "title": 'Hello {{ first_name | default: "there" }}',
    "body": "The winter is here, in {{ city | or_skip }}. " * 5,
    "link": "https://shop.example/coats?of={{ first_name | default: 'x' }}",
    "buttons": [{"label": "See the coats"}, {"label": "Not now", "link": ""}],
    "translations": [
        {
            "locale": "fr",
            "title": 'Bonjour {{ first_name | default: "à vous" }}',
            "body": "L’hiver est là, à {{ city | or_skip }}. 🧣",
        }
    ],
    "platforms": {
        "ios": {"subtitle": "For {{ first_name | default: 'you' }}", "badge": "3"},
        "web": {"title": "On the web, {{ first_name | default: 'you' }}"},
    },
}


@pytest.fixture
def simulator(
    tmp_path: Path, media_root: Path, settings: Any
) -> Iterator[RunningSimulator]:
    (tmp_path / "simulator").mkdir()
    running = RunningSimulator(tmp_path / "simulator")
    settings.VAR, settings.SIMULATOR = tmp_path, running.address
    secrets = {
        "fcm": running.service_account(),
        "apns": running.apns_key("com.example.shop"),
        "webpush": running.vapid_secret(),
        "wns": running.wns_secret(),
    }
    for gateway, secret in secrets.items():
        credentials.store(
            builders.application(), gateway, "production", secret, actor=None
        )
    yield running
    registry.sender_for(registry.configured_wire()).close()
    running.stop()


def owner(simulator: RunningSimulator, locale: str) -> dict[str, str]:
    """Somebody with a device of every platform; their addresses by platform."""
    person = builders.person(
        external_id=locale,
        preference="opted_in",
        locale=locale,
        attributes={"first_name": "Léa & <co>", "city": "Aix"},
    )
    places = devices(simulator)
    del places["ios by fcm"]
    registration.import_many(
        builders.application(),
        [
            registration.BulkDevice(
                person_id=person.pk,
                key=f"{locale}-{name}",
                permission="granted",
                model="",
                os_version="",
                app_version="",
                locale="",
                zone="UTC",
                registered_at=builders.NOW - timedelta(days=30),
                seen_at=builders.NOW,
                **address,
            )
            for name, address in places.items()
        ],
    )
    return {each["platform"]: each["token"] for each in places.values()}


def without_the_run(body: Any) -> Any:
    """A request's body with what only the run knows left out, at any depth."""
    if isinstance(body, dict):
        kept = {name: each for name, each in body.items() if name not in OF_THE_RUN}
        return {name: without_the_run(each) for name, each in kept.items()}
    if isinstance(body, list):
        return [without_the_run(each) for each in body]
    return body


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_the_preview_of_every_screen_is_what_reached_its_platform(
    simulator: RunningSimulator, tmp_path: Path, locale: str
) -> None:
    tokens = owner(simulator, locale)
    picture = pictures.uploaded((2000, 1500))
    run = sent(tmp_path, asset=picture, icon=picture, **MESSAGE)
    assert state_counts(run) == {"accepted": 4}
    arrived = {
        platform: simulator.journal(token=token)[0]["body"]
        for platform, token in tokens.items()
    }

    draft = Campaign.objects.get()
    person = Person.objects.get(external_id=locale)
    shown = preview.show(draft, person, look=Look(everything=True))

    for platform in ("android", "ios", "web"):
        (mine,) = [each for each in shown["payloads"] if each.platform == platform]
        found = without_the_run(json.loads(mine.body))
        assert found == without_the_run(arrived[platform]), platform
    drawn = {each.key: each.appearance for each in shown["phones"]}
    assert set(drawn) == {each.key for each in SURFACES}
    said, alert = words_of(arrived), arrived["ios"]["aps"]["alert"]
    for key, seen in drawn.items():
        assert (seen.title.whole, seen.body.whole) == said[seen.surface.platform], key
        between = seen.subtitle.whole if seen.subtitle else None
        is_apples = seen.surface.platform == "ios"
        assert between == (alert.get("subtitle") if is_apples else None), key


def words_of(arrived: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Title and text of each platform, from what its push service got."""
    alert = arrived["ios"]["aps"]["alert"]
    shown = {
        "android": arrived["android"]["message"]["notification"],
        "ios": alert,
        "web": arrived["web"]["notification"],
        "windows": arrived["windows"],
    }
    return {name: (each["title"], each["body"]) for name, each in shown.items()}


def test_a_toast_says_in_its_bytes_what_the_preview_says(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    tokens = owner(simulator, "fr")
    sent(tmp_path, **MESSAGE)
    arrived = simulator.journal(token=tokens["windows"])[0]["body"]
    shown = preview.show(Campaign.objects.get(), Person.objects.get(external_id="fr"))
    (mine,) = [each for each in shown["payloads"] if each.platform == "windows"]
    for text in (arrived["title"], arrived["body"], "See the coats"):
        assert (
            text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            in mine.body.decode()
        )
    assert mine.used == len(mine.body)


def test_a_platform_that_gets_nothing_is_named_and_others_are_shown(
    simulator: RunningSimulator,
) -> None:
    draft = builders.campaign(
        platforms={"ios": {"title": "Hi {{ nickname | or_skip }}"}}
    )
    builders.person(attributes={"nickname": "Z"})
    shown = preview.show(draft, None, look=Look(everything=True))
    assert shown["partly"] == [
        "iOS: This person has no “nickname” and would be left out."
    ]
    assert {each.appearance.surface.platform for each in shown["phones"]} == {
        "android",
        "web",
        "windows",
    }


def test_a_silent_message_is_on_no_screen() -> None:
    draft = builders.campaign(platforms={"all": {"kind": "silent"}})
    shown = preview.show(draft, None, look=Look(everything=True))
    assert shown["silent"] is True
    assert shown["phones"] == []
    assert {each.platform for each in shown["payloads"]} == {"android", "ios"}


def test_every_payload_can_be_read_by_a_developer() -> None:
    pushes, skips = payloads.pushes_of(
        preview.limits.check(builders.campaign().content(), known=None), {}, ttl=60
    )
    found = payloads.of(pushes, gateways=set())
    assert [each.gateway for each in found] == ["fcm", "apns", "webpush", "wns"]
    assert all("\n" in each.text for each in found)
    assert skips == {}
