"""The calendar by keyboard, on a desk and on a phone."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models.states import RunState
from tests import builders
from tests.browser.visiting import troubles, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
CALENDAR = "/admin/campaigns/run/calendar/"


def last_month() -> datetime:
    return timezone.now().replace(day=1, hour=12) - timedelta(days=3)


def test_a_run_of_last_month_is_found_by_keyboard_alone(
    chromium: Browser, live_server: LiveServer
) -> None:
    run = builders.run(state=RunState.FINISHED, due_at=last_month())
    builders.application()
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(CALENDAR)
        page.get_by_role("link", name="Month before").focus()
        page.keyboard.press("Enter")
        link = page.get_by_role("link", name=run.campaign.name)
        expect(link).to_be_visible()
        assert troubles(page) == []
        for _each in range(80):
            if link.evaluate("link => link === document.activeElement"):
                break
            page.keyboard.press("Tab")
        expect(link).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Results")).to_have_attribute(
            "aria-current", "page"
        )
        assert troubles(page) == []


def test_a_phone_reads_the_month_as_a_list_of_days(
    chromium: Browser, live_server: LiveServer
) -> None:
    builders.run(state=RunState.FINISHED, due_at=timezone.now())
    looks = {"language": "fr", "theme": "dark", "width": 360}
    with visit(chromium, live_server.url, "Marketer", **looks) as page:
        for view in ("month", "week", "list"):
            page.goto(f"{CALENDAR}?view={view}")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= 360, view
            assert troubles(page) == [], view
        page.goto("/admin/pushsite/profile/mine/")
        assert troubles(page) == []
