"""Data available and refused events: learnt names in words, and faults to mend."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from devices import dictionary, events
from devices.events import Happening
from tests import builders

pytestmark = pytest.mark.django_db

LOOK = "devices.view_dictionaryentry"
LIST = reverse("admin:devices_dictionaryentry_changelist")
REFUSED = reverse("admin:devices_dictionaryentry_refused")


@pytest.fixture
def shop():
    shop, now = builders.application(), timezone.now()
    people = [{"ltv": 70, "plan": "gold"}] * 3
    dictionary.learn_attributes(shop.pk, people, now)
    viewed = [("viewed", {"items": "red"})] * 4
    dictionary.learn_events(shop.pk, viewed, now)
    return shop


def page(client, address, *rights, **asked):
    client.force_login(builders.user(*rights))
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_names_stand_with_types_and_with_values_for_whoever_sees_people(shop, client):
    names = page(client, LIST, LOOK)
    values = page(client, LIST, LOOK, "devices.view_person")
    happened = page(client, LIST, LOOK, "devices.view_person", tab="events")

    assert "plan" in names
    assert "gold" not in names
    assert "gold" in values
    assert "about 100 %" in values
    assert "from 70.0 to 70.0" in values
    assert "viewed" in happened
    assert "red" in happened
    client.force_login(builders.user())
    assert client.get(LIST).status_code == 403


def test_a_developer_gives_a_name_its_words(shop, client):
    pk = dictionary.attributes(shop.pk)["ltv"].pk
    address = reverse("admin:devices_dictionaryentry_change", args=[pk])
    client.force_login(builders.user(LOOK, "devices.change_dictionaryentry"))

    told = {"label_en": "Lifetime value", "label_fr": "Valeur vie", "hidden": "on"}
    answer = client.post(address, told | {"description": "All that they spent."})

    assert answer.status_code == 302
    shown = client.get(LIST).content.decode()
    assert "Lifetime value" in shown
    assert "All that they spent." in shown
    assert "not offered" in shown
    assert "ltv" not in dictionary.attributes(shop.pk)
    long = client.post(address, {"label_en": "x" * 61}).content.decode()
    assert "60" in long
    client.force_login(builders.user(LOOK))
    assert client.get(address).status_code == 403


def test_refused_events_stand_by_reason_with_how_to_mend_them(client):
    device, now = builders.installation(), timezone.now()
    about = {"amount": "1", "items": "s3cret"}
    dear = Happening(key="e-1", name="purchase", at=now, properties=about)
    late = Happening(key="e-2", name="viewed", at=now - timedelta(days=31))
    events.record(device, [dear, dear, late], now)

    shown = page(client, REFUSED, "devices.view_refusedevent")

    assert "/properties/amount" in shown
    assert "Give the amount of a purchase as a number" in shown
    assert "Send a number without quotes" in shown
    assert "items: text" in shown
    assert "s3cret" not in shown
    assert shown.index("2 times.") < shown.index("1 time.")
    client.force_login(builders.user(LOOK))
    assert client.get(REFUSED).status_code == 403


def test_without_anything_the_pages_say_what_will_stand_there(client):
    assert "No attribute has arrived yet" in page(client, LIST, LOOK)
    nothing = page(client, REFUSED, "devices.view_refusedevent")
    assert "Nothing was refused this week" in nothing
