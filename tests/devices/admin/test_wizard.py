"""A credential for each push service, given in the words of its console."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_pem_private_key,
    pkcs12,
)
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from campaigns.admin import needs
from devices import credentials, expiry, rotation
from devices.gateways import vapid
from devices.gateways.base import CredentialRefused
from devices.models import AuditEvent, Credential
from tests import builders
from tests.devices.keyfiles import service_account

pytestmark = pytest.mark.django_db

RIGHTS = (
    "devices.view_application",
    "devices.change_application",
    "devices.change_credential",
)
NOW = builders.NOW


@pytest.fixture
def site(simulator, settings, tmp_path):
    """This site sends to the simulator."""
    (tmp_path / "simulator").symlink_to(simulator.folder)
    settings.VAR, settings.SIMULATOR = tmp_path, simulator.address
    return simulator


@pytest.fixture
def administrator(client):
    client.force_login(builders.user(*RIGHTS))
    return client


def give(client, service, **fields):
    shop = builders.application()
    address = reverse("admin:devices_application_store_key", args=[shop.pk])
    given = {
        name: SimpleUploadedFile("file", value) if isinstance(value, bytes) else value
        for name, value in fields.items()
    }
    return client.post(address, {"service": service, **given})


def said(answer):
    return " ".join(str(each) for each in get_messages(answer.wsgi_request))


def text(answer):
    return answer.content.decode()


def key_fields(site):
    told = json.loads(site.apns_key())
    key = told.pop("private_key").encode()
    return {"way": "key", "environment": "production", "key_file": key, **told}


def test_each_form_says_where_to_find_what_it_asks_for(administrator):
    shop = builders.application()
    address = reverse("admin:devices_application_store_key", args=[shop.pk])
    places = {
        "fcm": "Generate new private key",
        "apns": "Certificates, Identifiers &amp; Profiles",
        "webpush": "make the keys for me",
        "wns": "Partner Center",
    }
    for service, place in places.items():
        assert place in text(administrator.get(address, {"service": service}))


def test_a_firebase_file_is_proved_as_it_is_stored(administrator, site):
    answer = give(administrator, "fcm", key_file=site.service_account().encode())

    assert "pushes can be sent" in said(answer)
    kept = Credential.objects.get()
    assert kept.check_ok
    assert kept.last_success_at is not None
    assert kept.last_refusal_at is None


def test_an_apple_key_is_stored_with_its_ids(administrator, site):
    answer = give(administrator, "apns", **key_fields(site))

    kept = Credential.objects.get()
    assert (kept.gateway, kept.environment) == ("apns", "production")
    assert kept.check_ok, said(answer)
    assert json.loads(credentials.open_secret(kept)) == json.loads(site.apns_key())


def test_what_is_missing_is_asked_for_at_its_field(administrator, site):
    fields = key_fields(site) | {"team_id": ""}
    answer = give(administrator, "apns", **fields)
    assert "This is needed." in text(answer)
    assert not Credential.objects.exists()


def test_an_apple_certificate_is_read_from_the_file_that_the_keychain_makes(
    administrator, site
):
    told = json.loads(site.apns_certificate())
    pack = pkcs12.serialize_key_and_certificates(
        b"push",
        load_pem_private_key(told["private_key"].encode(), None),
        x509.load_pem_x509_certificate(told["certificate"].encode()),
        None,
        BestAvailableEncryption(b"secret"),
    )
    fields = {
        "way": "certificate",
        "environment": "production",
        "topic": told["topic"],
        "certificate_file": pack,
    }

    wrong = give(administrator, "apns", **fields, password="another")
    assert "cannot be opened with this password" in text(wrong)

    give(administrator, "apns", **fields, password="secret")
    kept = Credential.objects.get()
    assert kept.expires_at is not None
    opened = json.loads(credentials.open_secret(kept))
    assert "PRIVATE KEY" in opened["private_key"]


def test_a_certificate_and_its_key_in_one_pem_file_are_told_apart(administrator, site):
    told = json.loads(site.apns_certificate())
    both = (told["private_key"] + told["certificate"]).encode()
    give(
        administrator,
        "apns",
        way="certificate",
        environment="production",
        topic=told["topic"],
        certificate_file=both,
    )
    opened = json.loads(credentials.open_secret(Credential.objects.get()))
    assert opened["certificate"].startswith("-----BEGIN CERTIFICATE")
    assert "CERTIFICATE" not in opened["private_key"]


CONTACT = "push@demo.simulator.invalid"


def test_keys_for_browsers_are_made_by_a_button_and_kept_beside_the_old(
    administrator, site
):
    give(administrator, "webpush", way="make", contact=CONTACT)
    first = vapid.parse(credentials.open_secret(Credential.objects.get()))
    give(administrator, "webpush", way="make", contact=CONTACT)

    both = vapid.parse(credentials.open_secret(Credential.objects.get()))
    assert both.subject == f"mailto:{CONTACT}"
    assert len(both.keys) == 2
    assert both.keys[1] == first.keys[0], "the older ones stay, the newest is first"


def test_keys_that_a_website_has_already_are_taken_over(administrator, site):
    key = vapid.new_key()
    fields = {"way": "paste", "contact": CONTACT, "public": key.public}
    page = text(give(administrator, "webpush", **fields, private="nonsense"))
    assert "Not stored." in page
    give(administrator, "webpush", **fields, private=key.private)
    opened = vapid.parse(credentials.open_secret(Credential.objects.get()))
    assert opened.keys == (key,)


def test_a_windows_app_is_stored_with_the_end_of_its_secret(administrator, site):
    told = json.loads(site.wns_secret())
    way = "package" if "package_sid" in told else "entra"
    give(administrator, "wns", way=way, expires="2027-03-01", **told)
    kept = Credential.objects.get()
    assert kept.expires_at == datetime(2027, 3, 1, tzinfo=UTC)
    assert kept.check_ok


def test_a_refused_secret_leaves_the_old_one_in_use(administrator, site):
    give(administrator, "fcm", key_file=site.service_account().encode())
    old = Credential.objects.get()

    answer = give(administrator, "fcm", key_file=service_account("else").encode())

    assert "The old credential stays in use." in text(answer)
    assert "Use it even if" in text(answer)
    kept = Credential.objects.get()
    assert bytes(kept.sealed) == bytes(old.sealed)
    assert kept.check_ok


def test_while_the_service_is_away_one_may_insist(administrator, site, settings):
    give(administrator, "fcm", key_file=site.service_account().encode())
    settings.SIMULATOR = "127.0.0.1:1"
    new = site.service_account("another").encode()

    assert "stays in use" in text(give(administrator, "fcm", key_file=new))
    give(administrator, "fcm", key_file=new, anyway="on")

    assert Credential.objects.get().account == "another"


def test_only_who_may_change_credentials_puts_one(site):
    with pytest.raises(CredentialRefused, match="not allowed"):
        rotation.put(
            builders.application(),
            "fcm",
            "production",
            site.service_account(),
            actor=builders.user("devices.change_application"),
            at=NOW,
        )
    assert not AuditEvent.objects.exists()


def test_no_secret_comes_back_into_the_page(administrator, site):
    fields = {"way": "paste", "contact": CONTACT, "public": "x", "private": "s3cret-y"}
    assert "s3cret-y" not in text(give(administrator, "webpush", **fields))


@pytest.mark.parametrize(
    ("days", "alarm"), [(31, None), (29, 30), (13, 14), (6, 7), (0.5, 1), (-1, 0)]
)
def test_the_end_is_alarmed_four_times(days, alarm):
    assert expiry.alarm(NOW + timedelta(days=days), at=NOW) == alarm


def test_the_dashboard_and_the_page_say_that_a_key_ends(administrator):
    at = timezone.now()
    for days, severity in ((20, "look"), (5, "stop")):
        Credential.objects.all().delete()
        builders.credential(expires_at=at + timedelta(days=days, hours=1))
        (need,) = needs.credentials(at=at)
        assert need.severity == severity
    page = reverse("admin:devices_application_change", args=[builders.application().pk])
    assert "This credential ends in 5 days" in text(administrator.get(page))


def test_success_is_written_once_a_minute_at_most():
    kept = builders.credential()
    place = (kept.application_id, "fcm", "production")
    assert credentials.succeeded(*place) == 1
    assert credentials.succeeded(*place) == 0
    assert credentials.was_refused(*place, "refused") == 1
    assert credentials.was_refused(*place, "refused again") == 0
    kept.refresh_from_db()
    assert kept.last_refusal == "refused"
