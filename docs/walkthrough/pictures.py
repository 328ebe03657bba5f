"""Takes the pictures of walkthrough.md by doing what it tells, on a fresh site.

First ``make up``, then ``.venv/bin/python docs/walkthrough/pictures.py``, with the
same PORT and PUSHSITE_VAR. CHROMIUM names a browser other than /usr/bin/chromium.
It leaves two campaigns and a schedule behind, so remove ``var/`` afterwards.
"""

import io
import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

HERE = Path(__file__).parent
VAR = Path(os.environ.get("PUSHSITE_VAR", HERE.parents[1] / "var"))
SITE = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Nothing but the site's own pages goes over the network.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# A desk's screen, drawn smaller: 1280 CSS pixels are 1100 of the picture.
WIDE: ViewportSize = {"width": 1280, "height": 873}
SCALE = 1100 / 1280
NARROW: ViewportSize = {"width": 360, "height": 750}
TITLE = "New in, {{ first_name | default: 'dear customer' }}"
TEXT = "The winter coats have arrived. Come in and try one on."


def take(page: Page, name: str, *, at: str = "") -> None:
    """Save what is seen as ``name``.png, scrolled to the heading ``at``."""
    if at:
        place = page.get_by_role("heading", name=at, exact=True).first
        place.evaluate("it => it.scrollIntoView({block: 'start'})")
    page.evaluate("document.fonts.ready")
    shot = Image.open(io.BytesIO(page.screenshot()))
    shot.convert("RGB").quantize(256).save(HERE / f"{name}.png", optimize=True)


def sign_in(page: Page) -> None:
    name, password = (VAR / "sign-in.txt").read_text().split()
    page.goto(f"{SITE}/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name=re.compile("^(Log|Sign) in")).click()
    page.wait_for_url(f"{SITE}/admin/")


def look_around(page: Page) -> None:
    """The dashboard, once the sample campaign has left."""
    page.get_by_text("Completed").first.wait_for(timeout=180_000)
    page.goto(f"{SITE}/admin/")
    take(page, "dashboard")


def begin(page: Page, point: str, name: str) -> None:
    """A new draft from that starting point, under that internal name."""
    page.goto(f"{SITE}/admin/campaigns/campaign/add/")
    page.get_by_role("button", name=f"Begin: {point}").click()
    page.get_by_label("Internal name").fill(name)


def choose_segment(page: Page, name: str) -> None:
    page.get_by_role("radio", name="A segment").check()
    page.get_by_label("Segment", exact=True).select_option(label=name)
    expect(page.locator("#reach")).to_contain_text("People:", timeout=20_000)


def compose(page: Page) -> None:
    begin(page, "Offer", "Winter coats")
    page.get_by_label("Title", exact=True).fill(TITLE)
    page.get_by_label("Text", exact=True).fill(TEXT)
    page.get_by_label("Where a tap goes").fill("https://shop.example/coats")
    choose_segment(page, "Seen in the last 90 days")
    page.get_by_role("radio", name="Now, when you launch it").check()
    expect(page.locator("#saved")).to_contain_text("Saved at")
    take(page, "compose", at="Message")


def test_it(page: Page) -> None:
    page.get_by_role("button", name="Send a test").click()
    page.get_by_role("button", name="Send the test").click()
    expect(page.locator("#live")).to_contain_text("Accepted", timeout=30_000)
    phones = page.context.new_page()
    phones.goto(f"{SITE}/phones/")
    take(phones, "phones")
    phones.close()


def launch(page: Page) -> None:
    page.get_by_role("link", name="Back to the message").first.click()
    page.get_by_role("button", name="Review and launch").click()
    page.wait_for_url(re.compile("/review/$"))
    take(page, "review", at="Who")
    typed = page.locator("#typed")
    typed.fill(typed.get_attribute("data-people") or "")
    take(page, "launch", at="Checks")
    page.get_by_role("button", name="Launch").click()
    page.wait_for_url(re.compile("/run/"))


def watch(page: Page) -> None:
    """From the countdown to the results."""
    page.locator("summary", has_text="Pause").wait_for(timeout=90_000)
    begun = re.compile(r"[1-9]\d* of ")
    expect(page.locator("[data-live-sentence]")).to_have_text(begun, timeout=60_000)
    take(page, "live")
    page.get_by_role("link", name="See the results").click(timeout=180_000)
    page.wait_for_url(re.compile("/results/$"))
    take(page, "results")


def open_one(page: Page) -> None:
    """Tap the message on a simulated phone, and find it counted."""
    results = page.url
    page.goto(f"{SITE}/phones/")
    page.locator("[data-n]:not([data-n=''])").first.click()
    expect(page.get_by_text("Reported as opened.").first).to_be_visible()
    page.goto(results)
    take(page, "opened", at="After it was handed over")


def ask_why(page: Page) -> None:
    """From the number of a reason to one person's answer."""
    page.get_by_role("link", name=re.compile("list them .*not allowed")).first.click()
    page.get_by_role("link", name=re.compile("^Why ")).first.click()
    page.wait_for_url(re.compile("/why/"))
    take(page, "why")


def every_week(page: Page) -> None:
    begin(page, "Weekly reminder", "Monday reminder")
    choose_segment(page, "French speakers in Europe")
    page.get_by_role("checkbox", name="Monday").check()
    page.locator("#when_start").fill(str(date.today() + timedelta(days=1)))
    page.locator("#when_time").fill("09:30")
    page.locator("#when_zone").fill("Europe/Paris")
    page.locator("#when_zone").blur()
    expect(page.locator("#told")).to_contain_text("Europe/Paris")
    expect(page.locator("#saved")).to_contain_text("Saved at")
    page.locator("#told").scroll_into_view_if_needed()
    take(page, "weekly")


def in_french(page: Page) -> None:
    page.locator(".ps-account summary").click()
    page.get_by_role("button", name="Français").click()
    page.goto(f"{SITE}/admin/")
    take(page, "french")


def on_a_phone(page: Page) -> None:
    page.set_viewport_size(NARROW)
    page.goto(f"{SITE}/admin/campaigns/campaign/")
    take(page, "narrow")


STEPS: list[Callable[[Page], None]] = [
    sign_in,
    look_around,
    compose,
    test_it,
    launch,
    watch,
    open_one,
    ask_why,
    every_week,
    in_french,
    on_a_phone,
]


def walk(browser: Browser) -> None:
    context = browser.new_context(
        viewport=WIDE, device_scale_factor=SCALE, locale="en-US", color_scheme="light"
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    for step in STEPS:
        step(page)


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        walk(chromium)
        chromium.close()
