"""Erasing a person: what goes, what stays, and what brings them back."""

from datetime import timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from devices import attributes, consent, privacy, registration
from devices.models import (
    ConsentEvent,
    Erasure,
    Event,
    Installation,
    InstallationChange,
    Person,
    Suppression,
)
from devices.models.erasures import Kind
from devices.registration import Registration
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

SAID = consent.Said(source="settings", text="Send me offers.", proof="form 12")
SECRETS = ("u-42", "Léa", "fr-FR", "Paris", "tok-1", "phone-1", "Pixel", "form 12")


def somebody() -> Person:
    """A person of whom everything is known, and the anonymous one that they were."""
    known = builders.person(
        external_id="u-42",
        attributes={"first_name": "Léa"},
        locale="fr-FR",
        country="FR",
        zone="Europe/Paris",
    )
    before = builders.person(external_id=None, attributes={"first_name": "Léa"})
    Person.objects.filter(pk=before.pk).update(merged_into=known)
    device = builders.installation(
        known, token="tok-1", key="phone-1", model="Pixel", locale="fr-FR"
    )
    news = builders.topic(key="news")
    consent.opt_in(known, SAID, NOW)
    consent.set_topics(known, {news.key: False}, SAID, NOW)
    builders.event(known, installation=device, properties={"sku": "Léa"})
    builders.event(before)
    registration.refresh_token(device, "tok-1", NOW)
    return known


def written(person: Person) -> str:
    return DjangoJSONEncoder(ensure_ascii=False).encode(privacy.held(person))


def erase(person: Person) -> Erasure:
    return registration.erase(person, source="test", at=NOW)


def test_everything_that_names_a_person_goes_and_the_fact_stays():
    person = somebody()
    assert all(each in written(person) for each in SECRETS if each != "tok-1")

    done = erase(person)

    person.refresh_from_db()
    assert not [each for each in SECRETS if each in written(person)]
    assert (person.erased_at, person.external_id, person.country) == (NOW, None, "")
    assert not Person.objects.present().exists()
    assert not Event.objects.exists()
    phone = Installation.objects.select_related("gcm").get()
    assert (phone.gcm.registration_id, phone.gcm.active) == ("", False)
    assert phone.retired_reason == "erased"
    assert not registration.is_secret_of(phone, "secret")
    assert done.counts == {
        "devices": 1,
        "events": 2,
        "consent_lines": 2,
        "answers": 0,
        "people": 2,
    }
    assert InstallationChange.objects.filter(new="erased").count() == 1


def test_the_ledger_of_consent_keeps_what_was_asked_and_answered_of_nobody():
    person = somebody()

    erase(person)

    lines = ConsentEvent.objects.order_by("pk")
    assert [(line.old, line.new) for line in lines] == [
        ("subscribed", "opted_in"),
        ("default", "off"),
    ]
    assert {(line.proof, line.installation_id) for line in lines} == {("", None)}
    assert {line.wording.text for line in lines} == {"Send me offers."}


def test_erasing_twice_is_erasing_once():
    person = somebody()

    assert erase(person) == erase(person)


def test_only_hashes_remember_and_only_the_person_comes_back():
    person = somebody()
    shop = person.application

    erase(person)

    assert privacy.is_suppressed(shop, "u-42")
    assert not privacy.is_suppressed(shop, "u-43")
    assert Suppression.objects.holds(shop, Kind.TOKEN, "tok-1")
    other = builders.application(name="Other")
    assert not privacy.is_suppressed(other, "u-42")

    given = Registration(key="phone-1", platform="android", token="tok-1")
    device = registration.register(shop, given, NOW + timedelta(hours=1)).installation

    assert device.person_id != person.pk
    assert not Suppression.objects.filter(kind=Kind.TOKEN).exists()
    assert privacy.is_suppressed(shop, "u-42")

    again = registration.identify(device, "u-42", NOW + timedelta(hours=2)).person

    assert not Suppression.objects.exists()
    assert (again.external_id, again.attributes) == ("u-42", {})
    assert consent.preference_of(again) == "subscribed"


def test_a_column_that_is_added_to_people_one_day_is_emptied_too():
    emptied = attributes.erasing.emptied()

    columns = {field.name for field in Person._meta.concrete_fields}
    assert columns - set(emptied) == attributes.erasing.KEPT | {"erased_at"}
