"""People: found by the beginning of their id, explained, and never with a token."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models.reasons import Reason
from devices import consent
from devices.models import AttributeOrigin
from tests import builders
from tests.campaigns.admin import sent

pytestmark = pytest.mark.django_db

SEARCH = reverse("admin:devices_person_changelist")


@pytest.fixture
def reader(client):
    held = ("devices.view_person", "devices.view_pii", "campaigns.view_run")
    client.force_login(builders.user(*held))
    return client


def address(person, name="change", *args):
    return reverse(f"admin:devices_person_{name}", args=[person.pk, *args])


def text(client, person, **asked):
    return client.get(address(person), asked).content.decode()


def names(answer):
    return [each.person.external_id for each in answer.context["found"]]


def test_people_are_found_by_the_beginning_of_their_id(reader):
    for name in ("anna-1", "anna-2", "bob", "ANNA-3"):
        builders.person(external_id=name)

    assert names(reader.get(SEARCH, {"q": "anna"})) == ["anna-1", "anna-2"]


def test_a_long_answer_goes_on_after_the_last_id(reader):
    for number in range(30):
        builders.person(external_id=f"anna-{number:02}")

    first = reader.get(SEARCH, {"q": "anna"})
    second = reader.get(SEARCH, {"q": "anna", "after": first.context["following"]})

    assert names(first) == [f"anna-{number:02}" for number in range(25)]
    assert names(second) == [f"anna-{number:02}" for number in range(25, 30)]
    assert second.context["following"] == ""


def test_a_list_says_where_messages_go_and_what_was_said(reader):
    anna = builders.person(preference="opted_in", locale="fr-FR")
    builders.installation(anna)
    builders.installation(anna, platform="web", retired_at=builders.NOW)

    (shown,) = reader.get(SEARCH).context["newest"]

    assert (shown.platforms, shown.said) == (["Android"], "opted in")
    assert shown.language == "French"


def test_wildcards_are_only_letters(reader):
    builders.person(external_id="anna")

    assert names(reader.get(SEARCH, {"q": "%"})) == []
    assert names(reader.get(SEARCH, {"q": "_nna"})) == []


def test_nobody_yet_says_how_people_come(reader):
    builders.application()

    page = reader.get(SEARCH).content.decode()
    assert "Nobody has registered yet" in page
    assert "/api/v1/devices" in page


def test_the_search_counts_nobody(reader, django_assert_max_num_queries):
    for number in range(30):
        builders.person(external_id=f"anna-{number:02}")
    reader.get(SEARCH, {"q": "anna"})

    with django_assert_max_num_queries(9) as asked:
        reader.get(SEARCH, {"q": "anna"})

    assert not [each for each in asked.captured_queries if "COUNT(" in each["sql"]]


def test_a_reachable_person_is_reachable_on_so_many_devices(reader):
    builders.credential()
    person = builders.installation().person
    builders.installation(person, permission="denied")

    shown = text(reader, person)

    assert "on 1 device" in shown
    assert "Notifications are not allowed on the device" in shown


def test_an_unreachable_person_is_so_because(reader):
    builders.credential()
    person = builders.person(preference="unsubscribed")
    builders.installation(person)

    reach = reader.get(address(person)).context["reach"]

    assert [(each.devices, each.because) for each in reach] == [
        (0, ["Unsubscribed"]),
        (0, ["Unsubscribed"]),
    ]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "Live"),
        ({"active": False}, "No longer reachable"),
        (
            {"retired_at": builders.NOW, "retired_reason": "token dead"},
            "App removed, or notifications cleared",
        ),
        ({"suspended_at": builders.NOW}, "Set aside after an error"),
    ],
)
def test_a_devices_state_is_told_in_words(reader, facts, words):
    phone = builders.installation(**facts)

    assert words in text(reader, phone.person)


def test_the_page_shows_no_token_and_no_hash(reader):
    phone = builders.installation(token="secret-token-of-a-phone")

    shown = text(reader, phone.person)

    assert "secret-token-of-a-phone" not in shown
    assert bytes(phone.token_hash).hex() not in shown
    assert bytes(phone.secret_hash).hex() not in shown


def test_consent_is_shown_with_its_proof(reader):
    person = builders.person()
    said = consent.Said(
        source="settings screen",
        text_version="primer 3",
        text="May we tell you about prices?",
        proof="form 7",
    )
    consent.opt_in(person, said, builders.NOW)

    shown = text(reader, person)

    assert "opted in" in shown
    assert "settings screen" in shown
    assert "text shown: primer 3" in shown
    assert "May we tell you about prices?" in shown
    assert "proof: form 7" in shown


def test_topics_say_whether_the_person_chose(reader):
    person = builders.person()
    builders.topic_answer(person, builders.topic(name="Offers"), is_on=False)
    builders.topic(name="News")

    topics = reader.get(address(person)).context["topics"]

    assert [(each.topic.name, each.is_on, bool(each.said_at)) for each in topics] == [
        ("News", True, False),
        ("Offers", False, True),
    ]


def test_attributes_are_told_by_their_type(reader):
    person = builders.person(
        attributes={"vip": True, "points": 1200, "since": "2026-01-31", "city": "Lyon"}
    )
    told = {"city": ["server", "2026-11-20T09:00:00+00:00"]}
    AttributeOrigin.objects.create(person=person, told=told)
    page = reader.get(address(person)).content.decode()
    assert "text · a server, 20 November 2026" in page

    shown = reader.get(address(person)).context["attributes"]

    assert [(each.name, each.value, each.kind) for each in shown] == [
        ("city", "Lyon", "text"),
        ("points", "1,200", "number"),
        ("since", "31 January 2026", "date"),
        ("vip", "yes", "yes or no"),
    ]


def test_the_head_tells_their_own_time(reader):
    person = builders.person(zone="America/Montreal", locale="fr-CA")

    page = reader.get(address(person))

    assert page.context["local_time"].endswith(" in Montreal")
    assert "French" in page.context["language"]


def test_the_segments_they_are_in_lead_to_a_test_of_them(client):
    client.force_login(builders.user("devices.view_person", "campaigns.view_segment"))
    rule = {"field": "country", "operator": "is_one_of", "value": ["FR"]}
    whole = {"version": 1, "match": "all", "rules": [rule]}
    builders.segment(name="In France", rule=whole)
    builders.segment(
        name="Elsewhere", rule=whole | {"rules": [rule | {"value": ["BE"]}]}
    )
    anna = builders.person(country="FR", external_id="anna")

    shown = text(client, anna)

    assert "In France" in shown
    assert "?person=anna" in shown
    assert "Elsewhere" not in shown


def test_values_are_hidden_from_whoever_may_not_see_what_names_people(client):
    client.force_login(builders.user("devices.view_person"))
    person = builders.person(
        external_id="anna@shop.example", attributes={"phone": "+33 1 23"}
    )

    for page in (address(person), SEARCH):
        shown = client.get(page, {"q": "anna"}).content.decode()
        assert "anna@shop.example" not in shown
        assert "+33 1 23" not in shown
        assert "a•••@•••" in shown


def test_whoever_looks_at_a_person_is_on_their_timeline(reader):
    person = builders.person()
    text(reader, person)

    shown = text(reader, person, kind="staff")

    assert "Their page was looked at" in shown
    assert "staff-" in shown


def test_the_timeline_tells_of_who_they_were_before_they_were_known(reader):
    person = builders.person()
    anonymous = builders.person(external_id=None, merged_into=person)
    builders.event(anonymous, "first_start")

    assert "first_start" in text(reader, person)
    assert "first_start" not in text(reader, person, kind="device")


def test_a_device_is_switched_off_and_on_again_by_who_may(client):
    held = ("devices.view_person", "devices.change_installation")
    client.force_login(builders.user(*held))
    phone = builders.installation(model="Pixel 9")
    assert "Switch Android Pixel 9 off" in text(client, phone.person)

    off = address(phone.person, "switch_off", phone.pk)
    shown = client.post(off, follow=True).content.decode()

    assert "Switched off by hand" in shown
    assert "by hand" in text(client, phone.person, kind="device").lower()
    on = address(phone.person, "switch_on", phone.pk)
    assert "can be sent to again" in client.post(on, follow=True).content.decode()
    assert (
        client.post(address(builders.person(), "switch_off", phone.pk)).status_code
        == 404
    )


def test_messages_to_a_person_are_paused_until_a_day_and_go_on(client):
    held = ("devices.view_person", "devices.change_person")
    client.force_login(builders.user(*held))
    person, day = builders.person(), timezone.localdate() + timedelta(days=10)

    wrong = client.post(address(person, "pause"), {"until": "soon"}, follow=True)
    assert "Choose the day" in wrong.content.decode()
    client.post(address(person, "pause"), {"until": day.isoformat()})
    assert consent.paused_until(person, timezone.now()).date() <= day
    assert "paused until" in text(client, person)
    client.post(address(person, "resume"))
    assert consent.paused_until(person, timezone.now()) is None


def test_all_that_is_held_is_exported_and_that_is_kept(client):
    held = ("devices.view_person", "devices.export_person")
    client.force_login(builders.user(*held))
    person = builders.person(external_id="anna")
    builders.installation(person, token="secret-token-of-a-phone")

    answer = client.post(address(person, "export"))

    assert "anna" in json.dumps(answer.json())
    assert "secret-token-of-a-phone" not in answer.content.decode()
    assert "was exported" in text(client, person, kind="staff")


def test_a_person_is_erased_once_their_name_is_typed(client):
    held = ("devices.view_person", "devices.erase_person")
    client.force_login(builders.user(*held))
    person = builders.person(external_id="anna")

    kept = client.post(address(person, "erase"), {"confirmed": "Anna"}, follow=True)
    gone = client.post(address(person, "erase"), {"confirmed": "anna"}, follow=True)

    assert "Nothing was erased" in kept.content.decode()
    assert "leads to nobody" in gone.content.decode()
    assert client.get(address(person)).status_code == 404


def test_an_erased_person_has_no_page(reader):
    person = builders.person(erased_at=builders.NOW)

    assert reader.get(address(person)).status_code == 404


def test_the_timeline_is_read_fifty_at_a_time(reader):
    person = builders.person()
    for number in range(110):
        builders.event(
            person, f"event-{number:02}", at=builders.NOW - timedelta(minutes=number)
        )

    seen, before, pages = 0, "", 0
    while before is not None:
        asked = {"before": before, "kind": "event"}
        context = reader.get(address(person, "timeline"), asked).context
        seen += len(context["timeline"])
        before = context["older"] and context["older"].isoformat()
        pages += 1

    assert seen == 110
    assert pages == 3


@pytest.mark.parametrize("before", ["yesterday", "2026-13-45T00:00:00Z", "2026-01-01"])
def test_a_moment_that_is_none_shows_the_newest(reader, before):
    person = builders.person()
    builders.event(person, "purchase")

    assert "purchase" in text(reader, person, before=before)


def test_why_ends_in_one_reason(reader):
    phone = builders.installation()
    run = sent.a_run([(phone.person, phone, Reason.TOKEN_DEAD)])

    answer = reader.get(address(phone.person, "why", run.pk)).content.decode()

    assert "App removed, or notifications cleared on this device" in answer


def test_the_box_on_the_page_leads_to_the_answer(reader):
    phone = builders.installation()
    run = sent.a_run([(phone.person, phone, Reason.ACCEPTED)])
    assert run.campaign.name in text(reader, phone.person)

    answer = reader.get(address(phone.person, "why_chosen"), {"run": run.pk})

    assert answer.status_code == 200
    assert answer.context["answer"].steps


def test_a_campaign_that_never_ran_is_explained_as_it_is_now(client):
    held = ("campaigns.view_run", "campaigns.view_campaign")
    client.force_login(builders.user("devices.view_person", *held))
    builders.credential()
    rule = {"field": "country", "operator": "is_one_of", "value": ["FR"]}
    whole = {"version": 1, "match": "all", "rules": [rule]}
    campaign = builders.campaign(segment=builders.segment(rule=whole))
    phone = builders.installation(builders.person(country="FR"))
    denied = builders.installation(builders.person(country="FR"), permission="denied")
    elsewhere = builders.installation(builders.person(country="BE"))

    def answer(phone):
        asked = {"run": f"c{campaign.pk}"}
        found = client.get(address(phone.person, "why_chosen"), asked)
        return found.context["answer"]

    assert answer(phone).sentence == "Yes: would get it if it were sent now."
    assert answer(denied).reason == Reason.PERMISSION_DENIED
    assert "said “denied”" in next(
        each.detail for each in answer(denied).steps if each.passed is False
    )
    assert answer(elsewhere).sentence == "No: is not in the audience as it is now."


def test_a_run_of_another_application_explains_nothing(reader):
    person = builders.person(application=builders.application(name="Other"))
    run = sent.a_run(sent.device_each(Reason.ACCEPTED))

    assert reader.get(address(person, "why", run.pk)).status_code == 404


def test_the_page_costs_the_same_however_long_the_story(
    reader, django_assert_max_num_queries
):
    person = builders.person()
    for _each in range(10):
        phone = builders.installation(person)
        builders.event(person)
        sent.a_run([(person, phone, Reason.ACCEPTED)])
    text(reader, person)

    with django_assert_max_num_queries(30):
        text(reader, person)


def test_what_people_say_of_themselves_is_only_text(reader):
    evil = "<script>alert(1)</script>"
    person = builders.person(external_id=evil, attributes={evil: evil}, zone="<b>")
    builders.installation(person, model=evil, app_version=evil)
    builders.event(person, evil)

    for page in (address(person), SEARCH):
        shown = reader.get(page, {"q": ""}).content.decode()
        assert "<script>alert(1)" not in shown
        assert "&lt;script&gt;alert(1)" in shown
