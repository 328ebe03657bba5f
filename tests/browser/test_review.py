"""From a check to the field that it is about, and an amber accepted, by keyboard."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models import CheckAcceptance
from tests import builders
from tests.browser.visiting import visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_a_check_leads_into_its_field_and_is_accepted_by_name(
    chromium: Browser, live_server: LiveServer
) -> None:
    builders.credential()
    builders.installation()
    builders.topic()
    draft = builders.campaign(
        title="OPEN THIS NOW PLEASE",
        body="Profitez des soldes",
        purpose="transactional",
        platforms={"ios": {"subtitle": "AND THIS ONE TOO PLEASE"}},
    )
    there = f"/admin/campaigns/campaign/{draft.pk}/review/"
    with visit(chromium, live_server.url, "Marketer", width=360) as page:
        for sentence, field in {
            "“OPEN THIS": "title",
            "“AND THIS": "ios:subtitle",
            "reads like an offer": "purpose",
            "has no topic": "topic",
        }.items():
            page.goto(there)
            found = page.locator(".ps-look", has_text=sentence)
            found.get_by_role("link", name="Edit").focus()
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/change/#{field}")
            expect(page.locator(f'[name="{field}"]').first).to_be_focused()
        page.goto(there)
        topic = page.locator(".ps-look", has_text="has no topic")
        topic.get_by_role("button", name="Accept").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/review/#checks")
        expect(page.get_by_text("1 was accepted")).to_be_visible()
    assert CheckAcceptance.objects.get().key == "topic@topic"
