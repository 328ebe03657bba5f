"""Keys of servers: shown once, hashed, revoked at once, told to administrators only."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from devices import identity
from devices.models import AuditEvent, ServerKey
from tests import builders

pytestmark = pytest.mark.django_db

RIGHTS = ("devices.change_application", "devices.change_serverkey")


def address(name, *args):
    return reverse(f"admin:devices_application_{name}", args=args)


def test_a_key_is_shown_once_and_revoked_by_one_click(client):
    shop = builders.application()
    client.force_login(builders.user(*RIGHTS))
    page = address("server_keys", shop.pk)

    made = client.post(page, {"name": "shop backend", "scopes": ["events:write"]})

    [secret] = re.findall(r"sk_[A-Za-z0-9_-]{43}", made.content.decode())
    assert made["Cache-Control"].startswith("max-age=0")
    again = client.get(page).content.decode()
    assert secret not in again
    assert secret[:7] in again
    key = ServerKey.objects.get()
    assert identity.server_key(secret, timezone.now()) == key
    client.post(address("revoke_server_key", shop.pk, key.pk))
    assert identity.server_key(secret, timezone.now()) is None
    assert "revoked on" in client.get(page).content.decode()
    actions = AuditEvent.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["server key created", "server key revoked"]
    assert secret not in str(list(AuditEvent.objects.values_list("facts")))


def test_a_key_without_a_use_is_refused_in_words_and_others_see_no_page(client):
    shop = builders.application()
    client.force_login(builders.user(*RIGHTS))

    answer = client.post(address("server_keys", shop.pk), {"name": "", "scopes": []})

    assert answer.status_code == 200
    assert not ServerKey.objects.exists()
    client.force_login(builders.user("devices.change_application"))
    assert client.get(address("server_keys", shop.pk)).status_code == 403


def test_a_key_ends_when_it_says():
    at = builders.NOW
    made = identity.make(
        builders.application(),
        "nightly",
        ["events:write"],
        expires_at=at + timedelta(days=1),
        actor=None,
        at=at,
    )

    assert identity.server_key(made.secret, at) == made.key
    assert identity.server_key(made.secret, at + timedelta(days=1)) is None
