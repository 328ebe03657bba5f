import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.api import receipts as api
from campaigns.delivery import receipts
from campaigns.models import Delivery, Receipt
from devices.api import access
from tests import builders

pytestmark = pytest.mark.django_db


def delivered() -> str:
    """The reference that a push carried."""
    run = builders.run(state="sending")
    device = builders.installation()
    Delivery.objects.create(
        run_id=run.pk, seq=1, person_id=device.person_id, installation_id=device.pk
    )
    return receipts.sign(run.pk, 1)


def report(*items: object) -> Any:
    return Client(enforce_csrf_checks=True).post(
        "/api/v1/receipts",
        json.dumps({"receipts": items}),
        content_type="application/json",
    )


def opened(reference: str, **changes: object) -> dict[str, object]:
    facts = {"n": reference, "kind": "opened", "at": timezone.now().isoformat()}
    return facts | changes


def test_an_app_reports_without_any_key_what_it_shows():
    reference = delivered()

    answer = report(
        opened(reference), opened(reference), opened("1.1.AAAAAAAAAAAAAAAA")
    )

    assert answer.status_code == 200
    assert answer.json() == {"receipts": ["recorded", "repeated", "unknown"]}
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "bought"}, "/receipts/0/kind"),
        ({"at": "2026-11-23T09:00:00"}, "/receipts/0/at"),
        ({"n": "x" * 81}, "/receipts/0/n"),
        ({"device": "1"}, "/receipts/0/device"),
    ],
)
def test_a_wrong_receipt_names_the_field(changes, field):
    answer = report(opened(delivered(), **changes))

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [field]
    assert not Receipt.objects.exists()


def test_an_address_that_reports_too_much_waits(monkeypatch):
    few = access.Rate("receipts", 2, timedelta(minutes=1))
    monkeypatch.setattr(api, "RATE", few)
    reference = delivered()

    answers = [report(opened(reference)) for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0


def test_a_hundred_receipts_are_taken_at_once_and_no_more():
    reference = delivered()

    assert report(*[opened(reference)] * 100).status_code == 200
    assert report(*[opened(reference)] * 101).status_code == 422
    assert report().status_code == 422
