"""A first campaign in French and by keyboard: from an empty site to why not him."""

import io
import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.delivery import firing
from campaigns.models import Campaign, MediaAsset, Run, Segment
from campaigns.models.states import CampaignState
from tests.browser.keyboard import Keyboard
from tests.browser.pipeline import Pipeline
from tests.browser.visiting import troubles, visit

pytestmark = [
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SOON = 20_000


def fr(words: str) -> str:
    """What the French page says; tests/check.sh sees to it that all of it is French."""
    with translation.override("fr"):
        said = translation.gettext(words)
    return re.sub(r"\s+", " ", said)


def photograph() -> dict[str, object]:
    made = io.BytesIO()
    Image.effect_noise((1600, 900), 60).convert("RGB").save(made, "JPEG")
    return {"name": "manteau.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def build_segment(page: Page, keys: Keyboard) -> None:
    keys.follow(fr("Segments"))
    keys.follow(fr("New segment"))
    keys.write(fr("Name"), "Paris")
    keys.write(fr("Condition %s: which one") % 1, "city")
    page.keyboard.press("Escape")
    keys.write(fr("Condition %s: value") % 1, "Paris")
    page.keyboard.press("Escape")
    expect(page.locator(".ps-sums")).to_contain_text("3", timeout=SOON)
    assert troubles(page) == []
    keys.follow(fr("Save"))
    expect(page.get_by_role("link", name="Paris", exact=True)).to_be_visible()


def upload_picture(page: Page, keys: Keyboard) -> None:
    keys.follow(fr("Media library"))
    keys.upload(fr("Choose files"), photograph())
    expect(page.locator("[data-uploads]")).to_contain_text("✓", timeout=SOON)
    keys.follow("manteau")
    page.wait_for_url(re.compile("/change/"))
    keys.write(
        fr("What it shows, for those who do not see it"),
        "Un manteau rouge sur la neige",
    )
    assert troubles(page) == []
    keys.follow(fr("Save"))
    page.wait_for_load_state()


def write_message(page: Page, keys: Keyboard) -> None:
    keys.follow(fr("Campaigns"))
    keys.follow(fr("New campaign"))
    keys.follow(fr("Blank"))
    page.wait_for_url(re.compile("/change/$"))
    keys.write(fr("Internal name"), "Soldes d’hiver")
    keys.write(fr("Title"), 'Bonjour {{ first_name | default: "à vous" }}')
    keys.write(fr("Text"), "Les soldes commencent demain.")
    keys.press(fr("Choose a picture"))
    expect(page.locator("dialog [data-choice]").first).to_be_visible(timeout=SOON)
    keys.press("manteau")
    expect(page.locator("[data-picture-name]").first).to_contain_text("manteau")


def add_english(page: Page, keys: Keyboard) -> None:
    keys.reach(fr("Add a language"), key="Shift+Tab")
    page.keyboard.press("Enter")
    keys.pick(fr("Language to add"), "angl")
    keys.press(fr("Add this language"))
    title = page.locator("#language-en [data-text=title]")
    expect(title).to_be_visible(timeout=SOON)
    keys.write(fr("Title"), 'Hello {{ first_name | default: "there" }}')
    keys.write(fr("Text"), "The sale begins tomorrow.")
    expect(page.locator("#phones")).to_contain_text("Hello", timeout=SOON)


def plan(page: Page, keys: Keyboard) -> None:
    keys.choose(fr("A segment"))
    keys.pick(fr("Segment"), "Paris")
    expect(page.locator("#reach")).to_contain_text("3", timeout=SOON)
    keys.choose(fr("Once, at a time"))
    tomorrow = timezone.now() + timedelta(days=1)
    page.locator("#when_start").fill(tomorrow.date().isoformat())
    page.locator("#when_time").fill("09:00")
    expect(page.locator("#saved")).to_contain_text(
        re.compile("Enregistré|enregistré"), timeout=SOON
    )
    assert troubles(page) == []


def schedule(page: Page, keys: Keyboard) -> None:
    keys.follow(fr("Review and launch"))
    page.wait_for_url(re.compile("/review/$"))
    assert troubles(page) == []
    keys.follow(fr("Schedule it"))
    page.wait_for_url(re.compile("/change/$"))
    expect(page.get_by_text(fr("Scheduled")).first).to_be_visible()


def read_results(page: Page, keys: Keyboard, run: Run) -> None:
    keys.follow(fr("Campaigns"))
    keys.follow("Soldes d’hiver")
    page.wait_for_load_state()
    if "/run/" not in page.url:
        page.goto(f"/admin/campaigns/run/{run.pk}/results/")
    expect(page.locator("main")).to_contain_text("2")
    assert troubles(page) == []


def ask_why_not(page: Page, keys: Keyboard) -> None:
    keys.reach(fr("Unsubscribed"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/people/"))
    keys.follow(fr("Why?"))
    expect(page.locator("main")).to_contain_text(fr("Unsubscribed"))
    assert troubles(page) == []


def fire(at: datetime) -> None:
    firing.fire(Campaign.objects.get().pk, at=at)


def test_from_an_empty_site_to_why_one_person_did_not_get_it(
    chromium: Browser, live_server: LiveServer, pipeline: Pipeline
) -> None:
    pipeline.give_a_key()
    paris = {"city": "Paris"}
    pipeline.phone("lea", locale="fr", attributes={**paris, "first_name": "Léa"})
    pipeline.phone("ann", locale="en", attributes={**paris, "first_name": "Ann"})
    pipeline.phone("max", locale="fr", attributes=paris, preference="unsubscribed")
    pipeline.phone("bob", locale="en", attributes={"city": "Rome"})

    with visit(chromium, live_server.url, "Administrator", language="fr") as page:
        keys = Keyboard(page)
        page.goto("/admin/")
        build_segment(page, keys)
        upload_picture(page, keys)
        write_message(page, keys)
        add_english(page, keys)
        plan(page, keys)
        schedule(page, keys)
        campaign = Campaign.objects.get()
        assert campaign.state == CampaignState.SCHEDULED
        assert campaign.next_at is not None
        fire(campaign.next_at)
        pipeline.begin()
        pipeline.send_all()
        run = Run.objects.get()
        read_results(page, keys, run)
        ask_why_not(page, keys)

    assert (Segment.objects.count(), MediaAsset.objects.count()) == (1, 1)
    assert pipeline.titles() == {"lea": "Bonjour Léa", "ann": "Hello Ann"}
