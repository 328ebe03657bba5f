"""What is known about people."""

from datetime import timedelta

import pytest

from devices import attributes
from devices.attributes import BulkPerson
from devices.models import Person
from devices.refusals import Refused
from tests.builders import NOW, application, person

pytestmark = pytest.mark.django_db


def test_the_same_external_id_is_the_same_person_within_an_application():
    shop, other = application(), application(name="Other")

    one = attributes.person_of(shop, "u-42", NOW)

    assert attributes.person_of(shop, "u-42", NOW) == one
    assert attributes.person_of(other, "u-42", NOW) != one
    assert 0 <= one.bucket < 10_000
    assert one.created_at == NOW


@pytest.mark.parametrize("external_id", ["", "  ", "x" * 129, "a\0b"])
def test_what_is_no_external_id_is_refused(external_id):
    with pytest.raises(Refused) as refused:
        attributes.person_of(application(), external_id, NOW)

    assert refused.value.field == "/external_id"


def test_attributes_merge_and_null_deletes():
    one = person(attributes={"plan": "free", "age": 30})

    after = attributes.set_attributes(one, {"plan": "gold", "age": None, "vip": True})

    one.refresh_from_db()
    assert one.attributes == after == {"plan": "gold", "vip": True}


@pytest.mark.parametrize("value", ["", "2026-01-31", "🎉" * 256, 0, -1.5, 1e15, True])
def test_values_come_back_as_they_were_given(value):
    one = person()

    attributes.set_attributes(one, {"a": value})

    one.refresh_from_db()
    assert one.attributes["a"] == value
    assert type(one.attributes["a"]) in (type(value), int)


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("a", [1], "bad_type"),
        ("a", {"$inc": 1}, "bad_type"),
        ("a", "x" * 1025, "too_long"),
        ("a", "é" * 513, "too_long"),
        ("a", 10**16, "too_large"),
        ("a", float("inf"), "too_large"),
        ("a", float("nan"), "too_large"),
        ("", 1, "bad_name"),
        ("9lives", 1, "bad_name"),
        ("a-b", 1, "bad_name"),
        ("a" * 65, 1, "bad_name"),
        ("__class__", 1, "bad_name"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(key, value, code):
    one = person(attributes={"kept": 1})

    with pytest.raises(Refused) as refused:
        attributes.set_attributes(one, {"fine": 1, key: value})

    assert refused.value.code == code
    assert refused.value.field.startswith("/attributes/")
    one.refresh_from_db()
    assert one.attributes == {"kept": 1}


def test_a_hundred_attributes_are_enough_and_null_makes_room():
    one = person(attributes={f"a{n}": n for n in range(100)})

    with pytest.raises(Refused) as refused:
        attributes.set_attributes(one, {"more": 1})
    assert refused.value.code == "too_many_attributes"

    assert "more" in attributes.set_attributes(one, {"a0": None, "more": 1})


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("fr", "fr"),
        ("FR_ca", "fr-CA"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
    ],
)
def test_languages_are_kept_in_one_spelling(given, kept):
    assert attributes.clean_locale(given) == kept


def test_a_countrys_two_letters_win_over_the_languages_region():
    one = person()

    attributes.describe(one, locale="fr-CA", country="ch")
    one.refresh_from_db()
    assert (one.locale, one.country) == ("fr-CA", "CH")

    attributes.describe(one, locale="zh-Hant-TW")
    one.refresh_from_db()
    assert one.country == "TW"


@pytest.mark.parametrize(
    "given", [{"zone": "Mars/Base"}, {"locale": "f"}, {"country": "FRA"}]
)
def test_a_place_that_is_none_is_refused(given):
    with pytest.raises(Refused):
        attributes.describe(person(), **given)


def test_last_seen_moves_forward_only():
    one = person(last_seen_at=NOW)

    assert attributes.seen(one.pk, NOW - timedelta(hours=1)) == 0
    assert attributes.seen(one.pk, NOW + timedelta(hours=1)) == 1
    one.refresh_from_db()
    assert one.last_seen_at == NOW + timedelta(hours=1)


def test_many_people_load_in_order():
    rows = [
        BulkPerson(f"u-{n}", {"n": n, "name": 'Zoë "\\'}, "fr", "FR", "", NOW, None)
        for n in range(10)
    ]

    ids = attributes.import_many(application(), rows)

    people = Person.objects.in_bulk(ids)
    assert [people[pk].external_id for pk in ids] == [f"u-{n}" for n in range(10)]
    assert people[ids[3]].attributes == {"n": 3, "name": 'Zoë "\\'}
