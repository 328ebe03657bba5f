"""What arrives is learnt by name: types, frequent texts, and no one's own words."""

from datetime import timedelta

import pytest

from devices import dictionary
from devices.models import AuditEvent, DictionaryEntry
from devices.models.dictionary import Kind
from devices.refusals import Refused
from tests.builders import NOW, application, user

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def test_names_types_and_frequent_values_are_learnt_from_batches():
    shop = application().pk
    viewed = [("viewed", {"colour": "red" if n % 4 else "blue"}) for n in range(12)]
    bought = ("purchase", {"amount": 59.9, "gift": True, "when": "2026-01-31"})

    dictionary.learn_events(shop, [*viewed, bought], NOW)
    dictionary.learn_events(shop, [("viewed", {"colour": 7})], LATER)

    assert list(dictionary.events(shop)) == ["purchase", "viewed"]
    assert dictionary.events(shop)["viewed"].first_seen_at == NOW
    assert dictionary.events(shop)["viewed"].last_seen_at == LATER
    colour = dictionary.entry_of(shop, Kind.PROPERTY, "viewed", "colour")
    assert colour.types == {"text", "number"}
    assert [text for text, _share in colour.values] == ["red", "blue"]
    amount = dictionary.entry_of(shop, Kind.PROPERTY, "purchase", "amount")
    assert (amount.types, amount.low, amount.high) == ({"number"}, 59.9, 59.9)
    when = dictionary.entry_of(shop, Kind.PROPERTY, "purchase", "when")
    assert when.types == {"text", "date"}


def test_a_batch_learns_in_one_statement_and_one_just_after_in_none(
    django_assert_num_queries,
):
    shop = application(name="A", slug="a").pk
    batch = [("viewed", {"sku": f"S{n}"}) for n in range(100)]

    with django_assert_num_queries(1):
        dictionary.learn_events(shop, batch, NOW)
    with django_assert_num_queries(0):
        dictionary.learn_events(shop, batch, NOW + timedelta(seconds=9))
    with django_assert_num_queries(1):
        dictionary.learn_events(shop, batch, NOW + timedelta(seconds=10))


def test_what_is_somebodys_own_is_never_kept():
    shop = application(name="B", slug="b").pk
    mine = {"first_name": "Ada", "login": "ada@example.com", "tel": "06 12 34 56 78"}

    for n in range(4):
        at = NOW + timedelta(minutes=n)
        dictionary.learn_attributes(shop, [mine | {"city": "Paris"}] * 5, at)

    kept = DictionaryEntry.objects.filter(application=shop)
    values = {each.name: each.values for each in kept}
    assert values == {"first_name": {}, "login": {}, "tel": {}, "city": {"Paris": 20}}


def test_many_different_texts_are_told_and_not_kept():
    shop = application(name="C", slug="c").pk

    for n in range(9):
        people = [{"code": f"c{n}-{k}"} for k in range(20)]
        dictionary.learn_attributes(shop, people, NOW + timedelta(minutes=n))

    [code] = dictionary.attributes(shop).values()
    assert code.varied
    assert DictionaryEntry.objects.get(application=shop).values == {}


def test_an_erased_persons_texts_go():
    shop = application(name="D", slug="d").pk
    dictionary.learn_attributes(shop, [{"city": "Paris"}, {"city": "Lyon"}], NOW)

    assert dictionary.forget(shop, {"city": "Paris", "vip": True}) == 1

    assert DictionaryEntry.objects.get(application=shop).values == {"Lyon": 1}


def test_a_developer_labels_and_hides_a_name():
    shop = application(name="E", slug="e").pk
    dictionary.learn_attributes(shop, [{"ltv": 7}], NOW)
    pk = dictionary.attributes(shop)["ltv"].pk
    labels = {"en": "Lifetime value", "fr": "Valeur vie"}

    dictionary.describe(pk, labels=labels, description="", hidden=True, actor=user())

    assert dictionary.attributes(shop) == {}
    hidden = dictionary.attributes(shop, hidden=True)["ltv"]
    assert hidden.label("fr-fr") == "Valeur vie"
    assert AuditEvent.objects.get().action == "dictionary entry described"
    long = {"en": "x" * 61}
    with pytest.raises(Refused):
        dictionary.describe(pk, labels=long, description="", hidden=False, actor=None)
