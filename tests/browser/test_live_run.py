"""The live page moves by itself, is read aloud in steps, and stops a run by hand."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.delivery import clock
from campaigns.models import Batch, BatchReason, Run
from campaigns.models.reasons import Reason
from tests import builders
from tests.browser.visiting import troubles, visit
from tests.campaigns.admin import sent

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SOON = 15_000
"""Milliseconds: the page asks every two seconds, of a server that may be busy."""


def sending() -> Run:
    return sent.a_run(sent.device_each(*[Reason.ACCEPTED] * 4, *[None] * 6))


def open_live(page: Page, run: Run) -> None:
    page.goto(reverse("admin:campaigns_run_live", args=[run.pk]))


def accept(rows: int) -> None:
    """The pipeline's next step: so many more devices are accepted."""
    more = F("accepted") + rows
    Batch.objects.update(accepted=more, done=F("done") + rows, next=F("next") + rows)
    BatchReason.objects.update(rows=F("rows") + rows)


def test_the_numbers_move_without_a_reload(
    chromium: Browser, live_server: LiveServer
) -> None:
    run = sending()
    with visit(chromium, live_server.url, "Marketer") as page:
        open_live(page, run)
        bar = page.get_by_role("progressbar", name="Devices done")
        expect(bar).to_have_attribute("aria-valuenow", "40")
        accept(3)
        expect(bar).to_have_attribute("aria-valuenow", "70", timeout=SOON)
        spoken = page.locator("[data-live-say]")
        expect(spoken).to_contain_text("7 of 10 devices (70 %)")
        assert troubles(page) == []


def test_a_reason_that_is_being_typed_survives_the_numbers(
    chromium: Browser, live_server: LiveServer
) -> None:
    run = sending()
    with visit(chromium, live_server.url, "Marketer") as page:
        open_live(page, run)
        page.locator("summary", has_text="Pause").click()
        page.get_by_label("Why (shown to your team)").first.fill("A typo")
        expect(page.get_by_text("6 devices not yet contacted wait")).to_be_visible()
        accept(1)
        expect(page.get_by_text("5 of 10 devices").first).to_be_visible(timeout=SOON)
        expect(page.get_by_text("5 devices not yet contacted wait")).to_be_visible(
            timeout=SOON
        )
        expect(page.get_by_label("Why (shown to your team)").first).to_have_value(
            "A typo"
        )
        Run.objects.update(dead_tokens="asked")
        expect(page.get_by_text("More than a fifth of the devices")).to_be_visible(
            timeout=SOON
        )
        expect(page.get_by_label("Why (shown to your team)").first).to_be_focused()


def test_a_run_is_paused_and_resumed_by_keyboard(
    chromium: Browser, live_server: LiveServer
) -> None:
    run = sending()
    with visit(chromium, live_server.url, "Administrator") as page:
        open_live(page, run)
        page.locator("summary", has_text="Pause").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("Wrong price")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Wrong price").first).to_be_visible(timeout=SOON)
        assert Run.objects.get().state == "paused"

        page.locator("summary", has_text="Resume").focus()
        page.keyboard.press("Enter")
        expect(
            page.get_by_text("6 devices not yet contacted will get it")
        ).to_be_visible(timeout=SOON)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Resumed.")).to_be_visible(timeout=SOON)
    assert Run.objects.get().state == "sending"


def test_what_somebody_else_does_appears_by_itself(
    chromium: Browser, live_server: LiveServer
) -> None:
    run = sending()
    with visit(chromium, live_server.url, "Marketer") as page:
        open_live(page, run)
        Run.objects.update(state="paused", reason="Paused elsewhere")
        expect(page.get_by_text("Paused elsewhere")).to_be_visible(timeout=SOON)
        expect(page.locator("summary", has_text="Stop for good")).to_be_visible(
            timeout=SOON
        )


def test_the_countdown_counts_and_is_cancelled(
    chromium: Browser, live_server: LiveServer
) -> None:
    until = clock.now() + timedelta(seconds=60)
    run = builders.run(state="countdown", countdown_until=until)
    with visit(chromium, live_server.url, "Marketer") as page:
        open_live(page, run)
        expect(page.get_by_text("Starts in 5")).to_be_visible(timeout=SOON)
        page.get_by_role("button", name="Cancel the launch").click()
        expect(page.get_by_role("heading", name="Cancelled in time")).to_be_visible(
            timeout=SOON
        )
    assert Run.objects.get().state == "cancelled"


def test_without_scripts_every_button_works(
    chromium: Browser, live_server: LiveServer
) -> None:
    run = sending()
    with visit(chromium, live_server.url, "Marketer", scripts=False) as page:
        open_live(page, run)
        expect(page.get_by_text("Without JavaScript the numbers stay")).to_be_visible(
            timeout=SOON
        )
        page.locator("summary", has_text="Pause").click()
        page.get_by_role("button", name="Pause this run").click()
        expect(page.get_by_text("Paused").first).to_be_visible(timeout=SOON)
    assert Run.objects.get().state == "paused"
