"""The builder and the insert menu offer what the data dictionary learnt."""

import pytest
from django.utils import translation

from campaigns.admin import attributes as menu
from campaigns.audience.known import known
from devices import dictionary
from tests.builders import NOW, application, person, user

pytestmark = pytest.mark.django_db


def described(shop, entry, **changes):
    words = {"labels": {}, "description": "", "hidden": False} | changes
    dictionary.describe(entry.pk, actor=user(), **words)


def test_what_was_not_seen_lately_is_offered_and_what_is_hidden_is_not():
    shop = application()
    person(attributes={"city": "Paris", "internal": "x"})
    told = {"tier": "gold", "internal": "x"}
    dictionary.learn_attributes(shop.pk, [told] * 4, NOW)
    dictionary.learn_events(shop.pk, [("viewed", {"colour": "red"})] * 4, NOW)
    entries = dictionary.attributes(shop.pk)
    described(shop, entries["internal"], hidden=True)
    described(shop, entries["tier"], labels={"en": "Tier", "fr": "Niveau"})

    with translation.override("fr"):
        offered = known(shop.pk)
        inserted = {each.name: each for each in menu.offered(shop, sees_people=True)}

    names = {each["key"]: each for each in offered["attributes"]}
    assert set(names) == {"city", "tier"}
    assert names["tier"]["label"] == "Niveau"
    assert names["tier"]["types"] == ["text"]
    assert [each["key"] for each in names["tier"]["values"]] == ["gold"]
    [viewed] = offered["events"]
    assert [each["key"] for each in viewed["properties"]] == ["colour"]
    assert [each["key"] for each in viewed["properties"][0]["values"]] == ["red"]
    assert (inserted["tier"].title, inserted["tier"].example) == (
        "Niveau (tier)",
        "gold",
    )
    assert "internal" not in inserted
    secret = known(shop.pk, sees_people=False)["attributes"]
    assert all(each["values"] == [] for each in secret)
