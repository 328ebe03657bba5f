"""Pictures of every kind of page, beside `make up`: `python -m tests.screenshots F`.

Both languages, both themes, 360 and 1280 pixels wide: one sheet for each page, to be
looked at one by one. PORT and PUSHSITE_VAR name the site; CHROMIUM the browser.

`python -m tests.screenshots surfaces ADDRESS` takes every screen of the preview, of the
campaign whose page or review is there, into docs/pictures.
"""

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import django
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pushsite.settings")
django.setup()

from tests.browser.test_every_page import FOREIGN, kind  # noqa: E402
from tests.conftest import CHROMIUM_FLAGS, find_chromium  # noqa: E402

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
VAR = Path(os.environ.get("PUSHSITE_VAR", "var"))
SITE = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
LANGUAGES, THEMES, WIDTHS = ("en", "fr"), ("light", "dark"), (1280, 360)
HIGHEST = 2_400
"""Pixels of a page that are kept: below that it repeats itself."""


def signed_in(browser: Browser, language: str) -> Page:
    context = browser.new_context(base_url=SITE, locale=language, viewport=None)
    context.add_cookies([{"name": "django_language", "value": language, "url": SITE}])
    page = context.new_page()
    name, password = (VAR / "sign-in.txt").read_text().split()
    page.goto("/admin/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/admin/$"))
    page.wait_for_load_state()
    return page


def found(page: Page, beginnings: list[str]) -> Iterator[str]:
    """One address of each kind of page, found by links."""
    waiting, known = list(beginnings), {kind(each) for each in beginnings}
    while waiting:
        address = waiting.pop(0)
        page.goto(address)
        yield address
        links = page.eval_on_selector_all(
            "a[href]", "all => all.map(each => each.getAttribute('href'))"
        )
        for each in (urljoin(page.url, link).partition("#")[0] for link in links):
            parts = urlsplit(each)
            ours = parts.netloc == urlsplit(SITE).netloc
            if ours and not parts.path.startswith(FOREIGN) and kind(each) not in known:
                known.add(kind(each))
                waiting.append(each)


def shots(page: Page, address: str) -> Iterator[Image.Image]:
    for theme in THEMES:
        # The theme is chosen when a page is loaded.
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.goto(address)
        page.wait_for_load_state("networkidle")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            whole = Image.open(io.BytesIO(page.screenshot(full_page=True)))
            yield whole.crop((0, 0, whole.width, min(whole.height, HIGHEST)))


def sheet(pictures: list[Image.Image]) -> Image.Image:
    """The pictures side by side, at half their size."""
    small = [each.resize((each.width // 2, each.height // 2)) for each in pictures]
    made = Image.new(
        "RGB", (sum(each.width for each in small), max(each.height for each in small))
    )
    left = 0
    for each in small:
        made.paste(each, (left, 0))
        left += each.width
    return made


def surfaces(address: str) -> None:
    """Every screen of a campaign's preview, light and dark."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=CHROMIUM_FLAGS
        )
        page = signed_in(browser, "en")
        page.set_viewport_size({"width": 1_500, "height": 800})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.goto(f"{address}?preview_all=yes&preview_shade={theme}")
            page.wait_for_load_state("networkidle")
            shown = Image.open(io.BytesIO(page.locator("#phones").screenshot()))
            small = shown.resize((shown.width * 2 // 3, shown.height * 2 // 3))
            small.save(PICTURES / f"surfaces-{theme}.webp", quality=70)
        browser.close()


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=CHROMIUM_FLAGS
        )
        pages = [signed_in(browser, each) for each in LANGUAGES]
        beginnings = ["/admin/", *sys.argv[2:]]
        for number, address in enumerate(found(pages[0], beginnings)):
            name = re.sub(r"[^a-z]+", "-", kind(address).lower()).strip("-")[:60]
            for language, page in zip(LANGUAGES, pages, strict=True):
                made = sheet(list(shots(page, address)))
                made.save(folder / f"{number:02}-{name}-{language}.png")
        browser.close()


if __name__ == "__main__":
    if sys.argv[1] == "surfaces":
        surfaces(sys.argv[2])
    else:
        main(Path(sys.argv[1]))
