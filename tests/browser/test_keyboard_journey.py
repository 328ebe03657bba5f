"""The whole composer by keyboard alone, on a wide screen and on a phone's.

From a blank page to the review: three languages, a picture, two buttons, words for one
platform, a condition, and a test on a phone that is paired on the way.
"""

import io
import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Campaign, TestSend
from devices.models import Installation
from tests import pictures
from tests.browser import axe
from tests.browser.keyboard import Keyboard
from tests.browser.pipeline import Pipeline
from tests.browser.visiting import troubles, visit

pytestmark = [
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SOON = 20_000
BOOTS = {
    "name": "boots.jpg",
    "mimeType": "image/jpeg",
    "buffer": pictures.jpeg((1600, 900)),
}
SAVED = re.compile("Saved at")


def sound(page: Page) -> None:
    """Nothing on this page keeps anybody out."""
    assert troubles(page) == []
    assert axe.violations(page) == []


def add_picture(page: Page, keys: Keyboard) -> None:
    """Upload one, and say what it shows."""
    keys.upload("Choose files", BOOTS)
    expect(page.locator("[data-uploads]")).to_contain_text("✓", timeout=SOON)
    keys.follow("boots")
    keys.write("What it shows, for those who do not see it", "Boots in the snow")
    keys.follow("Save")


def write_english(page: Page, keys: Keyboard) -> None:
    keys.follow("New campaign")
    keys.follow("Begin: Blank")
    page.wait_for_url(re.compile("/change/$"))
    keys.write("Internal name", "Winter boots")
    keys.write("Title", 'Hello {{ first_name | default: "there" }}')
    keys.write("Text", "Boots are back. ")
    differ_by_city(page, keys)
    keys.reach("Where a tap goes", key="Shift+Tab")
    page.keyboard.insert_text("https://shop.example/boots")
    keys.press("Choose a picture")
    expect(page.locator("dialog [data-choice]").first).to_be_visible(timeout=SOON)
    keys.press("boots")
    expect(page.locator("[data-picture-name]").first).to_contain_text("boots")


def differ_by_city(page: Page, keys: Keyboard) -> None:
    """A condition from menus, put where the text ends."""
    keys.reach("Show different text if…")
    page.keyboard.press("Enter")
    expect(page.get_by_label("What everybody else reads")).to_be_visible(timeout=SOON)
    keys.pick("Condition 1.1: value of the person", "city")
    of_dates = page.locator("#differ option[value^='date.']")
    expect(of_dates).to_have_count(0, timeout=SOON)
    keys.pick("Condition 1.1: comparison", "is")
    expect(page.get_by_label("Condition 1.1: compared with")).to_be_visible(
        timeout=SOON
    )
    keys.write("Condition 1.1: compared with", "Paris")
    keys.write("What text 1 says", "Try them on in Paris.")
    keys.write("What everybody else reads", "Try them on at home.")
    keys.press("Put it into the text")
    expect(page.get_by_label("Text", exact=True)).to_be_focused(timeout=SOON)


def add_language(page: Page, keys: Keyboard, name: str, tag: str, words: list) -> None:
    keys.reach("Add a language", key="Shift+Tab")
    page.keyboard.press("Enter")
    keys.pick("Language to add", name)
    keys.press("Add this language")
    expect(page.locator(f"#language-{tag} [data-text=title]")).to_be_focused(
        timeout=SOON
    )
    for word in words:
        page.keyboard.insert_text(word)
        page.keyboard.press("Tab")
    tab = page.get_by_role("tab", name=re.compile(name, re.IGNORECASE))
    expect(tab).to_contain_text("complete", timeout=SOON)


def add_buttons(page: Page, keys: Keyboard) -> None:
    keys.reach("Buttons")
    page.keyboard.press("Enter")
    keys.write("Label of button 1", "See them")
    keys.write("Where button 1 goes", "https://shop.example/boots")
    keys.write("Label of button 2", "Later")


def differ_on_android(page: Page, keys: Keyboard) -> None:
    keys.reach("Differences per platform")
    page.keyboard.press("Enter")
    keys.reach("Android")
    page.keyboard.press("Enter")
    keys.write("Title (Android)", "Boots, {{ first_name | default: 'you' }}!")


def pair_a_phone(page: Page, keys: Keyboard) -> None:
    """The code on the screen, typed in the app of a simulated phone."""
    keys.follow("Pair a phone")
    keys.follow("Show a code")
    sound(page)
    code = page.locator("[data-code]").inner_text()
    call_command("phone", "Ana", "--code", code, stdout=io.StringIO())
    expect(page.locator("#live")).to_contain_text("is your test phone", timeout=SOON)
    keys.follow("Back to the test")


def send_a_test(page: Page, keys: Keyboard, pipeline: Pipeline) -> None:
    keys.follow("Send a test")
    page.wait_for_url(re.compile("/test/$"))
    pair_a_phone(page, keys)
    sound(page)
    keys.follow("Send the test")
    pipeline.send_tests()
    expect(page.locator("#live")).to_contain_text("Accepted", timeout=SOON)
    keys.follow("Back to the message")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_message_is_composed_tested_and_reviewed_by_keyboard(
    chromium: Browser, live_server: LiveServer, pipeline: Pipeline, width: int
) -> None:
    pipeline.give_a_key()
    pipeline.phone(
        "lea", locale="fr", attributes={"first_name": "Léa", "city": "Paris"}
    )
    pipeline.settings.SITE_URL = live_server.url
    pipeline.settings.MEDIA_URL = f"{live_server.url}/m/"
    with visit(chromium, live_server.url, "Administrator", width=width) as page:
        keys = Keyboard(page)
        page.goto("/admin/campaigns/mediaasset/")
        add_picture(page, keys)
        page.goto("/admin/campaigns/campaign/")
        write_english(page, keys)
        add_language(page, keys, "French", "fr", FRENCH)
        add_language(page, keys, "Arabic", "ar", ARABIC)
        add_buttons(page, keys)
        differ_on_android(page, keys)
        keys.choose("Everyone of Shop")
        keys.choose("Now, when you launch it")
        expect(page.locator("#saved")).to_contain_text(SAVED, timeout=SOON)
        sound(page)
        send_a_test(page, keys, pipeline)
        keys.follow("Review and launch")
        page.wait_for_url(re.compile("/review/$"))
        sound(page)
        expect(page.get_by_role("button", name="Launch")).to_be_enabled()

    assert Installation.objects.filter(is_test=True, model="Ana").count() == 1
    assert [each.verdict for each in TestSend.objects.all()] == ["accepted"]
    said = Campaign.objects.get()
    assert [each["locale"] for each in said.translations] == ["fr", "ar"]
    assert [each["label"] for each in said.buttons] == ["See them", "Later"]
    assert said.platforms["android"]["title"].startswith("Boots,")


FRENCH = ['Bonjour {{ first_name | default: "à vous" }}', "Les bottes sont de retour."]
ARABIC = ['مرحبا {{ first_name | default: "بك" }}', "عادت الأحذية."]
