"""What forbids a launch, what asks for a look, and the words for both."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Campaign, Switch
from campaigns.models.test_sends import TestSend as Sent
from campaigns.review import checks, message
from devices.models import Credential
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_shop_that_can_send() -> None:
    builders.credential()
    builders.installation(builders.person(attributes={"first_name": "Léa"}))
    for _ in range(3):
        builders.installation(builders.person(country="JP"))


def told(campaign: Campaign, severity: str) -> dict[str, str]:
    """Sentences of one severity, by the field that each is about."""
    return {
        str(each.sentence): each.field
        for each in checks.problems(campaign, at=NOW)
        if each.severity == severity
    }


def stops(**changes: Any) -> dict[str, str]:
    return told(builders.campaign(**changes), "stop")


def looks(**changes: Any) -> dict[str, str]:
    return told(builders.campaign(**changes), "look")


def french(country: str = "FR") -> Any:
    condition = {"field": "country", "operator": "is_one_of", "value": [country]}
    return builders.segment(rule={"version": 1, "match": "all", "rules": [condition]})


def test_a_complete_campaign_may_go() -> None:
    campaign = builders.campaign()

    assert checks.stops(campaign, at=NOW) == []
    assert "The message is complete." in told(campaign, "ok")
    assert "The key for Firebase Cloud Messaging works." in told(campaign, "ok")


@pytest.mark.parametrize(
    ("changes", "sentence", "field"),
    [
        ({"title": " "}, "Write a title.", "title"),
        ({"body": ""}, "Write a text.", "body"),
        ({"title": 'Hi {{ fist_name | default: "x" }}'}, "fist_name", "title"),
        ({"body": "Hi {{ first_name }}"}, "first_name", "body"),
        ({"link": "http://shop.example"}, "https://", "link"),
        ({"audience": ""}, "Choose who receives this message.", "audience"),
        (
            {"schedule": {"kind": "once", "start": "2026-11-20", "time": "09:00",
                          "zone": "Europe/Paris"}},
            "This time is past", "schedule",
        ),
        ({"schedule": {}}, "", "schedule"),
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_forbids_the_launch(
    changes: dict[str, Any], sentence: str, field: str
) -> None:
    found = stops(**changes)

    assert [said for said in found if sentence in said and found[said] == field]


def test_an_audience_of_nobody_forbids_the_launch() -> None:
    assert stops(segment=french()) == {"Nobody matches this audience.": "segment"}


def test_people_of_whom_none_can_be_reached_forbid_the_launch() -> None:
    builders.person(country="BE")

    assert stops(segment=french("BE")) == {
        "Of 1 people who match, nobody can be reached: Has no device.": "segment"
    }


def test_a_segment_whose_rule_cannot_be_used_forbids_the_launch() -> None:
    segment = builders.segment(rule={"version": 1, "match": "all", "rules": []})

    assert stops(segment=segment) == {"Rule: add at least one condition.": "segment"}


def test_a_message_too_heavy_for_a_real_person_forbids_the_launch() -> None:
    builders.person(attributes={"poem": "ö" * 1_000})

    found = stops(body='{{ poem | default: "-" }} ' * 2)

    assert [said for said in found if "4096 are allowed" in said]


def test_a_message_too_long_for_any_phone_forbids_the_launch() -> None:
    builders.person(attributes={"poem": "ö" * 3_000})

    assert stops(body='{{ poem | default: "-" }}') == {
        "The message is too long for 1 of the people it was tried on.": "body"
    }


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"paused_at": NOW, "pause_reason": "The key was refused."},
            "Sending through Firebase Cloud Messaging is paused: The key was refused.",
        ),
        (
            {"expires_at": NOW},
            "The key for Firebase Cloud Messaging has expired.",
        ),
        (
            {"check_ok": False, "check_sentence": "The account may not send."},
            "Firebase Cloud Messaging refused our key at the last check: "
            "The account may not send.",
        ),
    ],
)
def test_a_key_that_opens_nothing_forbids_the_launch(
    changes: dict[str, Any], sentence: str
) -> None:
    Credential.objects.update(**changes)

    assert sentence in stops()


def test_a_shop_without_a_key_forbids_the_launch() -> None:
    Credential.objects.all().delete()

    assert "“Shop” has no key for any push service." in stops()


def test_the_trouble_of_a_gateway_that_is_not_needed_forbids_nothing() -> None:
    builders.credential(gateway="apns", check_ok=False)

    assert stops() == {}


def test_the_global_stop_forbids_the_launch() -> None:
    Switch.objects.update(is_on=False, reason="A wrong price.")

    assert stops() == {"All sending is stopped: A wrong price.": ""}


def test_people_who_will_be_skipped_are_counted() -> None:
    body = "Hi {{ first_name | or_skip }}"

    assert [
        said for said in looks(body=body) if said.startswith("3 people have no first_n")
    ]


def test_skipped_people_are_estimated_from_a_sample(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    builders.person(country="JP", bucket=0)
    monkeypatch.setattr(checks.audience, "SAMPLES", 1)

    found = looks(body="Hi {{ first_name | or_skip }}")

    assert "About 5 people have no first_name and will be skipped." in found


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": "Long " * 20}, "The text is cut on"),
        ({}, "The audience is 100 % of everybody you have."),
        ({}, "No test was sent yet."),
        ({"body": "é" * 1_700}, "longer values may not fit"),
    ],
)
def test_what_deserves_a_look_is_said(changes: dict[str, Any], sentence: str) -> None:
    assert [said for said in looks(**changes) if sentence in said]


def test_only_screens_that_are_reached_can_cut() -> None:
    (cut,) = (said for said in looks(title="Long " * 20) if "is cut on" in said)

    assert "Android" in cut
    assert "iPhone" not in cut


def test_a_test_counts_until_the_next_change() -> None:
    campaign, phone = builders.campaign(), builders.tester()
    Sent.objects.create(
        campaign=campaign,
        installation=phone,
        asked_by=phone.tester,
        asked_at=campaign.updated_at,
        title="",
        body="",
        verdict="accepted",
    )

    assert "A test was sent to a phone since the last change." in told(campaign, "ok")

    campaign.save()

    assert "No test was sent since the last change." in told(campaign, "look")


def test_a_key_near_its_end_deserves_a_look() -> None:
    Credential.objects.update(expires_at=NOW + timedelta(days=20))

    found = looks()

    sentence = "The key for Firebase Cloud Messaging expires in less than 30 days."
    assert sentence in found


@pytest.mark.parametrize("simulated", [True, False])
def test_only_a_real_key_that_was_never_checked_deserves_a_look(
    simulated: bool,
) -> None:
    Credential.objects.update(check_ok=None, checked_at=None, simulated=simulated)

    sentence = "The key for Firebase Cloud Messaging was never checked."
    assert (sentence in looks()) is not simulated


def test_a_page_that_has_the_funnel_need_not_count_again() -> None:
    campaign = builders.campaign()
    counted = checks.audience.counted(campaign, at=NOW)[0]

    with CaptureQueriesContext(connection) as asked:
        checks.problems(campaign, at=NOW, counted=counted)

    assert not [each for each in asked.captured_queries if "judged" in each["sql"]]


@pytest.mark.parametrize(
    ("platform", "limit"), [("android", 4096), ("ios", 4096), ("web", 3500)]
)
def test_a_message_is_weighed_for_the_services_that_it_goes_to(
    platform: str, limit: int
) -> None:
    """Browsers take less than phones, whoever else gets the message."""
    shop = builders.application(name="Another shop")
    builders.credential(application=shop, gateway=builders.GATEWAY_OF[platform])
    owner = builders.person(application=shop, preference="opted_in")
    builders.installation(owner, platform=platform)

    found = stops(application=shop, body="x" * (limit - 100))

    assert [said for said in found if f"and {limit} are allowed" in said]
    assert not stops(application=shop, body="x" * (limit - 700))


def test_run_data_weighs_at_least_what_a_run_adds() -> None:
    assert {name: len(text) for name, text in message.RUN_DATA.items()} == {
        "n": 64,
        "run": 36,
    }
