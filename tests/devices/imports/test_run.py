"""A file of people and devices: looked at without a change, run, and undone."""

import pytest

from devices.models import ConsentEvent, Import, ImportLine, Installation, Person
from tests import builders
from tests.devices.imports import flow

pytestmark = pytest.mark.django_db

TOKEN = "ab" * 32
FILE = f"""external_id,first_name,plan,country,preference,token,platform
ada,Ada,gold,FR,unsubscribed,{TOKEN},ios
bob,Bob,free,DE,,,
eve,Eve,,BE,opted_in,fcm-token-eve,android
,,,,,,
mallory,Mallory,free,Germany,,,
"""


def test_a_dry_run_tells_what_would_change_and_changes_nothing() -> None:
    builders.person(external_id="bob", attributes={"plan": "gold"}, country="DE")
    eve = builders.person(external_id="eve", attributes={"first_name": "Eve"})
    Person.objects.filter(pk=eve.pk).update(country="BE")

    upload = flow.checked(FILE)

    assert upload.state == "checked"
    assert upload.tally == {
        "lines": 4,
        "refused": 1,
        "people new": 1,
        "people changed": 1,
        "people same": 1,
        "devices new": 2,
        "answers lowered": 1,
        "answers held": 1,
    }
    wrong = ImportLine.objects.exclude(why="").get()
    assert (wrong.line, "two letters" in wrong.why) == (6, True)
    assert Person.objects.count() == 2
    assert not Installation.objects.exists()


def test_a_run_changes_what_the_dry_run_told() -> None:
    builders.person(external_id="bob", attributes={"plan": "gold", "age": 7})

    upload = flow.ran(FILE)

    assert (upload.state, upload.tally["people new"]) == ("finished", 2)
    bob = Person.objects.get(external_id="bob")
    assert bob.attributes == {"plan": "free", "age": 7, "first_name": "Bob"}
    ada = Person.objects.get(external_id="ada")
    assert (ada.preference.state, ada.country) == ("unsubscribed", "FR")
    phone = ada.installations.get()
    assert (phone.gateway, phone.apns.registration_id) == ("apns", TOKEN)
    assert phone.changes.get().cause == "import"
    assert ConsentEvent.objects.get().source == "import"
    eve = Person.objects.get(external_id="eve")
    assert not hasattr(eve, "preference"), "No yes without its proof."
    assert not Import.objects.filter(chunks__isnull=False).exists()
    assert not ImportLine.objects.filter(device__isnull=False).exists()


def test_an_undo_puts_back_what_nobody_changed_since() -> None:
    builders.person(external_id="bob", attributes={"plan": "gold", "age": 7})
    before = list(Person.objects.values())
    upload = flow.ran(FILE)
    Person.objects.filter(external_id="eve").update(attributes={"plan": "new"})

    flow.undone(upload)

    assert upload.state == "undone"
    assert list(Person.objects.filter(external_id="bob").values()) == before
    assert not Installation.objects.exists()
    assert not Person.objects.present().exclude(external_id="bob").exists()
