"""A typo in a message that is on its way: pause, correct, resume, and stop for good."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.delivery import snapshot
from campaigns.models import Run
from tests import builders
from tests.browser.pipeline import Pipeline
from tests.browser.visiting import troubles, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SOON = 15_000


def open_details(page: Page, words: str) -> None:
    page.locator("summary", has_text=words).focus()
    page.keyboard.press("Enter")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


def pause(page: Page) -> None:
    open_details(page, "Pause")
    page.get_by_label("Why (shown to your team)").first.focus()
    page.keyboard.type("A typo in the title")
    press(page, "Pause this run")
    expect(page.get_by_text("A typo in the title").first).to_be_visible(timeout=SOON)


def correct(page: Page) -> None:
    page.get_by_role("link", name="Correct the message for the rest").focus()
    page.keyboard.press("Enter")
    title = page.get_by_label("Title", exact=True)
    expect(title).to_have_value("Wniter sale")
    title.fill("Winter sale")
    press(page, "See how it looks")
    expect(page.get_by_text("Until now:")).to_be_visible()
    expect(page.locator(".pv-phones")).to_contain_text("Winter sale")
    assert troubles(page) == []
    press(page, "Use it for the remaining 4 devices")
    expect(page.get_by_text("Corrected. Those not yet contacted")).to_be_visible()


def resume(page: Page) -> None:
    open_details(page, "Resume")
    press(page, "Resume this run")
    expect(page.get_by_text("Resumed. Nobody gets it twice.")).to_be_visible()


def stop(page: Page) -> None:
    open_details(page, "Stop for good")
    page.get_by_label("Why (shown to your team)").last.focus()
    page.keyboard.type("Enough for today")
    press(page, "Stop this run")
    expect(page.get_by_text("Stopped. Nobody else gets it.")).to_be_visible()


def test_those_not_yet_contacted_get_the_corrected_message_or_none(
    chromium: Browser,
    live_server: LiveServer,
    pipeline: Pipeline,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snapshot, "BATCH", 2)
    pipeline.give_a_key()
    names = [pipeline.phone(f"phone-{n}").gcm.registration_id for n in range(6)]
    run = builders.run(
        builders.campaign(title="Wniter sale"),
        state="countdown",
        countdown_until=timezone.now(),
    )
    pipeline.begin()
    pipeline.send_batch()

    with visit(chromium, live_server.url, "Administrator") as page:
        page.goto(reverse("admin:campaigns_run_live", args=[run.pk]))
        pause(page)
        correct(page)
        resume(page)
        pipeline.send_batch()
        page.reload()
        stop(page)
        pipeline.send_all()
        page.goto(reverse("admin:campaigns_run_results", args=[run.pk]))
        expect(page.get_by_text("The run was stopped first").first).to_be_visible()
        assert troubles(page) == []

    assert Run.objects.get().state == "stopped"
    assert pipeline.titles() == {
        **dict.fromkeys(names[:2], "Wniter sale"),
        **dict.fromkeys(names[2:4], "Winter sale"),
    }
