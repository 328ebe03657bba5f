"""Segments: built without code, refused in words, read aloud, tested on a person."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.admin import catalogue
from campaigns.audience import rules, segments
from campaigns.audience.known import known
from campaigns.audience.recipes import RECIPES
from campaigns.models import Segment
from tests import builders

pytestmark = pytest.mark.django_db

LIST = reverse("admin:campaigns_segment_changelist")
ADD = reverse("admin:campaigns_segment_add")
PARIS = {
    "version": 1,
    "match": "all",
    "rules": [
        {"field": "attribute.text", "name": "city", "operator": "is", "value": "Paris"}
    ],
}
RIGHTS = (
    "campaigns.view_segment",
    "campaigns.add_segment",
    "campaigns.change_segment",
    "devices.view_person",
)


@pytest.fixture
def marketer(client):
    client.force_login(builders.user(*RIGHTS))
    return client


def change(segment):
    return reverse("admin:campaigns_segment_change", args=[segment.pk])


def ask(client, name, **asked):
    address = reverse(f"admin:campaigns_segment_{name}")
    asked.setdefault("application", builders.application().pk)
    asked.setdefault("rule", PARIS)
    return client.post(address, json.dumps(asked), "application/json").json()


def form(**changes):
    facts = {
        "application": builders.application().pk,
        "name": "In Paris",
        "description": "",
        "rule": json.dumps(PARIS),
        "version": "",
    }
    return facts | changes


def test_an_empty_list_offers_recipes(marketer):
    builders.application()

    page = marketer.get(LIST).content.decode()

    assert "No segments yet" in page
    for recipe in RECIPES.values():
        assert f"?recipe={recipe.key}" in page


@pytest.mark.parametrize("key", list(RECIPES))
def test_every_recipe_is_a_rule_that_can_be_used(marketer, key):
    builders.application()
    recipe = RECIPES[key]

    page = marketer.get(ADD, {"recipe": key})

    assert rules.to_json(rules.parse(recipe.rule)) == recipe.rule
    assert str(recipe.name) in page.content.decode()


def test_the_list_shows_counts_and_how_fresh_they_are(marketer):
    builders.segment(name="Fresh", people_count=1204, device_count=1510)
    Segment.objects.update(counted_at=builders.NOW - timedelta(days=400))
    builders.segment(name="New")

    page = marketer.get(LIST).content.decode()

    assert "1,204" in page
    assert "1,510" in page
    assert "not counted yet" in page


def test_a_segment_of_a_scheduled_campaign_says_so(marketer):
    segment = builders.segment()
    builders.campaign(segment=segment, state="scheduled", name="Every Monday")

    assert "in 1 scheduled campaign" in marketer.get(LIST).content.decode()
    page = marketer.get(change(segment)).content.decode()
    assert "A scheduled campaign uses this segment: Every Monday." in page
    assert "They keep the rules they were scheduled with." in page


def test_the_list_asks_the_same_however_many_there_are(
    marketer, django_assert_max_num_queries
):
    for _each in range(30):
        builders.campaign(segment=builders.segment(), state="scheduled")
    marketer.get(LIST)

    with django_assert_max_num_queries(8):
        marketer.get(LIST)


def test_what_was_built_is_saved(marketer):
    marketer.post(ADD, form())

    saved = Segment.objects.get()
    assert (saved.name, saved.rule) == ("In Paris", PARIS)


def test_a_change_makes_a_new_version_and_voids_the_counts(marketer):
    segment = builders.segment(people_count=5, device_count=6, counted_at=builders.NOW)

    marketer.post(change(segment), form(version=1))

    segment.refresh_from_db()
    assert (segment.version, segment.people_count, segment.rule) == (2, None, PARIS)


def test_a_change_of_an_old_version_is_refused_and_kept_on_the_page(marketer):
    segment = builders.segment(version=3)

    page = marketer.post(change(segment), form(version=2, name="Mine")).content.decode()

    assert "Somebody else changed this segment" in page
    assert 'value="Mine"' in page
    segment.refresh_from_db()
    assert segment.version == 3


def test_a_name_is_taken_once(marketer):
    builders.segment(name="In Paris")

    assert (
        "Another segment has this name" in marketer.post(ADD, form()).content.decode()
    )
    assert Segment.objects.count() == 1


def test_a_wrong_condition_is_named_at_its_place(marketer):
    wrong = json.loads(json.dumps(PARIS))
    wrong["rules"][0]["value"] = ""

    page = marketer.post(ADD, form(rule=json.dumps(wrong)))

    assert list(page.context["problems"]) == ["rules/0/value"]
    assert not Segment.objects.exists()


@pytest.mark.parametrize(
    "rule", ["", "{", "[]", "null", "[" * 100_000, '{"version": 2}']
)
def test_what_is_no_rule_is_refused(marketer, rule):
    page = marketer.post(ADD, form(rule=rule))

    assert "Not saved yet." in page.content.decode()
    assert not Segment.objects.exists()


def test_whoever_may_only_look_changes_nothing(client):
    client.force_login(builders.user("campaigns.view_segment"))
    segment = builders.segment()

    client.post(change(segment), form(version=1))

    segment.refresh_from_db()
    assert segment.version == 1
    assert "but not change it" in client.get(change(segment)).content.decode()


def test_an_archived_segment_leaves_the_list(marketer):
    segment = builders.segment(name="Put away")

    marketer.post(reverse("admin:campaigns_segment_archive", args=[segment.pk]))

    assert "Put away</a>" not in marketer.get(LIST).content.decode()
    with pytest.raises(segments.Refused):
        segments.archive(segment, user=builders.user(*RIGHTS), at=builders.NOW)


def test_the_rule_is_said_as_a_sentence(marketer):
    answer = ask(marketer, "check")

    assert answer["sentence"] == "People whose city is “Paris”."
    assert answer["problems"] == {}


def test_an_incomplete_rule_is_answered_with_its_places(marketer):
    rule = {"version": 1, "match": "all", "rules": [{"field": "country"}]}

    answer = ask(marketer, "check", rule=rule)

    assert answer["sentence"] == ""
    assert "rules/0/operator" in answer["problems"]


def test_people_and_devices_are_counted_apart(marketer):
    paris = builders.person(attributes={"city": "Paris"})
    for _each in range(2):
        builders.installation(paris)
    builders.installation(builders.person(attributes={"city": "Rome"}))

    answer = ask(marketer, "count")

    assert (answer["people"], answer["people_word"]) == ("1", "person")
    assert (answer["devices"], answer["devices_word"]) == ("2", "devices")
    assert answer["note"].startswith("Counted at")


def test_a_person_is_tested_with_their_actual_value(marketer):
    builders.person(external_id="anna", attributes={"city": "Rome"})

    answer = ask(marketer, "test", person="anna")

    assert answer["verdict"] == "anna is not in this segment."
    assert [step["matched"] for step in answer["steps"]] == [False]
    assert "Rome" in answer["steps"][0]["actual"]


def test_nobody_of_another_application_can_be_tested(marketer):
    other = builders.application(name="Other")
    builders.person(external_id="anna", application=other)

    assert "Nobody has the external id" in ask(marketer, "test", person="anna")["error"]


def test_the_builder_knows_every_field_and_operator():
    offered = {
        (field["key"], operator["key"])
        for field in catalogue.fields()
        for operator in field["operators"]
    }

    assert offered == {
        (field.key, operator)
        for field in rules.FIELDS.values()
        for operator in field.operators
    }


def test_the_builder_offers_what_the_data_has():
    builders.person(attributes={"city": "Paris", "vip": True, "since": "2026-01-01"})
    builders.event(builders.person(attributes={"city": "Paris"}), "purchase")

    offered = known(builders.application().pk)

    by_name = {each["name"]: each for each in offered["attributes"]}
    assert by_name["city"]["values"] == [
        {"key": "Paris", "label": "Paris", "note": "2 people"}
    ]
    assert by_name["vip"]["types"] == ["yes_no"]
    assert by_name["since"]["types"] == ["date", "text"]
    assert [each["key"] for each in offered["events"]] == ["purchase"]


def test_names_with_markup_are_only_names(marketer):
    evil = "</script><script>alert(1)</script>"
    segment = builders.segment(name=evil, description=evil)
    builders.person(attributes={evil: evil})

    for page in (LIST, change(segment)):
        assert "<script>alert(1)" not in marketer.get(page).content.decode()


def test_the_parts_of_a_rule_are_counted_and_explained(marketer):
    builders.person(attributes={"city": "Rome"})

    answer = ask(marketer, "parts")

    assert answer["counts"] == {"rules/0": "0"}
    assert answer["hints"] == {"rules/0": "Nobody matches this by itself."}


def test_those_who_match_are_told_from_those_who_are_reached(marketer):
    builders.credential()
    builders.installation(builders.person(attributes={"city": "Paris"}))

    assert ask(marketer, "reach") == {"people": "1", "devices": [["Android", "1"]]}


def test_examples_lead_to_the_people(marketer):
    anna = builders.person(external_id="anna", attributes={"city": "Paris"})

    (shown,) = ask(marketer, "examples")["people"]

    assert shown["name"] == "anna"
    assert shown["facts"] == ["city: Paris"]
    assert str(anna.pk) in shown["url"]


def test_a_copy_begins_with_what_the_other_has(marketer):
    segment = builders.segment(name="In Paris", rule=PARIS)

    page = marketer.get(ADD, {"like": segment.pk})

    assert page.context["name"] == "Copy of In Paris"
    assert page.context["rule"] == PARIS


def test_an_earlier_version_comes_back_to_the_page_and_is_not_saved_yet(marketer):
    marketer.post(ADD, form())
    segment = Segment.objects.get()
    rome = json.loads(json.dumps(PARIS))
    rome["rules"][0]["value"] = "Rome"
    marketer.post(change(segment), form(version=1, rule=json.dumps(rome)))

    page = marketer.get(change(segment), {"version": 1})

    assert page.context["rule"] == PARIS
    assert "These are the rules of version 1." in page.content.decode()
    segment.refresh_from_db()
    assert segment.rule == rome


def test_whoever_may_not_see_people_is_offered_names_without_values(client, marketer):
    builders.event(
        builders.person(attributes={"mail": "ana@example.com"}),
        "purchase",
        properties={"to": "Rua Augusta 1"},
    )
    segment = builders.segment()
    asked = client.get(change(segment)).content.decode()
    assert "ana@example.com" in asked
    assert "Rua Augusta 1" in asked

    client.force_login(builders.user("campaigns.view_segment"))
    page = client.get(change(segment)).content.decode()

    assert '"mail"' in page
    assert "ana@example.com" not in page
    assert "Rua Augusta 1" not in page
