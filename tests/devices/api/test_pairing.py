"""An app pairs its device by the code that its user types."""

from datetime import timedelta

import pytest
from django.utils import timezone

from devices import registration
from devices.models import Installation
from tests import builders

pytestmark = pytest.mark.django_db


def code_for(app):
    user = builders.user("campaigns.send_test")
    return registration.offer(app.shop, user, timezone.now()).code


def test_an_app_pairs_its_device_and_learns_what_we_call_it(phone):
    answer = phone.me("POST", "/pair", {"code": code_for(phone)})

    assert (answer.status_code, answer.json()["name"]) == (200, "Android")
    assert answer.json()["device_id"] == phone.device_id
    assert Installation.objects.get().is_test


def test_a_wrong_code_is_a_field_at_fault_and_is_not_repeated(phone):
    answer = phone.me("POST", "/pair", {"code": "AAAA-AAAA"})

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_code")
    assert answer.json()["errors"][0]["pointer"] == "/code"
    assert "AAAA" not in answer.content.decode()
    assert not Installation.objects.get().is_test


def test_the_public_key_alone_pairs_nothing(phone):
    path = f"/devices/{phone.device_id}/pair"

    answer = phone.call("POST", path, {"code": code_for(phone)}, **phone.as_app)

    assert answer.status_code == 401
    assert not Installation.objects.get().is_test


def test_nobody_guesses_codes(phone, another, rewind):
    tries = [
        app.me("POST", "/pair", {"code": f"AAAA-AAA{n}"}).status_code
        for app in (phone, another)
        for n in range(2, 13)
    ]

    assert tries == [*([422] * 10), 429] * 2
    assert phone.me("POST", "/pair", {"code": code_for(phone)}).status_code == 429
    rewind(timedelta(minutes=10))
    assert phone.me("POST", "/pair", {"code": code_for(phone)}).status_code == 200


def test_a_website_pairs_from_its_own_origin(phone, client):
    answer = client.options(
        f"/api/v1/devices/{phone.device_id}/pair",
        headers={"access-control-request-method": "POST", "origin": "https://a.test"},
    )

    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, "*")
