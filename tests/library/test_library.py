"""What the library needs, where its files live, and whose word on a device counts."""

import gc
import importlib.util
from pathlib import Path
from typing import Any

import pytest
from push_notifications.models import GCMDevice

from campaigns.delivery import channels
from devices import credentials
from devices.gateways import library, vapid
from devices.gateways.base import (
    GatewayMisconfigured,
    Push,
    Subscription,
    Verdict,
)
from devices.gateways.library_apns import PrivateFile
from devices.gateways.wns import WnsGateway
from devices.registration.reinstating import reinstate
from tests import builders
from tests.simulators import RunningSimulator


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that was installed with requirements.txt alone."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


def test_without_the_packages_a_sentence_says_what_to_install(
    nothing_installed: None,
) -> None:
    with pytest.raises(GatewayMisconfigured) as said:
        library.require_packages()

    assert "firebase_admin, aioapns, pywebpush" in str(said.value)
    assert "requirements-library.txt" in str(said.value)


@pytest.mark.django_db
def test_an_application_that_needs_missing_packages_says_so_and_sends_nothing(
    simulator: RunningSimulator, site: Path, nothing_installed: None
) -> None:
    application = builders.application(send_with="library")
    key = simulator.service_account("missing")
    credentials.store(application, "fcm", "production", key, actor=None)

    with pytest.raises(GatewayMisconfigured, match="requirements-library"):
        channels.channel(application.pk, "fcm", "production")


@pytest.mark.library
@pytest.mark.django_db
def test_windows_leaves_by_our_own_sender_whatever_is_chosen(
    simulator: RunningSimulator, site: Path
) -> None:
    application = builders.application(send_with="library")
    secret = simulator.wns_secret()
    credentials.store(application, "wns", "production", secret, actor=None)

    gateway = channels.channel(application.pk, "wns", "production")
    [result] = gateway.send([push_to(simulator.wns_channel("by-library"))])

    assert isinstance(gateway, WnsGateway)
    assert result.verdict is Verdict.ACCEPTED


def push_to(token: str) -> Push:
    return Push(reference=1, token=token, title="Hello", body="A text")


@pytest.mark.library
@pytest.mark.django_db
def test_apple_s_sandbox_is_served_too(simulator: RunningSimulator, site: Path) -> None:
    application = builders.application(send_with="library")
    secret = simulator.apns_key("com.example.sandbox")
    credentials.store(application, "apns", "sandbox", secret, actor=None)

    gateway = channels.channel(application.pk, "apns", "sandbox")
    [result] = gateway.send([push_to(simulator.apns_token("by-library"))])

    assert result.verdict is Verdict.ACCEPTED


@pytest.mark.library
@pytest.mark.django_db
def test_an_apns_certificate_is_sent_with_too(
    simulator: RunningSimulator, site: Path
) -> None:
    application = builders.application(send_with="library")
    secret = simulator.apns_certificate("com.example.certified")
    credentials.store(application, "apns", "production", secret, actor=None)

    gateway = channels.channel(application.pk, "apns", "production")
    [result] = gateway.send([push_to(simulator.apns_token("by-certificate"))])

    assert result.verdict is Verdict.ACCEPTED


@pytest.mark.library
@pytest.mark.django_db
@pytest.mark.parametrize("place", [0, 1])
def test_each_browser_is_sent_to_with_the_key_that_it_subscribed_with(
    simulator: RunningSimulator, site: Path, place: int
) -> None:
    application = builders.application(send_with="library")
    keys = [vapid.new_key() for _key in range(2)]
    subject = f"mailto:push@keys.{vapid.SIMULATED}"
    secret = vapid.secret_of(vapid.VapidCredential(subject=subject, keys=tuple(keys)))
    credentials.store(application, "webpush", "production", secret, actor=None)
    public = keys[place].public
    made = simulator.subscription(f"key-{place}", key=public)
    keys = Subscription(made.p256dh, made.auth, public)
    push = push_to(made.endpoint)._replace(subscription=keys)

    [result] = channels.channel(application.pk, "webpush", "production").send([push])

    assert result.verdict is Verdict.ACCEPTED


@pytest.mark.library
@pytest.mark.django_db
def test_a_host_that_a_stranger_chose_says_nothing_about_our_keys(
    simulator: RunningSimulator, site: Path
) -> None:
    application = builders.application(send_with="library")
    secret = simulator.vapid_secret("library-odd")
    credentials.store(application, "webpush", "production", secret, actor=None)
    host = "own.push.services.mozilla.com"
    made = simulator.subscription("forbidden-library", host=host)
    keys = Subscription(made.p256dh, made.auth)
    push = push_to(made.endpoint)._replace(subscription=keys)

    [result] = channels.channel(application.pk, "webpush", "production").send([push])

    assert simulator.journal(token=push.token)[0]["status"] == 401
    assert result.verdict is Verdict.TOKEN_MISMATCH


def test_a_key_s_file_is_private_and_goes_with_its_path() -> None:
    path = PrivateFile("-----BEGIN PRIVATE KEY-----")
    place = Path(str(path))

    assert place.read_text() == "-----BEGIN PRIVATE KEY-----"
    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700
    del path
    gc.collect()
    assert not place.parent.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("retired", "on"), [(False, True), (True, False)])
def test_what_the_library_switched_off_is_on_again_unless_it_is_retired(
    retired: bool, on: bool
) -> None:
    changes: dict[str, Any] = {"retired_at": builders.NOW} if retired else {}
    builders.installation(token="told-off", active=False, **changes)

    assert reinstate("fcm", "told-off") == on
    assert GCMDevice.objects.get(registration_id="told-off").active is on


@pytest.mark.django_db
def test_a_token_that_has_changed_meanwhile_is_left_alone() -> None:
    builders.installation(token="new-token", active=False)

    assert reinstate("fcm", "old-token") == 0
