"""What a page shows while there is nothing yet, while it works, and when it cannot."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models.reasons import Reason
from tests import builders
from tests.browser.visiting import visit
from tests.campaigns.admin import sent

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

EMPTY = {
    "/admin/campaigns/campaign/": "No campaign yet",
    "/admin/campaigns/segment/": "No segments yet",
    "/admin/campaigns/mediaasset/": "No pictures yet",
    "/admin/campaigns/primer/": "No primers yet",
    "/admin/devices/person/": "Nobody has registered yet",
    "/admin/devices/installation/": "You have no test phone yet",
}
OFFLINE = "Failed to load resource"


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (1200, 600), "teal").save(made, "PNG")
    return made.getvalue()


class Held:
    """Requests to an address wait until they are let go."""

    def __init__(self, page: Page, address: str) -> None:
        self._waiting: list[Route] | None = []
        page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        if self._waiting is None:
            route.continue_()
        else:
            self._waiting.append(route)

    def let_go(self) -> None:
        waiting, self._waiting = self._waiting or [], None
        for each in waiting:
            each.continue_()


def lose(page: Page, address: str) -> None:
    """Requests to an address find no network."""
    page.route(address, lambda route: route.abort())


def test_an_empty_page_says_what_it_is_for_and_where_to_begin(
    chromium: Browser, live_server: LiveServer
) -> None:
    builders.application()
    with visit(chromium, live_server.url, "Administrator") as page:
        for address, heading in EMPTY.items():
            page.goto(address)
            expect(page.locator(".ps-empty h2")).to_have_text(heading)


def test_whoever_waits_is_told_what_for(
    chromium: Browser, live_server: LiveServer
) -> None:
    draft = builders.campaign(audience="")
    run = sent.a_run(sent.device_each(Reason.ACCEPTED, None))
    with visit(chromium, live_server.url, "Administrator") as page:
        page.goto(f"/admin/campaigns/run/{run.pk}/live/")
        bar = page.get_by_role("progressbar", name="Devices done")
        expect(bar).to_have_attribute("aria-valuenow", "50")

        page.goto(f"/admin/campaigns/campaign/{draft.pk}/change/")
        counting = Held(page, "**/count/")
        page.get_by_role("radio", name="Everyone of").check()
        expect(page.locator("#reach")).to_have_text("Counting…")
        counting.let_go()
        expect(page.locator("#reach")).to_contain_text("People: 2")

        page.goto("/admin/campaigns/mediaasset/")
        uploading = Held(page, "**/mediaasset/add/")
        file = {"name": "coat.png", "mimeType": "image/png", "buffer": picture()}
        page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        expect(page.get_by_role("progressbar", name="coat.png")).to_be_visible()
        uploading.let_go()
        expect(page.locator("[data-uploads]")).to_contain_text("✓")


def test_a_page_without_a_network_says_so_and_loses_nothing(
    chromium: Browser, live_server: LiveServer
) -> None:
    draft = builders.campaign()
    run = sent.a_run(sent.device_each(Reason.ACCEPTED, None))
    site = live_server.url
    with visit(chromium, site, "Administrator", tolerate=OFFLINE) as page:
        page.goto(f"/admin/campaigns/campaign/{draft.pk}/change/")
        lose(page, "**/change/")
        page.get_by_label("Title", exact=True).fill("Typed in a tunnel")
        expect(page.locator("#saved")).to_contain_text("Not saved: no connection.")
        expect(page.get_by_label("Title", exact=True)).to_have_value(
            "Typed in a tunnel"
        )
        page.unroute_all()
        page.get_by_label("Text", exact=True).fill("And saved in the sun")
        expect(page.locator("#saved")).to_contain_text("Saved at")

        page.clock.install()
        lose(page, "**/numbers.json*")
        page.goto(f"/admin/campaigns/run/{run.pk}/live/")
        page.clock.run_for(3_000)
        expect(page.locator("[data-live-lost]")).to_contain_text("Trying again.")

        page.goto("/admin/")
        lose(page, "**/admin/")
        page.clock.run_for(31_000)
        expect(page.locator("#refreshed")).to_have_text(
            "No answer: what you see may be old."
        )


def test_saving_while_the_page_saves_by_itself_is_no_conflict(
    chromium: Browser, live_server: LiveServer
) -> None:
    draft = builders.campaign()
    with visit(chromium, live_server.url, "Administrator") as page:
        page.goto(f"/admin/campaigns/campaign/{draft.pk}/change/")
        held = Held(page, "**/change/")
        page.get_by_label("Title", exact=True).fill("Typed on a slow train")
        expect(page.locator("#saved")).to_have_text("Saving…")
        page.get_by_label("Title", exact=True).press("Control+s")
        held.let_go()
        expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
        expect(page.get_by_text("Somebody else saved")).to_have_count(0)
    draft.refresh_from_db()
    assert draft.title == "Typed on a slow train"
