"""A simulated phone registers and pairs over HTTP, as the app on a real one does."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from campaigns.delivery import channels, test_sends
from devices import credentials, registration
from devices.models import Installation
from tests import builders
from tests.simulators import RunningSimulator

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def site(
    live_server: LiveServer, tmp_path: Path, settings: Any
) -> tuple[RunningSimulator, Path]:
    """A site that sends to a simulator, both over the wire."""
    running = RunningSimulator(tmp_path / "simulator")
    settings.VAR, settings.SIMULATOR = tmp_path, running.address
    settings.SITE_URL = live_server.url
    yield running, tmp_path
    running.stop()


def phone(*words: str) -> str:
    said = io.StringIO()
    call_command("phone", *words, stdout=said)
    return said.getvalue()


def test_a_simulated_phone_pairs_by_a_code_and_gets_a_test(site) -> None:
    simulator, folder = site
    shop, me = builders.application(), builders.user("campaigns.send_test")
    key = simulator.service_account("shop")
    credentials.store(shop, "fcm", "production", key, actor=None)
    assert "is registered" in phone("Ana", "--locale", "fr-FR")

    code = registration.offer(shop, me, timezone.now()).code
    assert "Android Ana gets test sends now." in phone("Ana", "--code", code)

    paired = Installation.objects.get()
    assert (paired.tester, paired.locale) == (me, "fr-FR")
    [test] = test_sends.send(
        builders.campaign(title="Sale"),
        [paired],
        user=me,
        as_person=None,
        at=timezone.now(),
    )
    test_sends.deliver(test.pk, at=timezone.now(), channel=channels.channel)
    test.refresh_from_db()
    assert test.verdict == "accepted"
    [came] = [each for each in simulator.journal() if each["gateway"] == "fcm"]
    assert came["body"]["message"]["notification"]["title"] == "[TEST] Sale"
    kept = folder / "simulator" / "apps" / "simulated-shop-android-ana.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert came["token"] == json.loads(kept.read_text())["device"]["token"]


def test_a_wrong_code_is_told_in_the_words_of_the_site(site) -> None:
    builders.application()

    with pytest.raises(CommandError, match="wrong, was used or is too old"):
        phone("Ana", "--code", "AAAA-AAAA")
