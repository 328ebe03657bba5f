"""Imports and exports in the admin, from the upload to the undo."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns.delivery import clock
from devices import imports
from devices.models import AuditEvent, Import, Person
from tests import builders
from tests.campaigns.admin import staff

pytestmark = pytest.mark.django_db

FILE = b"external_id,plan,opt_in\n=cmd,gold,no\nbob,free,yes\nmallory,x,perhaps\n"


def worked(upload: Import) -> None:
    while imports.work(upload.pk, seconds=0, at=clock.now()):
        pass


def uploaded(client: Client, raw: bytes = FILE) -> Import:
    file = SimpleUploadedFile("people.csv", raw)
    client.post(
        reverse("admin:devices_import_add"),
        {"application": builders.application().pk, "file": file},
    )
    return Import.objects.get()


def test_an_import_is_looked_at_run_and_undone() -> None:
    client = staff.signed_in("Administrator")
    bob = builders.person(external_id="bob", attributes={"plan": "gold"})
    upload = uploaded(client)
    page = reverse("admin:devices_import_change", args=[upload.pk])
    form = client.get(page).content.decode()
    assert 'value="attribute::text" selected' in form
    assert 'value="answer" selected' in form
    post = {"target-0": "external_id", "target-1": "attribute:x:text"}
    post |= {"name-1": "plan", "target-2": "answer", "raise_consent": "yes"}

    refused = client.post(reverse("admin:devices_import_look", args=[upload.pk]), post)
    assert "what proves" in refused.content.decode()
    client.post(
        reverse("admin:devices_import_look", args=[upload.pk]),
        post | {"proof": "The primer of the old app, in 2025"},
    )
    assert 'data-waiting="yes"' in client.get(page).content.decode()
    worked(upload)
    looked = client.get(page).content.decode()

    assert "People who change" in looked
    assert "plan: gold" in looked
    assert Person.objects.count() == 1
    client.post(reverse("admin:devices_import_run", args=[upload.pk]))
    worked(upload)
    bob.refresh_from_db()
    assert (bob.attributes, bob.preference.state) == ({"plan": "free"}, "opted_in")
    told = client.get(reverse("admin:devices_import_report", args=[upload.pk]))
    assert '4,"The preference is not readable' in told.getvalue().decode()
    client.post(reverse("admin:devices_import_undo", args=[upload.pk]))
    worked(upload)
    assert "People put back" in client.get(page).content.decode()
    assert Person.objects.present().get().attributes == {"plan": "gold"}
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"import uploaded", "import started", "import undone"} <= actions


def test_a_spreadsheet_is_refused_with_what_to_do() -> None:
    client = staff.signed_in("Administrator")
    file = SimpleUploadedFile("people.xlsx", b"PK\x03\x04")
    application = builders.application()

    answer = client.post(
        reverse("admin:devices_import_add"),
        {"application": application.pk, "file": file},
    )

    assert "save the sheet as CSV" in answer.content.decode()
    assert not Import.objects.exists()


def test_exports_hash_tokens_name_who_took_them_and_compute_nothing() -> None:
    client = staff.signed_in("Administrator")
    person = builders.person(external_id="=1+1", attributes={"plan": "gold"})
    phone = builders.installation(person, token="secret-token")
    run = builders.run()
    segment = builders.segment()
    shop = person.application_id

    def taken(name: str, key: int) -> str:
        address = reverse(f"admin:devices_export_{name}", args=[key])
        return client.post(address).getvalue().decode()

    assert "'=1+1" in taken("people", shop)
    assert "'=1+1" in taken("members", segment.pk)
    devices = taken("devices", shop)
    assert bytes(phone.token_hash).hex() in devices
    assert "secret-token" not in devices
    assert taken("recipients", run.pk).startswith("\ufeffPerson,Platform")
    notes = AuditEvent.objects.filter(user=client.user, action__startswith="took")
    assert notes.count() == 4


def test_marketers_neither_import_nor_export() -> None:
    client = staff.signed_in("Marketer")
    shop = builders.application()

    assert client.get(reverse("admin:devices_import_add")).status_code == 403
    address = reverse("admin:devices_export_people", args=[shop.pk])
    assert client.post(address).status_code == 403
