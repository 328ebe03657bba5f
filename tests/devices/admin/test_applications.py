"""Applications and credentials: told in words, kept in secret, for administrators."""

import importlib.util
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from devices import credentials
from devices.models import Application, AuditEvent, Credential
from tests import builders
from tests.devices.keyfiles import service_account

pytestmark = pytest.mark.django_db

RIGHTS = (
    "devices.view_application",
    "devices.add_application",
    "devices.change_application",
    "devices.change_credential",
)


@pytest.fixture
def administrator(client):
    client.force_login(builders.user(*RIGHTS))
    return client


@pytest.fixture
def simulator(settings):
    settings.SIMULATOR = "127.0.0.1:1"


def address(name, *args):
    return reverse(f"admin:devices_application_{name}", args=args)


def said(answer):
    return " ".join(str(each) for each in get_messages(answer.wsgi_request))


def public_pem(key):
    return (
        key.public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def changed(client, shop, **changes):
    form = {
        "name": shop.name,
        "slug": shop.slug,
        "identity_key": shop.identity_key,
        "identity_required": "on",
        "link_schemes": "shop",
    }
    kept = {key: value for key, value in (form | changes).items() if value is not None}
    return client.post(address("change", shop.pk), kept)


def upload(client, shop, text):
    file = SimpleUploadedFile("key.json", text.encode())
    form = {"service": "fcm", "key_file": file}
    return client.post(address("store_key", shop.pk), form)


def test_the_page_shows_the_public_key_to_copy(administrator):
    shop = builders.application()

    page = administrator.get(address("change", shop.pk)).content.decode()

    assert shop.public_key in page
    assert 'data-copy="public-key"' in page


@pytest.mark.parametrize(
    "key",
    [ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)],
    ids=["ES256", "RS256"],
)
def test_an_identity_key_that_can_check_signatures_is_kept(administrator, key):
    shop = builders.application()

    changed(administrator, shop, identity_key=public_pem(key))

    shop.refresh_from_db()
    assert shop.identity_key == public_pem(key).strip()


@pytest.mark.parametrize(
    ("pem", "why"),
    [
        ("not a key", "public keys in PEM form"),
        (public_pem(ec.generate_private_key(ec.SECP384R1())), "P-256"),
        (public_pem(rsa.generate_private_key(65537, 1024)), "2,048 bits"),
        (
            ec.generate_private_key(ec.SECP256R1())
            .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            .decode(),
            "This is a private key",
        ),
    ],
    ids=["text", "another curve", "short", "private"],
)
def test_another_identity_key_is_refused_in_words(administrator, pem, why):
    shop = builders.application()

    page = changed(administrator, shop, identity_key=pem)

    assert why in page.content.decode()
    shop.refresh_from_db()
    assert shop.identity_key == ""


def test_identity_that_need_not_be_signed_is_warned_of(administrator):
    shop = builders.application()

    changed(administrator, shop, identity_required=None)

    page = administrator.get(address("change", shop.pk)).content.decode()
    assert "Anybody can claim to be anybody." in page
    assert AuditEvent.objects.filter(action="application changed").exists()


def test_link_schemes_are_read_as_people_write_them(administrator):
    shop = builders.application()

    changed(administrator, shop, link_schemes="Shop://, news")

    shop.refresh_from_db()
    assert shop.link_schemes == ["shop", "news"]


@pytest.mark.usefixtures("simulator")
def test_a_stored_key_is_shown_by_its_fingerprint_only(administrator):
    shop = builders.application()
    secret = service_account("shop-1")

    answer = upload(administrator, shop, secret)

    assert "the credential of shop-1" in said(answer)
    kept = Credential.objects.get()
    page = administrator.get(address("change", shop.pk)).content.decode()
    assert kept.fingerprint in page
    assert "shop-1" in page
    private = json.loads(secret)["private_key"]
    assert private[40:80] not in page
    assert "sender@shop-1" not in page


@pytest.mark.usefixtures("simulator")
@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "{}",
        json.dumps(
            json.loads(service_account())
            | {"token_uri": "https://oauth2.example.net/token"}
        ),
    ],
    ids=["text", "empty", "a foreign token address"],
)
def test_a_file_that_is_no_service_account_is_refused_in_words(administrator, text):
    shop = builders.application()

    answer = upload(administrator, shop, text)

    assert "Not stored." in answer.content.decode()
    assert not Credential.objects.exists()


def test_a_huge_file_is_refused_before_it_is_read(administrator):
    shop = builders.application()

    answer = upload(administrator, shop, "x" * 30_000)

    assert "too large" in answer.content.decode()


@pytest.mark.usefixtures("simulator")
def test_a_check_that_fails_says_so_and_stays_on_the_page(administrator):
    shop = builders.application()
    upload(administrator, shop, service_account())
    kept = Credential.objects.get()

    answer = administrator.post(address("check_key", shop.pk), {"credential": kept.pk})

    kept.refresh_from_db()
    assert kept.check_ok is False
    assert kept.check_sentence in said(answer)
    page = administrator.get(address("change", shop.pk)).content.decode()
    assert "The last check failed." in page


@pytest.mark.usefixtures("simulator")
def test_a_pause_says_why_and_is_lifted_by_a_button(administrator):
    shop = builders.application()
    upload(administrator, shop, service_account())
    credentials.pause(
        shop.pk, "fcm", "production", "Google refused our key.", builders.NOW
    )
    page = administrator.get(address("change", shop.pk)).content.decode()
    assert "Google refused our key." in page

    form = {"credential": Credential.objects.get().pk}
    administrator.post(address("resume_key", shop.pk), form)

    assert Credential.objects.get().paused_at is None


def test_another_applications_key_cannot_be_named(administrator):
    mine, other = builders.application(), builders.application(name="Other")
    theirs = builders.credential(application=other)

    answer = administrator.post(
        address("check_key", mine.pk), {"credential": theirs.pk}
    )

    assert answer.status_code == 404


def test_a_name_with_markup_is_only_a_name(administrator):
    shop = builders.application(name="<script>alert(1)</script>")

    for page in (address("changelist"), address("change", shop.pk)):
        text = administrator.get(page).content.decode()
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_the_list_asks_the_same_however_many_there_are(
    administrator, django_assert_max_num_queries
):
    for number in range(12):
        shop = Application.objects.create(name=f"Brand {number}", slug=f"b{number}")
        builders.credential(application=shop)
    administrator.get(address("changelist"))

    with django_assert_max_num_queries(8):
        administrator.get(address("changelist"))


@pytest.mark.library
def test_sending_by_the_library_is_chosen_here_and_kept(administrator):
    shop = builders.application(name="By the library", slug="by-the-library")

    changed(administrator, shop, send_with="library")

    shop.refresh_from_db()
    assert shop.send_with == "library"


def test_what_the_library_cannot_promise_is_said_where_it_is_chosen(administrator):
    page = administrator.get(address("change", builders.application().pk))

    text = page.content.decode()
    assert "What django-push-notifications cannot promise" in text
    assert "Such deliveries end as unknown" in text


def test_the_library_cannot_be_chosen_before_its_packages_are_there(
    administrator, monkeypatch
):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    shop = builders.application(name="Without", slug="without")

    page = changed(administrator, shop, send_with="library")

    shop.refresh_from_db()
    assert shop.send_with == "pushsite"
    assert "requirements-library.txt" in page.content.decode()
