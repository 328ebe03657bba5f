"""Test devices in a real Chromium: this browser, and a simulated phone by its code."""

import re

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from devices import credentials
from devices.models import Installation
from tests import builders
from tests.browser import axe
from tests.browser.pipeline import Pipeline
from tests.browser.visiting import troubles, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SOON = 20_000


def test_this_browser_and_a_simulated_phone_become_test_devices(
    chromium: Browser, live_server: LiveServer, pipeline: Pipeline
) -> None:
    shop = builders.application()
    secret = pipeline.simulator.vapid_secret("shop")
    credentials.store(shop, "webpush", "production", secret, actor=None)
    with visit(chromium, live_server.url, "Marketer", width=390) as page:
        page.context.grant_permissions(["notifications"], origin=live_server.url)
        page.goto("/admin/devices/installation/")
        page.get_by_role("button", name="Send tests to this browser").click()
        said = page.get_by_text("Web is your test phone now.")
        expect(said).to_be_visible(timeout=SOON)
        browser = Installation.objects.get()
        assert browser.is_test
        assert browser.person.preference.state == "unsubscribed"

        page.get_by_role("button", name="Show a code").click()
        assert troubles(page) == []
        assert axe.violations(page) == []
        code = page.locator("[data-code]").inner_text()
        assert re.fullmatch("[2-9A-Z]{4}-[2-9A-Z]{4}", code)
        phones = page.context.new_page()
        phones.goto("/phones/")
        phones.get_by_text("New simulated phone").click()
        phones.get_by_label("Name of the new phone").fill("Ana")
        phones.get_by_label("Code from Test phones").fill("AAAA-AAAA")
        phones.get_by_role("button", name="Switch it on").click()
        expect(phones.locator("#new-phone-said")).to_contain_text("wrong, was used")
        phones.get_by_label("Code from Test phones").fill(code)
        phones.get_by_role("button", name="Switch it on").click()
        expect(phones.locator("#new-phone-said")).to_contain_text("gets your tests")
        expect(page.locator("#live")).to_contain_text("Ana is your", timeout=SOON)
        assert troubles(phones) == []
    assert Installation.objects.filter(is_test=True).count() == 2
