from io import StringIO

import pytest
from django.core.management import call_command

from campaigns.models import Switch
from devices.models import AuditEvent

pytestmark = pytest.mark.django_db


def sending(*arguments: str) -> str:
    said = StringIO()
    call_command("sending", *arguments, stdout=said)
    return said.getvalue()


def test_an_operator_stops_all_sending_and_allows_it_again():
    assert sending("stop", "--reason", "Wrong text") == (
        "All sending is stopped: Wrong text.\n"
    )
    assert not Switch.objects.get().is_on

    assert sending("allow") == "Sending is allowed.\n"
    assert Switch.objects.get().is_on
    assert AuditEvent.objects.filter(user=None).count() == 2


def test_asking_changes_nothing():
    assert sending() == "Sending is allowed.\n"
    assert not AuditEvent.objects.exists()
