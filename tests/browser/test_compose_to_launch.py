"""From the list to a countdown, as a marketer goes: with the keyboard alone."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Campaign, ContentBlock, Run
from campaigns.models.states import RunState
from tests import builders
from tests.browser.visiting import troubles, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def reach(page: Page, name: str, *, most: int = 90) -> None:
    """Press Tab until the control of that name has the focus."""
    for _press in range(most):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and name in (focused.evaluate(NAME) or ""):
            return
    pytest.fail(f"“{name}” is not within {most} presses of Tab")


NAME = """element => [element.getAttribute("aria-label"), element.textContent,
    ...[...(element.labels || [])].map(label => label.textContent)].join(" ").trim()"""


def choose(page: Page, name: str) -> None:
    """Reach a choice among radio buttons and take it, as keyboards do."""
    page.get_by_role("radio", name=name).focus()
    page.keyboard.press("Space")


def test_a_marketer_composes_and_launches_by_keyboard(
    chromium: Browser, live_server: LiveServer
) -> None:
    builders.credential()
    builders.installation(builders.person(attributes={"first_name": "Léa"}))
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto("/admin/campaigns/campaign/")
        reach(page, "New campaign")
        page.keyboard.press("Enter")
        reach(page, "Begin: Blank")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/change/$"))

        reach(page, "Title")
        page.keyboard.type('Hello {{ first_name | default: "there" }}')
        page.keyboard.press("Tab")
        page.keyboard.type("Come and see.")
        phone = page.locator("[data-surface=ios_lock] [data-phone-title]")
        expect(phone).to_have_text("Hello Léa")
        choose(page, "Everyone of Shop")
        expect(page.locator("#reach")).to_contain_text("People: 1")
        expect(page.locator("#saved")).to_contain_text("Saved at")
        choose(page, "Now, when you launch it")
        assert troubles(page) == []

        reach(page, "Review and launch")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/review/$"))
        reach(page, "Launch")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/run/"))
    run = Run.objects.get()
    assert run.state == RunState.COUNTDOWN
    assert run.revision.content["body"] == "Come and see."


def test_what_is_typed_is_saved_without_a_button(
    chromium: Browser, live_server: LiveServer
) -> None:
    """With a content block and an emoji, put where the cursor was."""
    draft = builders.campaign()
    ContentBlock.objects.create(
        application=draft.application,
        key="sale",
        locale="en",
        text="Until Sunday.",
        changed_at=builders.NOW,
    )
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(f"/admin/campaigns/campaign/{draft.pk}/change/")
        page.get_by_label("Text", exact=True).fill("Typed and left. ")
        page.get_by_text("Insert a content block").click()
        page.get_by_label("Block", exact=True).select_option("sale")
        page.get_by_role("button", name="Insert where the cursor was").click()
        page.get_by_text("Insert an emoji").click()
        page.get_by_label("Search emoji").fill("party")
        page.keyboard.press("Enter")
        expect(page.locator("#phones")).to_contain_text("Typed and left. Until Sunday.")
        expect(page.locator("#saved")).to_contain_text("Saved at", timeout=10_000)
        wanted = "Typed and left. {{ block.sale }}🥳"
        expect(page.get_by_label("Text", exact=True)).to_have_value(wanted)
    assert Campaign.objects.get().body == wanted


def test_two_writers_at_once_both_see_what_they_wrote(
    chromium: Browser, live_server: LiveServer
) -> None:
    draft = builders.campaign()
    with visit(chromium, live_server.url, "Marketer", tolerate="409") as page:
        page.goto(f"/admin/campaigns/campaign/{draft.pk}/change/")
        Campaign.objects.filter(pk=draft.pk).update(version=2, title="Theirs")
        page.get_by_label("Title", exact=True).fill("Mine")
        alert = page.locator("#conflict [role=alert]")
        expect(alert).to_contain_text("Theirs")
        expect(page.get_by_label("Title", exact=True)).to_have_value("Mine")
        expect(alert.get_by_role("radio", name="Yours Mine")).to_be_checked()
        page.get_by_role("button", name="Save this choice").click()
        page.wait_for_load_state("load")
        expect(page.get_by_label("Title", exact=True)).to_have_value("Mine")
    assert Campaign.objects.get().title == "Mine"


def test_a_value_is_inserted_with_what_stands_in_for_it(
    chromium: Browser, live_server: LiveServer
) -> None:
    builders.person(attributes={"first_name": "Léa"})
    draft = builders.campaign(body="Hello ")
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(f"/admin/campaigns/campaign/{draft.pk}/change/")
        page.get_by_label("Text", exact=True).press("End")
        page.get_by_text("Insert a value of the person").click()
        page.get_by_label("Value", exact=True).select_option("first_name")
        insert = page.get_by_role("button", name="Insert where the cursor was")
        insert.click()
        expect(page.locator("#insert-error")).to_be_visible()
        page.get_by_label("Shown when it is missing").fill("there")
        insert.click()
        expect(page.get_by_label("Text", exact=True)).to_have_value(
            'Hello {{ first_name | default: "there" }}'
        )


def test_the_page_saves_without_scripts(
    chromium: Browser, live_server: LiveServer
) -> None:
    draft = builders.campaign()
    with visit(chromium, live_server.url, "Marketer", scripts=False) as page:
        page.goto(f"/admin/campaigns/campaign/{draft.pk}/change/")
        page.get_by_label("Title", exact=True).fill("By hand")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Saved.")).to_be_visible()
    assert Campaign.objects.get().title == "By hand"
