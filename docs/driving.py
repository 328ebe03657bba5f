"""What the scripts of docs/ share: a browser at a fresh site, and pictures of it.

First ``make up``; the scripts take the same PORT and PUSHSITE_VAR. CHROMIUM names a
browser other than /usr/bin/chromium. They leave campaigns behind, so remove ``var/``
afterwards.
"""

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import (
    Browser,
    FilePayload,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("PUSHSITE_VAR", ROOT / "var"))
SITE = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Nothing but the site's own pages goes over the network.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# A desk's screen, drawn smaller: 1280 CSS pixels are 1100 of the picture.
WIDE: ViewportSize = {"width": 1280, "height": 873}
SCALE = 1100 / 1280
NARROW: ViewportSize = {"width": 360, "height": 750}
SOON = 20_000

expect.set_options(timeout=SOON)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def desk(browser: Browser, locale: str = "en-US") -> Page:
    """A page of a browser that asks for that language, in light colours."""
    context = browser.new_context(
        viewport=WIDE, device_scale_factor=SCALE, locale=locale, color_scheme="light"
    )
    context.set_default_timeout(SOON)
    return context.new_page()


def sign_in(page: Page) -> None:
    name, password = (VAR / "sign-in.txt").read_text().split()
    page.goto(f"{SITE}/admin/")
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(password)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(f"{SITE}/admin/")


def take(page: Page, path: Path, *, at: str = "", whole: bool = False) -> None:
    """Save what is seen, scrolled to the element ``at`` (a selector), or all."""
    if at:
        page.locator(at).first.evaluate(
            "it => { it.scrollIntoView({block: 'start'}); scrollBy(0, -72); }"
        )
    page.evaluate("document.fonts.ready")
    page.mouse.move(0, 0)
    if "/run/" not in page.url:
        # A run does not wait; pictures of elsewhere may still be on their way.
        page.wait_for_timeout(400)
    shot = Image.open(
        io.BytesIO(page.screenshot(animations="disabled", full_page=whole))
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    small = shot.convert("RGB").quantize(
        256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    )
    small.save(path, optimize=True)


def launched(page: Page) -> None:
    """Wait until the run that the page shows has handed something over."""
    begun = re.compile(r"^\s*[1-9]")
    expect(page.locator("[data-live-sentence]")).to_have_text(begun, timeout=120_000)


def saved(page: Page) -> None:
    """Wait until all that was typed is kept; every language has a digit in it."""
    page.wait_for_timeout(1_500)
    expect(page.locator("#saved")).to_have_text(re.compile(r"\d"))


def coat(name: str, colour: str) -> FilePayload:
    """A file to upload: a coat before a hill of snow, 1600 pixels wide and 900 high."""
    picture = Image.new("RGB", (1600, 900), "#cfe3f2")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((-500, 560, 1300, 1500), fill="#f6fafd")
    pen.ellipse((500, 640, 2300, 1600), fill="#ffffff")
    pen.arc((1085, 110, 1135, 170), 180, 60, fill="#555555", width=10)
    pen.line((1110, 165, 1110, 200), fill="#555555", width=10)
    pen.polygon(COAT, fill=colour)
    pen.line((1110, 215, 1110, 735), fill="#ffffff", width=6)
    for height in (330, 450, 570):
        pen.ellipse((1125, height, 1149, height + 24), fill="#ffffff")
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return {
        "name": f"{name}.png",
        "mimeType": "image/png",
        "buffer": kept.getvalue(),
    }


COAT = [
    *((1040, 200), (1180, 200), (1290, 270), (1370, 560), (1300, 590)),
    *((1240, 410), (1290, 740), (930, 740), (980, 410), (920, 590)),
    *((850, 560), (930, 270)),
]
