"""A message in two languages, written with the keyboard alone."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Campaign
from tests import builders
from tests.browser.visiting import troubles, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_a_language_is_added_written_and_found_again_by_keyboard(
    chromium: Browser, live_server: LiveServer
) -> None:
    builders.person(locale="fr-FR")
    draft = builders.campaign(title="Hello", body="Come in.")
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(f"/admin/campaigns/campaign/{draft.pk}/change/")
        page.locator("#add-language summary").press("Enter")
        page.locator("#new_language").select_option("fr")
        page.get_by_role("button", name="Add this language").press("Enter")
        title = page.locator('[id="fr.title"]')
        expect(title).to_be_focused()
        page.keyboard.type("Bonjour")
        page.keyboard.press("Tab")
        page.keyboard.type("Entrez.")
        french = page.get_by_role("tab", name="French")
        expect(french).to_contain_text("complete")
        expect(page.locator("#saved")).to_contain_text("Saved at", timeout=10_000)

        french.press("ArrowLeft")
        own = page.get_by_role("tab", name="English")
        expect(own).to_be_focused()
        expect(own).to_have_attribute("aria-selected", "true")
        expect(title).to_be_hidden()
        page.locator("#body").fill("Come in now.")
        expect(french).to_contain_text("outdated")
        own.press("End")
        page.get_by_role("button", name="It still fits").press("Enter")
        expect(french).to_contain_text("complete")
        assert troubles(page) == []
        page.keyboard.press("Control+s")
        expect(page.get_by_text("Saved.")).to_be_visible()
    said = Campaign.objects.get()
    assert (said.body, said.translations[0]["title"]) == ("Come in now.", "Bonjour")


def test_every_language_is_there_without_scripts(
    chromium: Browser, live_server: LiveServer
) -> None:
    draft = builders.campaign(translations=[{"locale": "he", "title": "", "body": ""}])
    with visit(chromium, live_server.url, "Marketer", scripts=False) as page:
        page.goto(f"/admin/campaigns/campaign/{draft.pk}/change/")
        page.locator('[id="he.title"]').fill("שלום")
        page.locator('[id="he.body"]').fill("ברוכים הבאים")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Saved.")).to_be_visible()
    assert Campaign.objects.get().translations[0]["title"] == "שלום"
