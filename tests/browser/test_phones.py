"""The page of phones in a browser: every kind of screen, and a tap that reports."""

import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.delivery import receipts
from campaigns.models import Delivery, Receipt
from devices.simulator.exchange import Shown
from tests import builders, pictures
from tests.browser.visiting import troubles, visit
from tests.simulators import RunningSimulator

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
LOOKS = [("en", "light", 1280), ("fr", "dark", 360)]
KINDS = {
    "phone-Pixel": "android",
    b"phone-iPhone-of-the-shop's-own-staff".hex(): "ios",
    "https://fcm.googleapis.com/fcm/send/1/phone-laptop": "browser",
    "https://web.push.apple.com/1/phone-mac": "browser",
    "https://sim.notify.windows.com/?token=phone-desktop": "windows",
}


@pytest.fixture
def simulator(tmp_path: Path, settings: Any, media_root: Path) -> Any:
    """A simulator of the test's own: its page shows nothing of other tests."""
    running = RunningSimulator(tmp_path / "simulator")
    settings.SIMULATOR, settings.VAR = running.address, tmp_path
    yield running
    running.stop()
    shutil.rmtree(tmp_path)


def show(running: RunningSimulator, n: str = "") -> None:
    """The same message on every kind of screen."""
    message = partial(
        Shown,
        title="Winter sale",
        body="Up to 40 % off, until Sunday evening.",
        image=pictures.uploaded().renditions.get(kind="android_big").file.url,
        buttons=(("b1", "Buy"), ("b2", "Later")),
        link="https://shop.example/sale",
        n=n,
    )
    for token, kind in KINDS.items():
        show = partial(running.simulator.phones.show, at=timezone.now().timestamp())
        running._call(show, token, message(kind=kind))


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_every_screen_is_drawn_for_everybody(
    chromium: Browser,
    live_server: LiveServer,
    simulator: RunningSimulator,
    language: str,
    theme: str,
    width: int,
) -> None:
    show(simulator)
    looks = {"language": language, "theme": theme, "width": width}
    with visit(chromium, live_server.url, "Administrator", **looks) as page:
        page.goto("/phones/")

        assert page.locator(".ps-phone").count() == len(KINDS)
        assert page.locator("img.ps-push-image").count() == len(KINDS) - 1
        assert page.locator("[data-button]").count() == 2 * (len(KINDS) - 1)
        assert troubles(page) == []


@pytest.mark.parametrize("tapped", [".ps-push", "[data-button]"])
def test_a_tap_on_a_message_or_its_button_is_reported_as_opened(
    chromium: Browser,
    live_server: LiveServer,
    simulator: RunningSimulator,
    tapped: str,
) -> None:
    run = builders.run(state="sending")
    phone = builders.installation()
    Delivery.objects.create(
        run_id=run.pk, seq=1, person_id=phone.person_id, installation_id=phone.pk
    )
    show(simulator, n=receipts.sign(run.pk, 1))
    with visit(chromium, live_server.url, "Administrator") as page:
        page.goto("/phones/")

        target = page.locator(f".ps-windows {tapped}").first
        target.focus()
        page.keyboard.press("Enter")

        said = page.locator(".ps-windows [data-said]")
        expect(said).to_contain_text("Reported as opened")
        if tapped != ".ps-push":
            expect(said).to_contain_text("by this button: Buy")
        assert Receipt.objects.get(run_id=run.pk).kind == "opened"
