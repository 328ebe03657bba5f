from datetime import timedelta

import pytest

from campaigns.models import Delivery, Outcome, Receipt
from campaigns.models.reasons import Reason
from campaigns.reports import person as reports
from devices.models import ConsentEvent, InstallationChange, Person
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def a_life() -> Person:
    """Registered, agreed, bought, got a push, opened it: an hour between each."""
    device = builders.installation(model="Pixel 9")
    ana = device.person
    hours = [NOW + timedelta(hours=each) for each in range(5)]
    InstallationChange.objects.create(
        installation=device, person=ana, kind="registered", cause="api", at=hours[0]
    )
    ConsentEvent.objects.create(
        person=ana, old="subscribed", new="opted_in", source="settings", at=hours[1]
    )
    builders.event(ana, "purchase", at=hours[2])
    run = builders.run(builders.campaign(name="Spring"), state="sending")
    Delivery.objects.create(
        run_id=run.pk, seq=1, person_id=ana.pk, installation_id=device.pk
    )
    Outcome.objects.create(
        run_id=run.pk, seq=1, attempt=1, reason=Reason.ACCEPTED, at=hours[3]
    )
    Receipt.objects.create(
        run=run, seq=1, kind="opened", at=hours[4], received_at=hours[4]
    )
    return ana


def test_everything_is_told_newest_first():
    lines = reports.timeline(a_life(), limit=10)

    assert [line.kind for line in lines] == [
        "receipt",
        "delivery",
        "event",
        "consent",
        "device",
    ]
    assert "Spring: opened" in lines[0].sentence
    assert "Spring: accepted" in lines[1].sentence
    assert lines[0].run == lines[1].run is not None


def test_older_lines_come_a_page_at_a_time():
    ana = a_life()

    first = reports.timeline(ana, limit=2)
    second = reports.timeline(ana, limit=2, before=first[-1].at)
    third = reports.timeline(ana, limit=2, before=second[-1].at)

    told = [line.kind for line in (*first, *second, *third)]
    assert told == ["receipt", "delivery", "event", "consent", "device"]


def test_a_row_that_was_left_out_or_waits_is_told_with_its_reason():
    ana = builders.person()
    run = builders.run(builders.campaign(name="Autumn"), state="sending")
    for seq, reason in [(1, Reason.NO_DEVICE), (2, None)]:
        Delivery.objects.create(run_id=run.pk, seq=seq, person_id=ana.pk, reason=reason)

    told = {line.sentence for line in reports.timeline(ana, limit=5)}

    assert told == {
        "Autumn: skipped. Has no device",
        "Autumn: waiting. Not sent yet",
    }


def test_nobody_sees_what_happened_to_somebody_else():
    a_life()

    assert reports.timeline(builders.person(), limit=10) == []
