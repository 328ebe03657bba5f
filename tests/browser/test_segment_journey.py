"""A marketer says whom they mean, reads it, looks at one person, and writes to them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.admin import catalogue
from campaigns.models import Campaign, Segment
from tests import builders
from tests.browser.visiting import troubles, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
expect.set_options(timeout=15_000)
READ = {
    "en": [
        "People whose country is France or Belgium",
        "at least 2 times in the last 30 days",
        "who did not do “purchase” in the last 90 days",
        "who were sent no message in the last 7 days",
    ],
    "fr": [
        "Personnes dont le pays est France ou Belgique",
        "au moins 2 fois dans les 30 derniers jours",
        "dans les 90 derniers jours",
        "à qui aucun message n’a été envoyé dans les 7 derniers jours",
    ],
}
COUNTRIES = {"en": ("France", "Belgium"), "fr": ("France", "Belgique")}


def furnish() -> None:
    """Anna is meant; Bob opened too rarely, and Carla bought."""
    for name, country, opened in (
        ("anna", "FR", 2),
        ("bob", "BE", 1),
        ("carla", "FR", 3),
    ):
        person = builders.person(external_id=name, country=country)
        builders.installation(person)
        for days in range(opened):
            when = timezone.now() - timedelta(days=days + 1)
            builders.event(person, "app_open", at=when)
    builders.event(person, "purchase", at=timezone.now() - timedelta(days=60))


class Builder:
    """The controls of a condition, by what the page calls them in its language."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        with translation.override(language):
            self.words = catalogue.words()

    def part(self, word: str, number: int) -> Locator:
        label = self.words[word] % number
        return self.page.get_by_label(label, exact=True)

    def looks_at(self, number: int, field: str, operator: str) -> None:
        self.part("field", number).select_option(field)
        self.part("operator", number).select_option(operator)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_segment_is_built_read_tested_saved_and_written_to(
    chromium: Browser, live_server: LiveServer, language: str
) -> None:
    furnish()
    with visit(chromium, live_server.url, "Marketer", language=language) as page:
        page.goto(reverse("admin:campaigns_segment_add"))
        build(page, Builder(page, language), language)
        for words in READ[language]:
            expect(page.locator(".ps-headline")).to_contain_text(words)
        expect(page.locator(".ps-sums strong").first).to_have_text("1")
        expect(page.locator(".ps-rule-told").first).to_contain_text("3")
        page.locator("#tested-person").fill("carla")
        page.locator("#tested-person").press("Enter")
        expect(page.locator(".ps-ladder .ps-no")).to_have_count(1)
        assert troubles(page) == []
        page.locator("form button[type=submit].ps-primary").click()
        page.get_by_role("link", name="Regulars", exact=True).click()
        with translation.override(language):
            page.get_by_role(
                "button", name=gettext("Create follow-up campaign")
            ).click()
        page.wait_for_url("**/campaigns/campaign/**")
        expect(page.locator("select#segment")).to_have_value(
            str(Segment.objects.get().pk)
        )
    assert Campaign.objects.get().segment == Segment.objects.get()


def build(page: Page, builder: Builder, language: str) -> None:
    page.locator("#segment-name").fill("Regulars")
    builder.looks_at(1, "country", "is_one_of")
    for name in COUNTRIES[language]:
        builder.part("another", 1).fill(name)
        builder.part("another", 1).press("Enter")
    add = page.locator("fieldset > .ps-row button.ps-button").first
    for number in (2, 3, 4):
        add.click()
        expect(builder.part("field", number)).to_be_visible()
    builder.looks_at(2, "event", "did")
    builder.part("name", 2).fill("app_open")
    builder.part("times", 2).fill("2")
    builder.looks_at(3, "event", "did_not")
    builder.part("name", 3).fill("purchase")
    builder.part("days", 3).fill("90")
    builder.looks_at(4, "messages", "sent_none")
    builder.part("days", 4).fill("7")


def test_steps_are_undone_the_rules_are_json_and_conditions_dragged(
    chromium: Browser, live_server: LiveServer
) -> None:
    rule = {
        "version": 1,
        "match": "all",
        "rules": [
            {"field": "country", "operator": "is_one_of", "value": ["FR"]},
            {"field": "bucket", "operator": "between", "value": [0, 999]},
        ],
    }
    segment = builders.segment(rule=rule)
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(reverse("admin:campaigns_segment_change", args=[segment.pk]))
        builder = Builder(page, "en")
        expect(builder.part("field", 1)).to_have_value("country")
        page.locator(".ps-handle").nth(1).hover()
        page.mouse.down()
        # A browser tells what is below only once something moved over it.
        page.locator(".ps-rule-head").first.hover()
        page.locator(".ps-rule-head").first.hover()
        page.mouse.up()
        expect(builder.part("field", 1)).to_have_value("bucket")
        page.get_by_role("button", name="Undo").click()
        expect(builder.part("field", 1)).to_have_value("country")
        page.get_by_role("button", name="Redo").click()
        expect(builder.part("field", 1)).to_have_value("bucket")
        page.get_by_text("As JSON, for developers").click()
        area = page.locator("#segment-json")
        area.fill(area.input_value().replace('"bucket"', '"user__password"'))
        page.get_by_role("button", name="Check and use this JSON").click()
        expect(page.get_by_text("rules/0/field")).to_be_visible()
        area.fill(area.input_value().replace("user__password", "bucket"))
        page.get_by_role("button", name="Check and use this JSON").click()
        expect(page.get_by_text("rules/0/field")).to_have_count(0)
        assert troubles(page) == []
