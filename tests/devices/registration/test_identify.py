"""Login and logout: whose device it is, and what moves along."""

from datetime import timedelta

import pytest

from devices import consent, events, registration
from devices.models import Event, Installation, InstallationChange, Person
from devices.registration import Registration
from tests.builders import NOW, application, installation, person

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SAID = consent.Said(source="test")


def phone(key="phone-1", at=NOW) -> Installation:
    given = Registration(key=key, platform="ios", token=f"token-{key}")
    return registration.register(application(), given, at).installation


def test_login_gives_an_anonymous_device_its_person():
    device = phone()
    nobody = device.person

    registration.identify(device, "u-42", NOW + HOUR)

    device.refresh_from_db()
    assert device.person.external_id == "u-42"
    nobody.refresh_from_db()
    assert nobody.merged_into == device.person
    assert set(Person.objects.present()) == {device.person}


def test_the_anonymous_selfs_attributes_fill_what_the_person_lacks():
    known = person(external_id="u-42", attributes={"name": "Léa"}, locale="fr")
    device = phone()
    Person.objects.filter(pk=device.person_id).update(
        attributes={"name": "?", "plan": "free"}, locale="en", zone="Europe/Paris"
    )

    registration.identify(device, "u-42", NOW)

    known.refresh_from_db()
    assert known.attributes == {"name": "Léa", "plan": "free"}
    assert (known.locale, known.zone) == ("fr", "Europe/Paris")


def test_the_later_answer_moves_along_and_an_earlier_one_does_not():
    known = person(external_id="u-42")
    consent.unsubscribe(known, SAID, NOW)
    early, late = phone("early"), phone("late")
    consent.opt_in(early.person, SAID, NOW - HOUR)
    consent.opt_in(late.person, SAID, NOW + HOUR)

    registration.identify(early, "u-42", NOW + 2 * HOUR)
    known.preference.refresh_from_db()
    assert known.preference.state == "unsubscribed"

    registration.identify(late, "u-42", NOW + 2 * HOUR)
    known.preference.refresh_from_db()
    assert known.preference.state == "opted_in"


def test_events_move_along_once():
    known = person(external_id="u-42")
    device = phone()
    for key in ("e-1", "e-2"):
        happening = events.Happening(key=key, name="visit", at=NOW)
        events.record(device, [happening], NOW)
    Event.objects.create(
        application=known.application,
        person=known,
        key="e-2",
        name="visit",
        at=NOW,
        received_at=NOW,
    )

    registration.identify(device, "u-42", NOW)

    keys = known.events.order_by("key").values_list("key", flat=True)
    assert list(keys) == ["e-1", "e-2"]


def test_login_of_another_person_moves_the_device_and_both_logs_say_so():
    first, second = person(external_id="u-1"), person(external_id="u-2")
    device = installation(first)

    registration.identify(device, "u-2", NOW)

    device.refresh_from_db()
    assert device.person == second
    first.refresh_from_db()
    assert first.merged_into is None
    for one in (first, second):
        line = InstallationChange.objects.get(person=one)
        assert (line.kind, line.cause) == ("person", "identified")


def test_login_again_changes_nothing():
    known = person(external_id="u-42")
    device = installation(known)

    registration.identify(device, "u-42", NOW)

    assert not InstallationChange.objects.exists()


def test_logout_leaves_the_device_with_a_new_anonymous_person():
    known = person(external_id="u-42")
    device = installation(known, locale="fr-FR", zone="Europe/Paris")

    registration.reset(device, NOW)

    device.refresh_from_db()
    assert device.person != known
    assert device.person.external_id is None
    assert (device.person.country, device.person.zone) == ("FR", "Europe/Paris")
    assert device.retired_at is None


def test_logout_of_nobody_changes_nothing():
    device = phone()

    registration.reset(device, NOW)

    assert Person.objects.count() == 1
