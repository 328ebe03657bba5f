"""What differs from person to person is chosen from menus, and opens in them again."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Campaign
from tests import builders
from tests.browser.visiting import troubles, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def choose(page: Page, number: str, field: str, comparison: str) -> None:
    page.get_by_label(f"Condition {number}: value of the person").select_option(field)
    compare = page.get_by_label(f"Condition {number}: comparison")
    expect(compare.locator(f"option[value='{comparison}']")).to_have_count(1)
    compare.select_option(comparison)


def test_texts_for_some_and_a_rule_that_leaves_others_out_come_from_menus(
    chromium: Browser, live_server: LiveServer
) -> None:
    builders.person(attributes={"plan": "free", "credits": 5, "renews": "2027-12-01"})
    draft = builders.campaign(title="T", body="Hello ")
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(f"/admin/campaigns/campaign/{draft.pk}/change/")
        body = page.get_by_label("Text", exact=True)
        body.press("End")
        page.get_by_text("Show different text if…").click()
        choose(page, "1.1", "plan", "text.is")
        page.get_by_label("Condition 1.1: compared with").fill("free")
        page.get_by_role("button", name="Add a condition to 1").click()
        choose(page, "1.2", "credits", "number.more_than")
        page.get_by_label("Condition 1.2: compared with").fill("3")
        page.get_by_label("What text 1 says").fill("A")
        page.get_by_role("button", name="Add a text for others").click()
        choose(page, "2.1", "renews", "date.in_next_days")
        page.get_by_label("Condition 2.1: number of days").fill("30")
        page.get_by_label("What text 2 says").fill("B")
        page.get_by_label("What everybody else reads").fill("C")
        assert troubles(page) == []
        page.get_by_role("button", name="Put it into the text").click()
        expect(body).to_have_value(
            'Hello {% if plan == "free" and credits > 3 %}A{% elsif (days_until.renews '
            ">= 0 and days_until.renews <= 30) %}B{% else %}C{% endif %}"
        )
        phone = page.locator("[data-surface=ios_lock] [data-phone-body]")
        expect(phone).to_have_text("Hello A")

        body.press("End")
        body.press("ArrowLeft")
        page.get_by_text("Show different text if…").click()
        expect(page.get_by_label("What text 2 says")).to_have_value("B")
        page.get_by_label("What text 1 says").fill("AA")
        page.get_by_role("button", name="Put it into the text").click()
        expect(body).to_have_value(re.compile(r"^Hello {% if [^%]*%}AA{% elsif"))
        expect(phone).to_have_text("Hello AA")

        page.get_by_text("Different from person to person").click()
        page.get_by_text("Choose who is left out").click()
        choose(page, "1.1", "plan", "text.is_unknown")
        page.get_by_role("button", name="Leave these people out").click()
        expect(page.locator("#leave_out-sentence")).to_contain_text("plan is unknown")
        page.keyboard.press("Control+s")
        expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    saved = Campaign.objects.get()
    assert saved.leave_out == "{% if plan == nil %}{% leave_out %}{% endif %}"
    assert "AA" in saved.body
