"""The consent ledger as a page and as evidence."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from devices import consent, registration
from devices.models import AuditEvent
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

LIST = reverse("admin:devices_consentevent_changelist")
EXPORT = reverse("admin:devices_consentevent_export")
RANGE = {"since": "2026-11-22", "until": "2026-11-23"}


@pytest.fixture
def auditor(client):
    client.force_login(
        builders.user("devices.view_consentevent", "devices.export_consentevent")
    )
    return client


def test_the_file_proves_each_answer_and_no_cell_is_a_formula(auditor):
    said = consent.Said(
        source="=HYPERLINK(1)", text="Send me offers.", text_version="v3", locale="en"
    )
    one, erased = builders.person(external_id="+u-42"), builders.person()
    consent.opt_in(one, said, NOW)
    consent.set_topics(erased, {builders.topic(key="news").key: False}, said, NOW)
    consent.unsubscribe(builders.person(), said, NOW + timedelta(days=1))
    registration.erase(erased, source="test", at=NOW)

    answer = auditor.get(EXPORT, RANGE)

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(text))
    assert (first["person"], first["source"]) == ("'+u-42", "'=HYPERLINK(1)")
    assert (first["before"], first["after"]) == ("subscribed", "opted_in")
    assert (first["text"], first["text_version"]) == ("Send me offers.", "v3")
    assert len(first["text_sha256"]) == 64
    assert (second["person"], second["topic"], second["after"]) == ("", "news", "off")
    note = AuditEvent.objects.get(action="consent.exported")
    assert note.facts["from"] == "2026-11-22"


def test_the_page_shows_the_newest_and_says_when_there_are_none(auditor):
    assert "Nobody said anything" in auditor.get(LIST).content.decode()
    said = consent.Said(source="settings", text="<b>Offers</b>")
    consent.opt_in(builders.person(external_id="u-42"), said, NOW)

    page = auditor.get(LIST, RANGE).content.decode()

    assert "u-42" in page
    assert "&lt;b&gt;Offers" in page
    assert auditor.get(LIST, {"since": "x", "until": "2026-02-30"}).status_code == 200
    assert auditor.get(LIST, {"app": "nobody"}).status_code == 404
