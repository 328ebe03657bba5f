"""The forms for credentials, as an administrator sees them."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import builders
from tests.browser.visiting import troubles, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def asked_for(page: Page) -> list[str]:
    """The labels of the fields that can be seen."""
    return [each.strip() for each in page.locator("label:visible").all_inner_texts()]


def test_a_form_asks_only_for_what_the_chosen_way_needs(
    chromium: Browser, live_server: LiveServer
):
    shop = builders.application()
    with visit(chromium, live_server.url, "Administrator", width=360) as page:
        page.goto(f"/admin/devices/application/{shop.pk}/keys/store/?service=apns")

        expect(page.get_by_label("Key ID")).to_be_visible()
        assert "Password of the .p12 file (optional)" not in asked_for(page)
        assert not [each for each in asked_for(page) if "optional" in each]
        assert troubles(page) == []

        page.get_by_label("A certificate").check()

        expect(page.get_by_label("Key ID")).to_be_hidden()
        assert "Password of the .p12 file (optional)" in asked_for(page)
        assert "Bundle ID of the app" in asked_for(page)
        assert troubles(page) == []


def test_what_is_missing_is_marked_where_it_can_be_seen(
    chromium: Browser, live_server: LiveServer
):
    shop = builders.application()
    with visit(chromium, live_server.url, "Administrator") as page:
        page.goto(f"/admin/devices/application/{shop.pk}/keys/store/?service=wns")
        page.get_by_label("An app registration").check()
        page.get_by_role("button", name="Check and store it").click()

        expect(page.get_by_label("An app registration")).to_be_checked()
        expect(page.get_by_text("This is needed.").first).to_be_visible()
        assert page.get_by_text("This is needed.").count() == 3
