"""Each gate lets through whom it should, and the first one that does not is told."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from campaigns.audience import eligibility
from campaigns.delivery import revisions
from campaigns.models import Campaign, ListedPerson, PersonList
from campaigns.models.reasons import Reason
from devices.models import Installation, Person, Preference
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _keys() -> None:
    for gateway in ("fcm", "apns", "webpush"):
        builders.credential(gateway=gateway)


def reason(
    phone: Installation, *, purpose: str = "promotional", topic: Any = None
) -> Reason | None:
    gates = eligibility.Gates(
        application_id=phone.application_id,
        purpose=purpose,
        topic_id=topic and topic.pk,
        at=NOW,
    )
    found = eligibility.verdicts(Person.objects.filter(pk=phone.person_id), gates)
    return next(each.reason for each in found if each.installation_id == phone.pk)


def phone(preference: str | None = None, **changes: Any) -> Installation:
    return builders.installation(builders.person(preference=preference), **changes)


@pytest.mark.parametrize(
    ("platform", "preference", "purpose", "expected"),
    [
        ("ios", None, "promotional", Reason.NO_CONSENT),
        ("ios", "subscribed", "promotional", Reason.NO_CONSENT),
        ("ios", "opted_in", "promotional", None),
        ("ios", "unsubscribed", "promotional", Reason.UNSUBSCRIBED),
        ("ios", None, "transactional", None),
        ("ios", "subscribed", "transactional", None),
        ("ios", "unsubscribed", "transactional", Reason.UNSUBSCRIBED),
        ("android", None, "promotional", None),
        ("android", "subscribed", "promotional", None),
        ("android", "opted_in", "promotional", None),
        ("android", "unsubscribed", "promotional", Reason.UNSUBSCRIBED),
        ("android", "unsubscribed", "transactional", Reason.UNSUBSCRIBED),
        ("web", None, "promotional", None),
        ("web", "unsubscribed", "promotional", Reason.UNSUBSCRIBED),
    ],
)
def test_the_preference_that_each_platform_and_purpose_asks_for(
    platform: str, preference: str | None, purpose: str, expected: Reason | None
) -> None:
    assert reason(phone(preference, platform=platform), purpose=purpose) == expected


@pytest.mark.parametrize("gateway", ["apns", "fcm"])
def test_an_iphone_behind_either_gateway_asks_for_an_explicit_yes(gateway: str) -> None:
    assert reason(phone(platform="ios", gateway=gateway)) == Reason.NO_CONSENT


@pytest.mark.parametrize("purpose", ["promotional", "transactional"])
@pytest.mark.parametrize(
    ("default_on", "answer", "expected"),
    [
        (True, None, None),
        (True, False, Reason.TOPIC_OFF),
        (False, None, Reason.TOPIC_OFF),
        (False, True, None),
    ],
)
def test_a_topic_counts_by_the_persons_word_and_else_by_its_default(
    purpose: str, default_on: bool, answer: bool | None, expected: Reason | None
) -> None:
    topic, mine = builders.topic(default_on=default_on), phone()
    if answer is not None:
        builders.topic_answer(mine.person, topic, is_on=answer)
    builders.topic_answer(mine.person, builders.topic(), is_on=False)

    assert reason(mine, topic=topic, purpose=purpose) == expected


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ("granted", None),
        ("provisional", None),
        ("denied", Reason.PERMISSION_DENIED),
        ("unknown", Reason.PERMISSION_DENIED),
    ],
)
def test_the_device_must_allow_messages(
    permission: str, expected: Reason | None
) -> None:
    assert reason(phone(permission=permission)) == expected


def test_a_token_that_the_library_row_calls_inactive_is_not_used() -> None:
    for platform in ("android", "ios", "web"):
        mine = phone("opted_in", platform=platform, active=False)
        assert reason(mine) == Reason.TOKEN_INACTIVE


def test_a_retired_device_is_not_used() -> None:
    assert reason(phone(retired_at=NOW)) == Reason.TOKEN_INACTIVE


def test_a_suspension_lasts_a_day() -> None:
    assert reason(phone(suspended_at=NOW - timedelta(hours=23))) == Reason.SUSPENDED
    assert reason(phone(suspended_at=NOW - timedelta(hours=25))) is None


def test_a_gateway_without_a_key_cannot_be_used() -> None:
    assert reason(phone(platform="windows")) == Reason.NO_CREDENTIAL
    assert reason(phone(environment="sandbox")) == Reason.NO_CREDENTIAL


def test_another_applications_key_opens_nothing() -> None:
    other = builders.application(name="Other")
    builders.credential(application=other, gateway="wns")

    assert reason(phone(platform="windows")) == Reason.NO_CREDENTIAL


def test_a_test_device_is_a_device_too() -> None:
    assert reason(builders.tester()) is None


def test_a_retired_twin_takes_no_token_away() -> None:
    mine = phone(token="t")
    phone(token="t", retired_at=NOW, last_registered_at=NOW)

    assert reason(mine) is None


def test_the_first_gate_not_passed_is_the_reason() -> None:
    topic = builders.topic(default_on=False)
    mine = phone(
        "unsubscribed",
        platform="ios",
        permission="denied",
        retired_at=NOW,
        suspended_at=NOW,
        environment="sandbox",
    )
    pause(mine, NOW + timedelta(days=1))
    expected = [
        (
            Reason.UNSUBSCRIBED,
            lambda: Preference.objects.update(state="subscribed"),
        ),
        (Reason.TOPIC_OFF, lambda: topic.__class__.objects.update(default_on=True)),
        (Reason.NO_CONSENT, lambda: change(mine, platform="android")),
        (Reason.PERMISSION_DENIED, lambda: change(mine, permission="granted")),
        (Reason.TOKEN_INACTIVE, lambda: change(mine, retired_at=None)),
        (Reason.SUSPENDED, lambda: change(mine, suspended_at=None)),
        (Reason.NO_CREDENTIAL, lambda: change(mine, environment="production")),
        (Reason.PAUSED, lambda: pause(mine, NOW)),
        (None, lambda: None),
    ]

    for wanted, mend in expected:
        assert reason(mine, topic=topic) == wanted
        mend()


def pause(mine: Installation, until: datetime) -> int:
    return Preference.objects.filter(person=mine.person).update(paused_until=until)


def test_a_pause_holds_no_transactional_message() -> None:
    mine = phone("opted_in")
    pause(mine, NOW + timedelta(days=1))

    assert reason(mine) == Reason.PAUSED
    assert reason(mine, purpose="transactional") is None


def change(mine: Installation, **changes: Any) -> int:
    return Installation.objects.filter(pk=mine.pk).update(**changes)


def test_a_person_without_a_device_has_one_verdict() -> None:
    nobody, left = builders.person(), builders.person(preference="unsubscribed")
    gates = eligibility.of_campaign(builders.campaign(), at=NOW)

    found = eligibility.verdicts(
        Person.objects.filter(pk__in=[nobody.pk, left.pk]), gates
    )

    assert [(each.person_id, each.installation_id, each.reason) for each in found] == [
        (nobody.pk, None, Reason.NO_DEVICE),
        (left.pk, None, Reason.UNSUBSCRIBED),
    ]


def of_reach(reach: str, person: Person, **changes: Any) -> dict[str, Reason | None]:
    """What each device of a person meets, by its model."""
    gates = eligibility.Gates(
        application_id=person.application_id,
        purpose="promotional",
        topic_id=None,
        at=NOW,
        reach=reach,
        **changes,
    )
    found = eligibility.verdicts(Person.objects.filter(pk=person.pk), gates)
    models = dict(Installation.objects.values_list("pk", "model"))
    return {models[each.installation_id or 0]: each.reason for each in found}


def test_a_message_goes_to_all_devices_of_a_person_or_to_the_last_or_to_some() -> None:
    person = builders.person(preference="opted_in")
    for model, platform, hours in [
        ("Pixel", "android", 30),
        ("iPhone 16", "ios", 20),
        ("iPad Air", "ios", 10),
    ]:
        seen = NOW - timedelta(hours=hours)
        builders.installation(person, model=model, platform=platform, last_seen_at=seen)
    builders.installation(
        person, model="Mac", platform="web", last_seen_at=NOW, permission="denied"
    )
    denied = {"Mac": Reason.PERMISSION_DENIED}
    other, unfit = Reason.OTHER_DEVICE, Reason.NOT_THIS_PLATFORM

    everywhere = {"Pixel": None, "iPhone 16": None, "iPad Air": None}
    assert of_reach("", person) == everywhere | denied
    latest = {"Pixel": other, "iPhone 16": other, "iPad Air": None}
    assert of_reach("latest", person) == latest | denied
    assert of_reach("iphone", person) == everywhere | denied | {"iPad Air": unfit}
    assert of_reach("ipad", person) == everywhere | denied | {"iPhone 16": unfit}
    nobody = dict.fromkeys(everywhere, Reason.CONTROL_GROUP)
    assert of_reach("latest", person, control=100, campaign=1) == nobody | denied


def test_whoever_is_on_an_excluded_list_gets_nothing() -> None:
    listed, other = builders.person(), builders.person()
    for each in (listed, other):
        builders.installation(each)
    people_list = PersonList.objects.create(
        application=listed.application,
        name="Never",
        kind="uploaded",
        is_excluded=True,
        created_at=NOW,
    )
    ListedPerson.objects.create(people_list=people_list, person=listed)
    campaign = builders.campaign(purpose="transactional")

    found = eligibility.verdicts(
        Person.objects.all(), eligibility.of_campaign(campaign, at=NOW)
    )

    assert {each.person_id: each.reason for each in found} == {
        listed.pk: Reason.EXCLUDED,
        other.pk: None,
    }


def test_a_device_silent_for_too_long_gets_only_what_wins_people_back() -> None:
    shop = builders.application()
    shop.stale_after = 90
    shop.save()
    silent = phone(last_seen_at=NOW - timedelta(days=91))
    campaign = builders.campaign()

    assert reason(silent) == reason(silent, purpose="transactional") == Reason.STALE
    assert reason(phone(last_seen_at=NOW - timedelta(days=89))) is None

    campaign.win_back = True
    for gates in (
        eligibility.of_campaign(campaign, at=NOW),
        eligibility.of_revision(
            revisions.freeze(campaign, user=None), application_id=shop.pk, at=NOW
        ),
    ):
        people = Person.objects.filter(pk=silent.person_id)
        [found] = eligibility.verdicts(people, gates)
        assert found.reason is None
    shop.stale_after = None
    shop.save()
    assert reason(silent) is None, "silence means nothing where no days are set"


def test_a_message_that_shows_nothing_needs_no_permission_to_show() -> None:
    denied = phone(permission="denied")
    silent = builders.campaign(platforms={"all": {"kind": "silent"}})
    shown = builders.campaign()

    def held(campaign: Campaign) -> set[Reason | None]:
        people = Person.objects.filter(pk=denied.person_id)
        frozen = revisions.freeze(campaign, user=None)
        now = eligibility.of_campaign(campaign, at=NOW)
        then = eligibility.of_revision(
            frozen, application_id=campaign.application_id, at=NOW
        )
        return {eligibility.verdicts(people, gates)[0].reason for gates in (now, then)}

    assert held(silent) == {None}
    assert held(shown) == {Reason.PERMISSION_DENIED}
