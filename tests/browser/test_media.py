"""The media library in a browser: upload, focal point, and a message's picture."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Campaign, MediaAsset
from tests import builders, pictures
from tests.browser.visiting import troubles, visit
from tests.campaigns.media.websites import sends, website

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("media_root", "database_in_thread"),
]
LIBRARY = "/admin/campaigns/mediaasset/"


@pytest.mark.parametrize(
    ("language", "theme", "width"), [("en", "light", 1280), ("fr", "dark", 360)]
)
def test_the_library_s_pages_keep_nobody_out(
    chromium: Browser, live_server: LiveServer, language: str, theme: str, width: int
) -> None:
    asset = pictures.uploaded(alt_text="")
    campaign = builders.campaign(asset=asset)
    looks = {"language": language, "theme": theme, "width": width}
    with visit(chromium, live_server.url, "Marketer", **looks) as page:
        for address in (
            LIBRARY,
            f"{LIBRARY}?view=list",
            f"{LIBRARY}?tab=archived",
            f"{LIBRARY}{asset.pk}/change/",
        ):
            page.goto(address)
            assert troubles(page) == [], address
        page.goto(f"/admin/campaigns/campaign/{campaign.pk}/change/")
        page.locator("[data-picture-open]").first.click()
        page.locator("dialog [data-choice]").first.wait_for()
        assert troubles(page) == [], "dialog"


def test_several_files_get_a_line_each_and_stay_found(
    chromium: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    builders.application()
    (tmp_path / "Scarf.jpg").write_bytes(pictures.jpeg())
    (tmp_path / "Drawing.png").write_bytes(b"<svg/>")
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(LIBRARY)

        names = [tmp_path / "Scarf.jpg", tmp_path / "Drawing.png"]
        page.locator("main input[type=file]").set_input_files(names)

        lines = page.locator("[data-uploads] li")
        expect(lines.nth(0)).to_contain_text("“Scarf” is in the library")
        expect(lines.nth(1)).to_contain_text("This is an SVG drawing")
        expect(page.locator("main .ps-tile")).to_have_count(1)


def test_a_picture_comes_by_its_address_and_is_filed_by_keyboard(
    chromium: Browser, live_server: LiveServer, settings: Any
) -> None:
    settings.MEDIA_FETCH_NETWORKS = [ip_network("127.0.0.0/8")]
    builders.application()
    scarf = {"/Scarf.jpg": sends(pictures.jpeg())}
    with (
        website(scarf) as site,
        visit(chromium, live_server.url, "Marketer", width=390) as page,
    ):
        page.goto(LIBRARY)
        page.locator("main [data-address]").focus()
        page.keyboard.type(f"{site.address}/Scarf.jpg")
        page.keyboard.press("Enter")
        lines = page.locator("[data-uploads] li")
        expect(lines.nth(0)).to_contain_text("“Scarf” is in the library")

        page.locator("main .ps-tile a").focus()
        page.keyboard.press("Enter")
        page.locator("#tags").focus()
        page.keyboard.type("Winter, sale")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Saved.")).to_be_visible()
        assert troubles(page) == []

    assert MediaAsset.objects.get().tags == ["sale", "winter"]


def test_the_focal_point_moves_by_keyboard(
    chromium: Browser, live_server: LiveServer
) -> None:
    asset = pictures.uploaded()
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(f"{LIBRARY}{asset.pk}/change/")

        page.locator("[data-focal-point]").focus()
        for key in ("Shift+ArrowLeft", "ArrowLeft", "ArrowDown"):
            page.keyboard.press(key)
        expect(page.locator("[data-crop] canvas").first).to_be_visible()
        page.locator("form.ps-asset button.ps-primary").click()
        page.wait_for_load_state()

    asset.refresh_from_db()
    assert (asset.focal_x, asset.focal_y) == (0.39, 0.51)


def test_a_message_s_picture_is_chosen_by_keyboard_and_saved(
    chromium: Browser, live_server: LiveServer
) -> None:
    asset, draft = pictures.uploaded(name="Scarf"), builders.campaign()
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(f"/admin/campaigns/campaign/{draft.pk}/change/")

        opener = page.locator("[data-picture-open]").first
        opener.focus()
        page.keyboard.press("Enter")
        choice = page.locator("dialog [data-choice]").first
        choice.wait_for()
        choice.focus()
        page.keyboard.press("Enter")

        expect(page.locator("[data-picture-name]").first).to_have_text("Scarf")
        expect(opener).to_be_focused()
        with page.expect_navigation():
            page.locator(".ps-button[name=do][value=save]").click()

    assert Campaign.objects.get().asset == MediaAsset.objects.get() == asset
