"""What a website reads before it subscribes, and from where it may."""

import pytest
from django.test import Client

from devices import credentials
from devices.gateways import vapid
from tests.builders import application
from tests.simulators import RunningSimulator

pytestmark = pytest.mark.django_db

DEVICE = "dev_" + "0a" * 16


def secret(simulator: RunningSimulator, settings) -> str:
    settings.SIMULATOR = simulator.address
    return simulator.vapid_secret("website")


def read(client: Client, key: str):
    return client.get("/api/v1/web", headers={"authorization": f"Bearer {key}"})


def test_a_website_reads_the_newest_key(client, simulator, settings):
    keys = vapid.parse(secret(simulator, settings))
    shop = application()
    credentials.store(shop, "webpush", "production", vapid.secret_of(keys), actor=None)

    answer = read(client, shop.public_key)

    assert answer.json() == {"vapid_key": keys.keys[0].public}
    assert answer["Cache-Control"] == "no-store"
    assert keys.keys[0].private not in answer.content.decode()


def test_a_website_whose_application_has_no_keys_is_told_so(client):
    answer = read(client, application().public_key)

    assert (answer.status_code, answer.json()["code"]) == (404, "no_web_push_keys")
    assert "on the application's page" in answer.json()["detail"]


def test_keys_that_cannot_be_used_here_are_not_given(client, simulator, settings):
    shop, keys = application(), secret(simulator, settings)
    credentials.store(shop, "webpush", "production", keys, actor=None)
    settings.SIMULATOR = ""

    assert read(client, shop.public_key).status_code == 404


def test_a_public_key_is_needed(client):
    assert client.get("/api/v1/web").status_code == 401


OPEN = [
    *("/api/v1/web", "/api/v1/devices", "/api/v1/receipts"),
    *(f"/api/v1/devices/{DEVICE}", f"/api/v1/devices/{DEVICE}/identify"),
]
CLOSED = [
    *("/api/v1/events", "/api/v1/docs", "/api/v1/web/", "/admin/", "/"),
    *(f"/api/v1/devices/{DEVICE}/attributes", "/api/v1/devices/x", "/api/v1/web/x"),
]


def preflight(client: Client, path: str):
    return client.options(
        path,
        headers={
            "origin": "https://shop.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type",
        },
    )


@pytest.mark.parametrize("path", OPEN)
def test_other_sites_may_make_the_calls_of_the_script_without_cookies(client, path):
    asked = preflight(client, path)
    refused = client.post(path, "{}", content_type="application/json")

    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Origin"] == "*"
    assert "authorization" in asked["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in asked
    assert refused.status_code >= 400
    assert refused["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", CLOSED)
def test_other_sites_may_make_no_other_call(client, path):
    for answer in (preflight(client, path), client.get(path)):
        assert not answer.has_header("Access-Control-Allow-Origin")
