"""A marketer's first campaign, from sign-in to results, with the time of each step.

First ``make up`` on a fresh folder, then ``python -m docs.walkthrough.campaign`` with
the same PORT and PUSHSITE_VAR (docs/driving.py).
"""

import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect

from docs.driving import SITE, chromium, coat, desk, launched, saved, sign_in, take

HERE = Path(__file__).parent
TYPED_A_SECOND = 3.3
"""Signs: 40 words a minute, of five signs each."""
TITLE = "New in, {{ first_name | default: 'come and see' }}"
TEXT = "The winter coats have arrived. Come in and try one on."


@dataclass
class Walk:
    """A page, and how many signs were typed in the step that is walked now."""

    page: Page
    signs: int = 0
    told: list[str] = field(default_factory=list)

    def type(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).first.fill(text)
        self.signs += len(text)

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()

    def take(self, name: str, *, at: str = "") -> None:
        take(self.page, HERE / f"{name}.png", at=at)


def sign_in_and_look(walk: Walk) -> None:
    sign_in(walk.page)
    walk.signs += len("admin") + 16


def write(walk: Walk) -> None:
    page = walk.page
    page.get_by_role("link", name="New campaign").click()
    walk.press("Begin: Offer")
    walk.type("Internal name", "Winter coats")
    walk.type("Title", TITLE)
    walk.type("Text", TEXT)
    walk.type("Where a tap goes", "https://shop.example/coats")


def add_a_picture(walk: Walk) -> None:
    page = walk.page
    page.locator("[data-picture-open]").first.click()
    file = coat("Red coat", "#b3263a")
    page.locator("dialog input[type=file]").set_input_files(file)
    expect(page.locator("dialog .ps-said", has_text="✓")).to_be_visible()
    page.locator("[data-choice][data-name='Red coat']").click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Describe it in the library (new tab)").click()
    words = Walk(opened.value)
    words.type("What it shows, for those who do not see it", "A red coat on a hanger")
    words.press("Save")
    expect(opened.value.get_by_text("Saved.")).to_be_visible()
    opened.value.close()
    walk.signs += words.signs


def say_who_and_when(walk: Walk) -> None:
    page = walk.page
    page.get_by_role("radio", name="A segment").check()
    page.locator("#segment").select_option(label="Seen in the last 90 days")
    expect(page.locator("#reach")).to_contain_text("People:")
    page.get_by_role("radio", name="Now, when you launch it").check()
    saved(page)
    walk.take("compose", at="#message")


def send_a_test(walk: Walk) -> None:
    page = walk.page
    walk.press("Send a test")
    walk.press("Send the test")
    expect(page.locator("#live").get_by_text("●")).to_have_count(5, timeout=60_000)
    walk.take("test", at="#answers-heading")


def review(walk: Walk) -> None:
    page = walk.page
    page.get_by_role("link", name="Back to the message").first.click()
    walk.press("Review and launch")
    page.wait_for_url(re.compile("/review/$"))
    walk.take("review", at="#who")
    people = page.locator("#typed").get_attribute("data-people") or ""
    page.locator("#typed").fill(people)
    walk.signs += len(people)
    walk.take("checks", at="#checks")


def launch(walk: Walk) -> None:
    """With the thirty seconds in which it can be taken back."""
    walk.press("Launch")
    walk.page.wait_for_url(re.compile("/run/"))
    launched(walk.page)
    walk.take("live")


def watch(walk: Walk) -> None:
    page = walk.page
    page.get_by_role("link", name="See the results").wait_for(timeout=600_000)


def read_the_results(walk: Walk) -> None:
    """One simulated phone opens the message first."""
    page = walk.page
    there = page.get_by_role("link", name="See the results").get_attribute("href")
    page.goto(f"{SITE}/phones/")
    page.locator("[data-n]:not([data-n='']) button.ps-push").first.click()
    expect(page.get_by_text("Reported as opened.").first).to_be_visible()
    page.goto(f"{SITE}{there}")
    walk.take("results", at=".ps-headline")
    walk.told.append(page.locator(".ps-headline").inner_text().strip())


def ask_why(walk: Walk) -> None:
    page = walk.page
    page.get_by_role("link", name=re.compile("list them .*Unsubscribed")).first.click()
    page.get_by_role("link", name=re.compile("^Why ")).first.click()
    page.wait_for_url(re.compile("/why/"))
    walk.take("why")


STEPS: list[Callable[[Walk], None]] = [
    *(sign_in_and_look, write, add_a_picture, say_who_and_when, send_a_test),
    *(review, launch, watch, read_the_results, ask_why),
]


def walked(page: Page, steps: list[Callable[[Walk], None]]) -> str:
    """The steps as a table: what the script took, and what typing would add."""
    lines, whole, typing = [], 0.0, 0.0
    for step in steps:
        walk = Walk(page)
        began = time.monotonic()
        step(walk)
        took, typed = time.monotonic() - began, walk.signs / TYPED_A_SECOND
        whole, typing = whole + took, typing + typed
        name = step.__name__.replace("_", " ").capitalize()
        lines += [f"| {name} | {took:.0f} s | {typed:.0f} s |", *walk.told]
    lines.append(f"| **Together** | **{whole:.0f} s** | **{typing:.0f} s** |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with chromium() as browser:
        sys.stdout.write(walked(desk(browser), STEPS))
