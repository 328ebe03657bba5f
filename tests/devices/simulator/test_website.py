"""The demonstration website: there only beside the simulator."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from devices import credentials
from devices.gateways import vapid
from devices.simulator import webpush_browsers
from tests import builders
from tests.simulators import RunningSimulator

pytestmark = pytest.mark.django_db

PAGES = ["demo", "demo_worker", "demo_messages"]


@pytest.fixture
def simulated(simulator: RunningSimulator, settings: Any, tmp_path: Path) -> Path:
    """A site that sends to the simulator."""
    (tmp_path / "simulator").symlink_to(simulator.folder)
    settings.SIMULATOR, settings.VAR = simulator.address, tmp_path
    return tmp_path / "simulator"


@pytest.mark.parametrize("name", PAGES)
def test_a_site_that_sends_to_real_browsers_has_none(
    client: Client, settings: Any, name: str
) -> None:
    settings.SIMULATOR = ""

    assert client.get(reverse(name)).status_code == 404


def test_a_subscription_of_a_site_that_sends_to_real_browsers_is_not_made(
    client: Client, settings: Any
) -> None:
    settings.SIMULATOR = ""

    assert client.post(reverse("demo_subscription")).status_code == 404


@pytest.mark.usefixtures("simulated")
def test_the_sidebar_leads_to_it_only_beside_the_simulator(
    client: Client, settings: Any
) -> None:
    client.force_login(builders.user())
    link = f'href="{reverse("demo")}"'
    assert link in client.get(reverse("admin:index")).content.decode()

    settings.SIMULATOR = ""
    assert link not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.usefixtures("simulated")
def test_without_keys_the_page_says_what_is_missing(client: Client) -> None:
    text = client.get(reverse("demo")).content.decode()

    assert "No application has keys for Web Push yet" in text
    assert "demo.js" not in text


@pytest.mark.usefixtures("simulated")
def test_the_page_names_the_application_and_runs_nothing_inline(
    client: Client, simulator: RunningSimulator
) -> None:
    application, secret = builders.application(), simulator.vapid_secret("website")
    credentials.store(application, "webpush", "production", secret, actor=None)

    answer = client.get(reverse("demo"))

    text = answer.content.decode()
    assert application.public_key in text
    assert "<script>" not in text
    assert "style=" not in text
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy


@pytest.mark.usefixtures("simulated")
def test_the_worker_is_the_two_lines_of_the_manual_and_one_of_its_own(
    client: Client,
) -> None:
    answer = client.get("/sw.js")

    assert answer["Content-Type"].startswith("text/javascript")
    lines = answer.content.decode().splitlines()
    assert len(lines) == 3
    assert "static/pushsite/push/sw.js" in lines[1]


def test_a_simulated_subscription_takes_the_key_that_was_asked_for(
    client: Client, simulated: Path
) -> None:
    key = vapid.new_key().public

    made = client.post(reverse("demo_subscription"), {"key": key}).json()
    refused = client.post(reverse("demo_subscription"), {"key": "short"})

    secret = webpush_browsers.secret_in(simulated)
    wanted = webpush_browsers.key_wanted(secret, made["endpoint"])
    assert wanted == webpush_browsers.fingerprint(key)
    assert refused.status_code == 400


@pytest.mark.usefixtures("simulated")
@pytest.mark.parametrize("code", ["", "x", "phone", "0" * 13])
def test_messages_are_told_for_one_browser_s_code_alone(
    client: Client, code: str
) -> None:
    assert client.get(reverse("demo_messages"), {"code": code}).status_code == 404


@pytest.mark.usefixtures("simulated")
def test_a_simulator_that_is_away_has_no_messages(
    client: Client, settings: Any
) -> None:
    settings.SIMULATOR = "127.0.0.1:9"

    answer = client.get(reverse("demo_messages"), {"code": "0" * 12})

    assert answer.json() == {"messages": []}
