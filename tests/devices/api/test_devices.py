"""Registering, reporting and forgetting over HTTP."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from devices.api import schemas
from devices.models import Installation
from tests.builders import application

pytestmark = pytest.mark.django_db


def test_the_first_registration_is_201_and_shows_the_secret_once(app):
    first, second = app.register(), app.register()

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["device_secret"].startswith("ds_")
    assert second.json()["device_secret"] is None
    assert second.json()["device_id"] == first.json()["device_id"]
    assert second.json()["person_id"] == first.json()["person_id"]
    assert first.json()["server_time"]


def test_ids_are_random_and_not_counted(phone, another):
    assert phone.device_id.startswith("dev_")
    assert len(phone.device_id) == 36
    row = Installation.objects.get(key="phone-1")
    for public in (phone.device_id, phone.register().json()["person_id"]):
        assert public not in (f"dev_{row.pk}", f"per_{row.person_id}")


def test_registering_costs_a_fixed_number_of_queries(
    app, django_assert_max_num_queries
):
    with django_assert_max_num_queries(14):
        app.register(locale="fr-FR", timezone="Europe/Paris")
    with django_assert_max_num_queries(10):
        app.register(locale="fr-FR", timezone="Europe/Paris")


def test_everything_a_device_says_is_kept(app):
    app.register(
        permission="granted",
        model="Pixel 9",
        os_version="15",
        app_version="5.4.0",
        locale="fr-FR",
        timezone="Europe/Paris",
        environment="sandbox",
    )

    row = Installation.objects.get()
    assert (row.permission, row.model, row.os_version) == ("granted", "Pixel 9", "15")
    assert (row.app_version, row.locale, row.zone) == ("5.4.0", "fr-FR", "Europe/Paris")
    assert row.environment == "sandbox"
    assert row.person.preference.state == "opted_in"


def test_a_device_reports_a_new_token_and_permission(phone):
    answer = phone.me("PATCH", "", {"token": "token-9", "permission": "denied"})

    assert answer.status_code == 200
    row = Installation.objects.get()
    assert (row.gcm.registration_id, row.permission) == ("token-9", "denied")


def test_a_forgotten_device_is_gone_and_its_secret_void(phone):
    answer = phone.me("DELETE")

    assert (answer.status_code, answer.content) == (204, b"")
    assert phone.me("PATCH", "", {"permission": "denied"}).status_code == 404
    assert Installation.objects.get().gcm.registration_id == ""


def test_with_its_secret_a_device_may_register_another_token(phone):
    before = Installation.objects.get().person_id

    answer = phone.register(token="token-9", device_secret=phone.secret)

    assert answer.status_code == 200
    assert answer.json()["device_secret"] is None
    assert Installation.objects.get().person_id == before


# Who may call


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer pk_unknown", "Bearer pk_'; --", "Basic eA==", "Device x:y"],
)
def test_without_a_public_key_nobody_registers(app, authorization):
    answer = app.call("POST", "/devices", {}, Authorization=authorization)

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"]


def test_s27_the_public_key_registers_and_opens_nothing_else(phone):
    paths = [
        ("PATCH", f"/devices/{phone.device_id}"),
        ("DELETE", f"/devices/{phone.device_id}"),
        ("POST", f"/devices/{phone.device_id}/identify"),
        ("POST", f"/devices/{phone.device_id}/reset"),
        ("PATCH", f"/devices/{phone.device_id}/attributes"),
        ("GET", f"/devices/{phone.device_id}/preferences"),
        ("PUT", f"/devices/{phone.device_id}/preferences"),
        ("POST", "/events"),
    ]

    for method, path in paths:
        assert phone.call(method, path, {}, **phone.as_app).status_code == 401, path


def test_s23_another_devices_pages_are_not_there(phone, another):
    missing = f"/devices/dev_{'0' * 32}/preferences"
    theirs = f"/devices/{another.device_id}/preferences"
    number = f"/devices/{Installation.objects.get(key='phone-2').pk}/preferences"
    token = "/devices/token-2/preferences"

    answers = [
        phone.call("GET", path, **phone.as_device)
        for path in (missing, theirs, number, token)
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_s23_a_wrong_secret_and_an_unknown_device_answer_alike(phone, another):
    as_known = {"Authorization": f"Device {phone.device_id}:{another.secret}"}
    as_nobody = {"Authorization": f"Device dev_{'0' * 32}:{another.secret}"}

    known = phone.call("GET", f"/devices/{phone.device_id}/preferences", **as_known)
    nobody = phone.call("GET", f"/devices/dev_{'0' * 32}/preferences", **as_nobody)

    assert (known.status_code, known.content) == (404, nobody.content)


def test_s24_a_strangers_registration_neither_takes_nor_reads(phone, another):
    """The victim's token on the thief's device: it stays where it was."""
    person = Installation.objects.get(key="phone-1").person_id

    another.register(
        installation_id="phone-2", token="token-1", device_secret=another.secret
    )

    victim = Installation.objects.get(key="phone-1")
    assert victim.gcm.active
    assert victim.person_id == person
    thief = Installation.objects.get(key="phone-2")
    assert not thief.gcm.active
    assert thief.person_id != person


@pytest.mark.parametrize(
    "field",
    [
        *("active", "id", "user", "person", "is_test", "created_at", "application_id"),
        *("tester", "retired_at", "strikes", "public_id"),
    ],
)
def test_s25_fields_that_are_not_the_apps_are_refused_by_name(phone, field):
    for answer in (
        phone.register(**{field: 1}),
        phone.me("PATCH", "", {field: 1}),
        phone.me("PUT", "/preferences", {field: 1}),
    ):
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert (error["pointer"], error["code"]) == (f"/{field}", "extra_forbidden")


def test_s26_a_known_token_and_an_unknown_one_answer_alike(phone):
    phone.register(installation_id="a", token="token-1")
    known = phone.register(installation_id="b", token="token-1")
    unknown = phone.register(installation_id="c", token="never-seen")

    assert known.status_code == unknown.status_code == 201
    assert list(known.json()) == list(unknown.json())
    shapes = [
        {name: len(value) for name, value in answer.json().items()}
        for answer in (known, unknown)
    ]
    assert shapes[0] == shapes[1]
    assert dict(known.headers) == dict(unknown.headers)


def test_s26_a_known_token_costs_no_more_queries(phone, connection_queries):
    unknown = connection_queries(
        lambda: phone.register(installation_id="b", token="token-3")
    )
    known = connection_queries(
        lambda: phone.register(installation_id="c", token="token-1")
    )

    assert known == unknown


def test_s58_the_key_of_one_application_does_not_reach_anothers_device(phone):
    phone.shop = application(name="Other")

    answer = phone.register()

    assert answer.status_code == 201
    assert Installation.objects.count() == 2


# How often


def test_registrations_are_limited_by_key_and_address(app, settings):
    settings.API_REGISTRATIONS_PER_HOUR = 3
    codes = [app.register(installation_id=f"p-{n}").status_code for n in range(5)]
    assert codes == [201, 201, 201, 429, 429]

    limited = app.register()
    assert 1 <= int(limited["Retry-After"]) <= 1200
    assert limited.json()["code"] == "too_many_requests"

    app.shop = application(name="Other")
    assert app.register().status_code == 201


def test_the_allowance_comes_back_one_by_one(app, settings, rewind):
    settings.API_REGISTRATIONS_PER_HOUR = 3
    for number in range(3):
        app.register(installation_id=f"p-{number}")

    rewind(timedelta(minutes=20))

    assert app.register(installation_id="p-3").status_code == 201
    assert app.register(installation_id="p-4").status_code == 429


def test_a_forwarded_address_counts_only_behind_a_proxy(app, settings):
    settings.API_REGISTRATIONS_PER_HOUR = 1

    def from_(address):
        return app.register(headers={"X-Forwarded-For": address}).status_code

    assert [from_("192.0.2.1"), from_("192.0.2.2")] == [201, 429]
    settings.TRUSTED_PROXIES = 1
    assert from_("192.0.2.1, 192.0.2.3") == 200
    assert from_("192.0.2.9, 192.0.2.3") == 429, "only the proxy's own word counts"
    assert from_("2001:db8::1") == 200
    assert from_("2001:db8::2") == 429, "one subscriber owns the whole network"


def test_a_devices_calls_are_limited_on_their_own(phone, another, settings):
    settings.API_CALLS_PER_MINUTE = 2

    codes = [phone.me("GET", "/preferences").status_code for _ in range(3)]

    assert codes == [200, 200, 429]
    assert another.me("GET", "/preferences").status_code == 200


# Sent again


def test_a_lost_answer_is_given_again_with_its_secret(app):
    key = {"Idempotency_Key": "start-1"}

    first, second = app.register(headers=key), app.register(headers=key)

    assert second.status_code == 201
    assert second.content == first.content
    assert second["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Installation.objects.count() == 1


def test_the_same_key_for_another_request_is_a_conflict(app):
    key = {"Idempotency_Key": "start-1"}
    app.register(headers=key)

    answer = app.register(token="another", headers=key)

    assert answer.status_code == 409
    assert answer.json()["code"] == "idempotency_conflict"


def test_a_key_is_good_for_48_hours(app, rewind):
    key = {"Idempotency_Key": "start-1"}
    app.register(headers=key)
    rewind(timedelta(hours=48, seconds=1))

    answer = app.register(token="another", headers=key)

    assert answer.status_code == 200


def test_a_refused_request_may_be_corrected_under_its_key(app):
    key = {"Idempotency_Key": "start-1"}

    assert app.register(timezone="Paris", headers=key).status_code == 422
    assert app.register(timezone="Europe/Paris", headers=key).status_code == 201


def test_the_kept_answer_does_not_show_the_secret(app, kept_answers):
    app.register(headers={"Idempotency_Key": "start-1"})

    assert app.secret not in json.dumps(kept_answers())


def test_the_clock_of_the_answer_is_the_servers(app):
    before = timezone.now()

    told = app.register().json()["server_time"]

    assert before.isoformat() <= told <= timezone.now().isoformat()


def test_every_example_of_the_description_registers(app):
    for device in schemas.EXAMPLES_OF_DEVICES:
        answer = app.call("POST", "/devices", device, **app.as_app)
        assert answer.status_code == 201, answer.content

    kept = Installation.objects.values_list("gateway", flat=True)
    assert sorted(kept) == ["apns", "fcm", "webpush", "wns"]


def test_a_platform_with_a_foreign_gateway_is_told_so_by_field(app):
    answer = app.register(gateway="apns", token="ab" * 32)

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "pointer": "/gateway",
            "code": "wrong_gateway",
            "message": "Give the gateway fcm: Android devices have no other.",
        }
    ]


def test_a_browser_reports_its_new_subscription(app):
    browser = schemas.EXAMPLES_OF_DEVICES[2]
    app.register(**browser)
    news = {"token": "https://fcm.googleapis.com/fcm/send/2"}
    keys = {name: browser[name] for name in ("p256dh", "auth")}

    assert app.me("PATCH", body=news).status_code == 422
    assert app.me("PATCH", body=news | keys).status_code == 200

    row = Installation.objects.get().webpush
    assert row.registration_id == news["token"]
