"""Files of other services are known by their columns, and need no naming."""

from pathlib import Path

import pytest

from devices.models import ImportLine, Installation, Person
from tests.devices.imports import flow

pytestmark = pytest.mark.django_db

FILES = Path(__file__).parent / "files"


def ran(name: str, **options: object) -> list[tuple[str, str, str, str]]:
    """Person, platform, gateway and permission of each device that came."""
    upload = flow.ran((FILES / name).read_bytes(), **options)
    assert upload.state == "finished"
    rows = Installation.objects.order_by("person__external_id", "platform", "key")
    return list(
        rows.values_list("person__external_id", "platform", "gateway", "permission")
    )


def attributes() -> dict[str, dict[str, object]]:
    rows = Person.objects.order_by("external_id")
    return dict(rows.values_list("external_id", "attributes"))


def test_onesignal_tags_numbers_and_dead_tokens() -> None:
    assert ran("onesignal.csv") == [
        ("customer-1", "ios", "apns", "granted"),
        ("customer-2", "android", "fcm", "denied"),
    ]
    assert attributes()["customer-1"] == {"plan": "gold", "visits": 7} | {
        "amount_spent": 0.0
    }
    assert "customer-3" in attributes(), "A dead token leaves its person."
    assert ImportLine.objects.get().line == 5, "An email address is no device."


def test_braze_has_several_devices_a_line_and_raises_no_consent() -> None:
    assert ran("braze.jsonl") == [
        ("b-1", "android", "fcm", "denied"),
        ("b-1", "ios", "apns", "granted"),
    ]
    ada, bob = Person.objects.order_by("external_id")
    assert (ada.zone, ada.attributes["visits"]) == ("Europe/Paris", 7)
    assert not hasattr(ada, "preference")
    assert bob.preference.state == "unsubscribed"


def test_braze_raises_consent_where_its_proof_is_given() -> None:
    ran("braze.jsonl", raise_consent=True, proof="The primer of the old app, 2025")

    ada = Person.objects.get(external_id="b-1")
    line = ada.consent_events.get()
    assert (ada.preference.state, ada.preference.changed_at.year) == ("opted_in", 2025)
    assert (line.source, line.proof) == ("import", "The primer of the old app, 2025")


def test_firebase_users_have_no_headings_and_lose_their_passwords() -> None:
    assert ran("firebase_users.csv") == []
    assert attributes() == {
        "uid-ada": {"email": "ada@example.com", "displayName": "Ada", "plan": "gold"}
        | {"emailVerified": True},
        "uid-bob": {"email": "bob@example.com", "displayName": "Bob"}
        | {"emailVerified": False, "phoneNumber": "+32470000000"},
    }


def test_firebase_tokens_are_a_map_of_people() -> None:
    assert ran("firebase_tokens.json", platform="android") == [
        ("uid-ada", "android", "fcm", "unknown"),
        ("uid-ada", "android", "fcm", "unknown"),
        ("uid-bob", "ios", "fcm", "unknown"),
    ]


def test_the_table_of_fcm_django() -> None:
    assert ran("fcm_django.csv", granted=True) == [
        ("ada", "android", "fcm", "granted"),
    ]


def test_a_plain_file_has_semicolons_and_names_of_its_own() -> None:
    ran("generic.csv")

    assert attributes()["c-2"] == {
        "First_name": "Zoé",
        "Birthday": "2000-12-31",
        "Newsletter": False,
        "Visits": 12,
    }
