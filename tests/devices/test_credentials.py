"""Providers' secrets: write-only, sealed, paused, and kept out of the wrong world."""

import base64
import os
import subprocess
import sys

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from devices import credentials
from devices.gateways.base import CredentialRefused, GatewayMisconfigured
from devices.library_config import LibraryConfig
from devices.models import AuditEvent, Credential
from devices.sealing import SealBroken
from tests.builders import NOW, application, user
from tests.devices.keyfiles import service_account

pytestmark = pytest.mark.django_db


def keeper():
    return user("devices.change_credential")


def store(secret=None, environment="production", **kwargs) -> Credential:
    secret = secret or service_account()
    return credentials.store(
        application(), "fcm", environment, secret, actor=kwargs.get("actor") or keeper()
    )


def new_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def simulated_site(settings):
    settings.SIMULATOR = "127.0.0.1:1"


@pytest.mark.usefixtures("simulated_site")
def test_a_stored_secret_opens_for_the_gateway_only():
    kept = store(service_account("shop-1"))

    kept.refresh_from_db()
    assert (kept.account, kept.simulated) == ("shop-1", True)
    assert len(kept.fingerprint) == 12
    assert b"PRIVATE KEY" not in bytes(kept.sealed)
    assert credentials.open_secret(kept) == service_account("shop-1")


@pytest.mark.usefixtures("simulated_site")
def test_storing_again_replaces_the_secret_and_forgets_the_old_check():
    first = store()
    Credential.objects.update(check_ok=True, checked_at=NOW, check_sentence="works")

    second = store(service_account("shop-2"))

    assert second.pk == first.pk
    assert second.account == "shop-2"
    assert second.check_ok is None
    assert second.checked_at is None


@pytest.mark.usefixtures("simulated_site")
def test_the_audit_log_says_who_stored_what_and_never_the_secret():
    admin = keeper()

    kept = store(actor=admin)

    line = AuditEvent.objects.get()
    assert (line.user, line.action) == (admin, "credential stored")
    assert line.facts["fingerprint"] == kept.fingerprint
    assert "PRIVATE" not in str(line.facts)


@pytest.mark.parametrize("secret", ["", "{}", "not json", "[1]"])
def test_what_is_no_key_file_is_refused_with_a_sentence(secret):
    with pytest.raises(CredentialRefused, match="service account"):
        credentials.store(application(), "fcm", "production", secret, actor=keeper())

    assert not Credential.objects.exists()


def test_gateways_that_are_not_there_take_no_credential():
    with pytest.raises(GatewayMisconfigured, match="no gateway of the kind pager"):
        credentials.store(application(), "pager", "production", "x", actor=keeper())


def test_a_sealed_secret_does_not_open_in_another_row():
    real = service_account(simulated=False)
    kept = store(real)
    other = store(real, environment="sandbox")
    Credential.objects.filter(pk=other.pk).update(sealed=bytes(kept.sealed))

    with pytest.raises(SealBroken):
        credentials.open_secret(Credential.objects.get(pk=other.pk))


def test_the_simulators_credential_is_refused_where_real_pushes_leave():
    kept = store()

    with pytest.raises(GatewayMisconfigured, match="made by the simulator"):
        credentials.open_secret(kept)


def test_a_real_credential_is_refused_beside_the_simulator(settings):
    kept = store(service_account(simulated=False))
    settings.SIMULATOR = "127.0.0.1:1"

    with pytest.raises(GatewayMisconfigured, match="SIMULATOR"):
        credentials.open_secret(kept)
    with pytest.raises(CredentialRefused, match="SIMULATOR"):
        store(service_account(simulated=False))


def test_the_site_does_not_start_with_a_real_credential_beside_the_simulator(settings):
    store(service_account("shop-live", simulated=False))
    assert not [e for e in run_checks() if e.id == "devices.E002"]

    settings.SIMULATOR = "127.0.0.1:1"

    (error,) = [e for e in run_checks() if e.id == "devices.E002"]
    assert "shop-live" in error.msg


def test_the_site_does_not_start_with_a_broken_key(settings):
    settings.CREDENTIAL_KEY = "short"

    assert "devices.E001" in [error.id for error in run_checks()]


def test_the_key_can_be_rotated(settings):
    real = service_account(simulated=False)
    kept = store(real)
    settings.CREDENTIAL_KEY_OLD = settings.CREDENTIAL_KEY
    settings.CREDENTIAL_KEY = new_key()
    assert credentials.open_secret(kept) == real

    assert credentials.reseal(actor=keeper()) == 1
    assert credentials.reseal(actor=keeper()) == 0

    settings.CREDENTIAL_KEY_OLD = ""
    assert credentials.open_secret(Credential.objects.get()) == real


def test_the_command_rotates_once_it_has_the_old_key(settings, capsys):
    kept = store(service_account(simulated=False))
    with pytest.raises(CommandError, match="CREDENTIAL_KEY_OLD"):
        call_command("rotate_credential_key")

    old, settings.CREDENTIAL_KEY = settings.CREDENTIAL_KEY, new_key()
    settings.CREDENTIAL_KEY_OLD = new_key()
    with pytest.raises(CommandError, match="another CREDENTIAL_KEY"):
        call_command("rotate_credential_key")

    settings.CREDENTIAL_KEY_OLD = old
    call_command("rotate_credential_key")
    assert capsys.readouterr().out == "1 credentials sealed with the new key.\n"
    settings.CREDENTIAL_KEY_OLD = ""
    kept.refresh_from_db()
    assert credentials.open_secret(kept)


def test_a_pause_counts_once_and_is_lifted_by_a_person():
    store()
    admin = keeper()
    shop = application().pk

    assert credentials.pause(shop, "fcm", "production", "refused", NOW) == 1
    assert credentials.pause(shop, "fcm", "production", "refused again", NOW) == 0
    row = Credential.objects.get()
    assert (row.paused_at, row.pause_reason) == (NOW, "refused")

    assert credentials.resume(shop, "fcm", "production", actor=admin) == 1
    assert credentials.resume(shop, "fcm", "production", actor=admin) == 0
    assert Credential.objects.get().paused_at is None
    lines = AuditEvent.objects.order_by("pk").values_list("action", "user")[1:]
    assert list(lines) == [("gateway paused", None), ("gateway resumed", admin.pk)]


@pytest.mark.usefixtures("simulated_site")
def test_whoever_may_not_change_credentials_neither_stores_nor_resumes():
    kept = store()
    credentials.pause(application().pk, "fcm", "production", "refused", NOW)

    with pytest.raises(CredentialRefused, match="not allowed"):
        store(service_account("shop-2"), actor=user("devices.change_application"))
    with pytest.raises(CredentialRefused, match="not allowed"):
        credentials.resume(application().pk, "fcm", "production", actor=user())

    row = Credential.objects.get()
    assert (row.account, row.paused_at) == (kept.account, NOW)


@pytest.mark.usefixtures("simulated_site")
def test_a_check_that_reaches_nobody_is_kept_as_a_failure():
    kept = store()

    answer = credentials.check(kept, NOW, actor=keeper())

    kept.refresh_from_db()
    assert not answer.ok
    assert kept.check_ok is False
    assert kept.checked_at == NOW
    assert kept.check_sentence == str(answer.sentence) != ""


def test_a_check_proves_the_key_against_the_gateway_and_delivers_nothing(
    simulator, settings, tmp_path
):
    (tmp_path / "simulator").symlink_to(simulator.folder)
    settings.VAR, settings.SIMULATOR = tmp_path, simulator.address
    kept = store(simulator.service_account("checked"))
    before = len(simulator.journal())

    answer = credentials.check(kept, NOW, actor=keeper())

    kept.refresh_from_db()
    assert answer.ok, answer
    assert kept.check_ok is True
    assert kept.check_sentence == str(answer.sentence)
    came = simulator.journal()[before:]
    assert came, "the check asked the gateway"
    assert all(
        entry["gateway"] == "auth" or entry["body"]["validate_only"] for entry in came
    )


def test_a_check_of_the_wrong_world_says_so():
    kept = store()

    assert (
        "made by the simulator" in credentials.check(kept, NOW, actor=keeper()).sentence
    )


# The library's own manager


def test_the_library_asks_our_manager():
    from push_notifications.conf import get_manager

    manager = get_manager()

    assert isinstance(manager, LibraryConfig)
    assert manager.get_max_recipients("1:production") == 500


def test_the_library_learns_which_applications_there_are():
    store()
    store(environment="sandbox")

    shop = application().pk
    config = LibraryConfig()
    assert config.get_applications() == [f"{shop}:production", f"{shop}:sandbox"]
    assert config.get_apns_use_sandbox(f"{shop}:sandbox")
    assert not config.get_apns_use_sandbox(f"{shop}:production")


@pytest.mark.parametrize("name", [None, "", "shop", "1:moon", "9:production"])
def test_an_application_that_is_not_there_is_the_librarys_own_error(name):
    with pytest.raises(ImproperlyConfigured):
        LibraryConfig().get_firebase_app(name)


def test_every_question_of_the_library_has_an_answer_of_ours():
    from push_notifications.conf.app import AppConfig
    from push_notifications.conf.base import BaseConfig

    asked = {
        name
        for config in (AppConfig, BaseConfig)
        for name in vars(config)
        if name.startswith(("get_", "has_"))
    }
    assert asked <= set(vars(LibraryConfig))


ORDERS = {
    "library first": "import push_notifications.conf, devices.credentials",
    "ours first": "import devices.credentials, push_notifications.conf",
    "through a sender": "import push_notifications.wns, devices.credentials",
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
def test_the_order_of_imports_does_not_matter(order):
    program = (
        "import os, django\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'pushsite.settings'\n"
        f"django.setup()\n{order}\n"
        "print(type(push_notifications.conf.get_manager()).__name__)"
    )
    place = os.environ | {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "SECRET_KEY": "s" * 50,
        "CREDENTIAL_KEY": base64.b64encode(bytes(32)).decode(),
    }

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=place
    )

    assert ran.stderr == ""
    assert ran.stdout.strip() == "LibraryConfig"
