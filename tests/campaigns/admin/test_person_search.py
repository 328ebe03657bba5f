"""Somebody is found by anything that is known of them, and seen with other values."""

import pytest
from django.urls import reverse

from campaigns.admin import person_search, personas
from devices.models import Person
from tests import builders
from tests.campaigns.admin.posting import form
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db


def keys(words: str) -> list[str]:
    people = person_search.found(builders.application(), words)
    return [person_search.key_of(each) for each in people]


@pytest.mark.parametrize(
    "words",
    ["p-7", "Zoé", "zoé", "zoe@example.com", "ZOE@example.com", "42", "Saint-É", " zo"],
)
def test_one_person_is_found_by_each_thing_that_is_known(words: str) -> None:
    builders.person(external_id="p-8", attributes={"first_name": "Ana", "points": 7})
    builders.person(
        external_id="p-7",
        attributes={
            "first_name": "Zoé",
            "email": "zoe@example.com",
            "points": 42,
            "city": "Saint-Étienne",
        },
    )
    elsewhere = builders.application(name="Another")
    builders.person(application=elsewhere, attributes={"first_name": "Zoé"})

    assert keys(words) == ["p-7"]


def test_a_whole_value_is_found_among_all_people_and_ids_come_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = builders.person(external_id="old", attributes={"first_name": "Bo"})
    named = builders.person(external_id="Bo", attributes={"first_name": "Cy"})
    nameless = builders.person(external_id=None, attributes={"first_name": "Boris"})
    monkeypatch.setattr(person_search, "NEWEST", 2)

    assert keys("Bo") == [named.external_id, old.external_id, f"#{nameless.pk}"]
    assert keys(f"#{nameless.pk}") == [f"#{nameless.pk}"]
    assert keys("oris") == [f"#{nameless.pk}"]
    assert keys("'; -- %") == keys("") == keys("\x00") == []


def test_who_was_erased_or_merged_is_not_found() -> None:
    kept = builders.person(external_id="kept")
    builders.person(attributes={"first_name": "Zoé"}, erased_at=builders.NOW)
    builders.person(attributes={"first_name": "Zoé"}, merged_into=kept)

    assert keys("Zoé") == []


def test_offers_carry_names_and_go_to_those_who_may_see_people() -> None:
    person = builders.person(
        external_id="p-7", attributes={"first_name": "Zoé", "email": "z@example.com"}
    )
    address = reverse("admin:campaigns_campaign_find", args=[builders.campaign().pk])

    told = signed_in("Marketer").get(address, {"q": "zo"}).json()
    anybody = signed_in("Marketer").get(address).json()

    assert told == {"people": [{"key": "p-7", "label": "p-7 · Zoé · z@example.com"}]}
    assert anybody == told
    assert signed_in("Analyst").get(address, {"q": "zo"}).status_code == 403
    assert Person.objects.get() == person


def test_values_are_tried_in_the_preview_and_kept_nowhere() -> None:
    person = builders.person(attributes={"first_name": "Ana", "points": 3})
    draft = builders.campaign(
        title='Hello {{ first_name | default: "you" }}',
        body="{% if points > 9 %}Gold{% else %}Silver{% endif %}",
    )
    typed = {"preview_value:first_name": "<Ève>", "preview_value:points": "10"}
    marketer = signed_in("Marketer")
    live = f"/admin/campaigns/campaign/{draft.pk}/live/"

    plain = marketer.post(live, form(draft, person=str(person.pk))).json()
    told = marketer.post(live, form(draft, person=str(person.pk), **typed)).json()

    assert plain["words"] == {"title": "Hello Ana", "body": "Silver", "link": ""}
    assert told["words"] == {"title": "Hello <Ève>", "body": "Gold", "link": ""}
    assert "<Ève>" not in told["phones"]
    assert told["values"] == [
        {"name": "first_name", "own": "Ana", "typed": "<Ève>"},
        {"name": "points", "own": "3", "typed": "10"},
    ]
    person.refresh_from_db()
    assert person.attributes == {"first_name": "Ana", "points": 3}


def test_a_typed_value_is_what_the_persons_own_was() -> None:
    shop = builders.application()
    person = builders.person(attributes={"code": "007", "points": 3}, locale="fr")
    typed = {"code": "008", "points": "4.5", "level": "2", "zip": "01234"}
    typed |= {"locale": "ar", "name": "NaN"}

    other = personas.customised(shop, person, typed)

    assert other is not None
    assert other.locale == "ar"
    assert other.attributes["level"] == 2
    assert {name: other.attributes[name] for name in ("code", "points", "zip")} == {
        "code": "008",
        "points": 4.5,
        "zip": "01234",
    }
    assert other.attributes["name"] == "NaN"
    assert personas.customised(shop, None, {"a": "b"}).attributes == {"a": "b"}
    assert personas.customised(shop, None, {}) is None


def test_somebody_who_has_just_come_has_said_the_least() -> None:
    shop = builders.application()
    builders.person(attributes={"a": 1})
    new = builders.person(attributes={})
    builders.person(attributes={"a": 1, "b": 2})

    assert person_search.chosen(shop, "new") == new
