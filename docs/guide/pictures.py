"""Takes the pictures of the guide by doing what it tells, in both languages.

First ``make up`` on a fresh folder, then ``python -m docs.guide.pictures`` with the
same PORT and PUSHSITE_VAR (docs/driving.py); ``... fr`` takes the French ones alone.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from docs.driving import (
    NARROW,
    SITE,
    WIDE,
    chromium,
    coat,
    desk,
    launched,
    saved,
    sign_in,
    take,
)
from docs.guide.words import TEXTS, WORDS

HERE = Path(__file__).parent / "pictures"


@dataclass
class Guide:
    """One language's walk: ``say`` are labels, ``text`` is what we type."""

    page: Page
    language: str

    def say(self, english: str) -> str:
        return WORDS[english] if self.language == "fr" else english

    def text(self, key: str) -> str:
        return TEXTS[key][self.language]

    def take(self, name: str, *, at: str = "", whole: bool = False) -> None:
        path = HERE / self.language / f"{name}.png"
        take(self.page, path, at=at, whole=whole)

    def go(self, path: str) -> None:
        self.page.goto(f"{SITE}/admin/{path}")

    def press(self, english: str) -> None:
        self.page.get_by_role("button", name=self.say(english), exact=True).click()

    def field(self, english: str, value: str) -> None:
        self.page.get_by_label(self.say(english), exact=True).first.fill(value)

    def unfold(self, english: str) -> None:
        self.page.locator("summary", has_text=self.say(english)).click()


def dashboard(guide: Guide) -> None:
    """Once the sample campaign has left."""
    guide.page.get_by_text(guide.say("Completed")).first.wait_for(timeout=180_000)
    guide.go("")
    guide.take("dashboard", whole=True)


def segment(guide: Guide) -> None:
    """Who opened the last message and was seen this week."""
    page = guide.page
    guide.go("campaigns/segment/add/?recipe=opened_last")
    guide.field("Name", guide.text("segment"))
    guide.press("Condition")
    second = page.locator(".ps-rule").nth(1)
    second.locator("select").first.select_option("last_seen")
    second.locator("select").nth(1).select_option("in_last_days")
    second.locator("input[type=number]").fill("7")
    expect(page.locator(".ps-sums strong")).to_have_count(3)
    guide.unfold("Ten people who match, and why")
    expect(page.locator(".ps-list a").first).to_be_visible()
    guide.take("segment")
    guide.press("Save")


def picture(guide: Guide) -> None:
    page = guide.page
    guide.go("campaigns/mediaasset/")
    chosen = coat(guide.text("picture"), guide.text("colour"))
    page.locator("input[type=file]").set_input_files(chosen)
    tile = page.locator(".ps-tile", has_text=guide.text("picture"))
    tile.locator("a").first.click()
    shown = page.locator("[data-focal] img")
    wide, high = shown.evaluate("it => [it.clientWidth, it.clientHeight]")
    shown.click(position={"x": wide * 0.69, "y": high * 0.5}, force=True)
    guide.field("What it shows, for those who do not see it", guide.text("shows"))
    guide.press("Save")
    page.wait_for_load_state("networkidle")
    guide.take("picture")


def begin(guide: Guide, point: str, name: str, segment: str) -> None:
    """A draft from that starting point, for a segment."""
    page = guide.page
    guide.go("campaigns/campaign/add/")
    page.locator(f"button[value={point}]").click()
    guide.field("Internal name", name)
    page.get_by_role("radio", name=guide.say("A segment"), exact=True).check()
    page.locator("#segment").select_option(label=segment)
    expect(page.locator("#reach")).to_contain_text(re.compile(r"\d"))


def compose(guide: Guide) -> None:
    page = guide.page
    begin(guide, "offer", guide.text("name"), "Seen in the last 90 days")
    guide.field("Title", guide.text("title"))
    guide.field("Text", guide.text("body"))
    guide.field("Where a tap goes", "https://shop.example/coats")
    page.locator("#locale").select_option(guide.language)
    page.locator("[data-picture-open]").first.click()
    page.locator(f"[data-choice][data-name='{guide.text('picture')}']").click()
    somebody = page.locator("#person option", has_text="sample-").first
    page.locator("#person").select_option(somebody.get_attribute("value"))
    now = guide.say("Now, when you launch it")
    page.get_by_role("radio", name=now).check()
    saved(page)
    guide.take("compose", at="#message")


def languages(guide: Guide) -> None:
    """The same message in the guide's other language."""
    page = guide.page
    other = "en" if guide.language == "fr" else "fr"
    guide.unfold("Add a language")
    page.locator("#new_language").select_option(other)
    guide.press("Add this language")
    page.locator(f"[name='{other}.title']").fill(TEXTS["title"][other])
    page.locator(f"[name='{other}.body']").fill(TEXTS["body"][other])
    saved(page)
    guide.take("languages", at="#languages")


def preview(guide: Guide) -> None:
    """On every kind of screen, in the dark."""
    page = guide.page
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.locator("#preview_shade").select_option("dark")
    page.locator("[name=preview_all]").check()
    page.wait_for_load_state("networkidle")
    guide.take("preview", at="#preview")
    page.emulate_media(color_scheme="light")
    page.reload()


def test(guide: Guide) -> None:
    page = guide.page
    guide.press("Send a test")
    guide.press("Send the test")
    accepted = page.locator("#live").get_by_text("●")
    expect(accepted).to_have_count(5, timeout=60_000)
    guide.take("test", at="#answers-heading")


def review(guide: Guide) -> None:
    page = guide.page
    page.get_by_role("link", name=guide.say("Back to the message")).first.click()
    guide.press("Review and launch")
    page.wait_for_url(re.compile("/review/$"))
    guide.take("review", at="#who")
    typed = page.locator("#typed")
    typed.fill(typed.get_attribute("data-people") or "")
    page.locator("#launch button").click()
    page.wait_for_url(re.compile("/run/"))


def live(guide: Guide) -> None:
    """From the countdown to a pause, and on a phone too."""
    page = guide.page
    pause = page.locator("summary", has_text=guide.say("Pause"))
    pause.click(timeout=120_000)
    guide.field("Why (shown to your team)", guide.text("why"))
    launched(page)
    guide.take("live")
    guide.press("Pause this run")
    page.get_by_role("link", name=guide.say(CORRECT)).wait_for()
    page.set_viewport_size(NARROW)
    guide.take("paused")
    page.set_viewport_size(WIDE)


CORRECT = "Correct the message for the rest"
SEE = "See the results"


def correct(guide: Guide) -> None:
    page = guide.page
    page.get_by_role("link", name=guide.say(CORRECT)).click()
    guide.field("Where a tap goes", "https://shop.example/winter-coats")
    guide.press("See how it looks")
    page.wait_for_load_state("networkidle")
    guide.take("correct")
    page.locator("button[value=correct]").click()
    guide.unfold("Resume")
    guide.press("Resume this run")
    page.get_by_role("link", name=guide.say(SEE)).wait_for(timeout=180_000)


def results(guide: Guide) -> None:
    """After some of the simulated phones opened the message."""
    page = guide.page
    there = page.get_by_role("link", name=guide.say(SEE)).get_attribute("href")
    page.goto(f"{SITE}/phones/")
    phones = page.locator("[data-n]:not([data-n='']) button.ps-push")
    for each in range(min(6, phones.count())):
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            phones.nth(each).click()
    page.goto(f"{SITE}{there}")
    guide.take("results", at=".ps-headline")


def why(guide: Guide) -> None:
    page = guide.page
    page.locator("a[href*='what=300']").first.click()
    page.locator("a[href*='/why/']").first.click()
    page.wait_for_url(re.compile("/why/"))
    guide.take("why")


def calendar(guide: Guide) -> None:
    """With a campaign that is planned every Monday."""
    page = guide.page
    begin(guide, "reminder", guide.text("weekly"), "French speakers in Europe")
    page.locator("[name=when_weekdays]").first.check()
    page.locator("#when_start").fill(str(date.today() + timedelta(days=1)))
    page.locator("#when_time").fill(guide.text("time"))
    page.locator("#when_zone").fill("Europe/Paris")
    page.locator("#when_zone").blur()
    expect(page.locator("#told")).to_contain_text("Europe/Paris")
    saved(page)
    guide.press("Review and launch")
    page.wait_for_url(re.compile("/review/$"))
    page.locator("#launch button").click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name=guide.say("Calendar"), exact=True).click()
    page.wait_for_load_state("networkidle")
    guide.take("calendar", at="tr:has([aria-current=date])")


def primer(guide: Guide) -> None:
    page = guide.page
    guide.go("campaigns/primer/add/")
    guide.field("Internal name", guide.text("primer"))
    page.locator("[name=example][value=prices]").check()
    guide.press("Create the draft")
    page.locator("[data-shown]").select_option(guide.language)
    page.wait_for_load_state("networkidle")
    guide.take("primer")


def answers(guide: Guide) -> None:
    """Of the sample's own primer, which simulated phones answered."""
    guide.go("campaigns/primer/")
    guide.page.locator("a[href$='/answers/']").last.click()
    guide.page.wait_for_url(re.compile("/answers/$"))
    guide.take("answers")


def phone(guide: Guide) -> None:
    guide.page.set_viewport_size(NARROW)
    guide.go("campaigns/campaign/")
    guide.take("phone")


STEPS: list[Callable[[Guide], None]] = [
    *(dashboard, segment, picture, compose, languages, preview, test, review),
    *(live, correct, results, why, calendar, primer, answers, phone),
]


def walk(page: Page, language: str) -> None:
    guide = Guide(page, language)
    sign_in(page)
    for step in STEPS:
        step(guide)


if __name__ == "__main__":
    with chromium() as browser:
        for language in sys.argv[1:] or ["en", "fr"]:
            walk(desk(browser, {"en": "en-US", "fr": "fr-FR"}[language]), language)
