"""A segment is built, read, tested and saved: by mouse, by keyboard, on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.audience.rules import FIELDS
from campaigns.models import Segment
from tests import builders
from tests.browser.visiting import troubles, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

expect.set_options(timeout=15_000)
ADD = reverse("admin:campaigns_segment_add")
NESTED = {
    "version": 1,
    "match": "all",
    "rules": [
        {"field": "country", "operator": "is_one_of", "value": ["FR"]},
        {
            "match": "any",
            "rules": [
                {
                    "field": "event",
                    "operator": "did",
                    "name": "purchase",
                    "value": {"times": 2, "days": 30},
                },
                {"field": "bucket", "operator": "between", "value": [0, 999]},
            ],
        },
    ],
}


def part(page: Page, name: str) -> Locator:
    return page.get_by_label(name, exact=True)


def furnish() -> None:
    anna = builders.person(external_id="anna", attributes={"city": "Paris"})
    builders.installation(anna)
    builders.person(external_id="bob", attributes={"city": "Rome"})


def test_a_condition_is_read_counted_and_saved(
    chromium: Browser, live_server: LiveServer
) -> None:
    furnish()
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(ADD)
        page.get_by_label("Name").fill("In Paris")
        part(page, "Condition 1: what to look at").select_option("attribute.text")
        part(page, "Condition 1: which one").fill("city")
        part(page, "Condition 1: comparison").select_option("is")
        part(page, "Condition 1: value").fill("Paris")
        expect(page.get_by_text("People whose city is “Paris”.")).to_be_visible()
        sums = page.locator(".ps-sums")
        expect(sums).to_contain_text("1 person")
        expect(sums).to_contain_text("1 device")
        assert troubles(page) == []
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("link", name="In Paris", exact=True)).to_be_visible()
    assert Segment.objects.get().rule["rules"] == [
        {"field": "attribute.text", "operator": "is", "name": "city", "value": "Paris"}
    ]


def test_a_saved_rule_comes_back_as_it_was(
    chromium: Browser, live_server: LiveServer
) -> None:
    segment = builders.segment(rule=NESTED)
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(reverse("admin:campaigns_segment_change", args=[segment.pk]))
        expect(part(page, "Condition 2.1: which one")).to_have_value("purchase")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
    segment.refresh_from_db()
    assert (segment.rule, segment.version) == (NESTED, 2)


def test_a_group_is_built_with_the_keyboard_alone(
    chromium: Browser, live_server: LiveServer
) -> None:
    furnish()
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(ADD)
        page.get_by_label("Name").fill("Either")
        page.get_by_role("button", name="Group", exact=True).press("Enter")
        expect(part(page, "Group 2: all, any or none")).to_be_focused()
        for number, town in (("2.1", "Paris"), ("2.2", "Rome")):
            part(page, f"Condition {number}: which one").press_sequentially("city")
            part(page, f"Condition {number}: value").press_sequentially(town)
        page.get_by_role("button", name="Remove 1", exact=True).press("Enter")
        said = "whose city is “Paris” or whose city is “Rome”"
        expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
        page.get_by_role("button", name="Save").press("Enter")
        expect(page.get_by_role("link", name="Either", exact=True)).to_be_visible()
    assert Segment.objects.get().rule["rules"][0]["match"] == "any"


def test_suggestions_are_taken_and_rules_moved_with_the_keyboard_alone(
    chromium: Browser, live_server: LiveServer
) -> None:
    furnish()
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(ADD)
        name = part(page, "Condition 1: which one")
        name.press("ArrowDown")
        expect(page.get_by_role("option", name="city 2 people")).to_be_visible()
        name.press("ArrowDown")
        name.press("Enter")
        expect(name).to_have_value("city")
        value = part(page, "Condition 1: value")
        value.press_sequentially("pa")
        value.press("ArrowDown")
        value.press("Enter")
        expect(value).to_have_value("Paris")
        expect(page.get_by_text("1 by itself")).to_be_visible()
        page.get_by_role("button", name="Except people who").press("Enter")
        expect(part(page, "Group 2: all, any or none")).to_have_value("none")
        part(page, "Condition 2.1: what to look at").select_option("platform")
        page.get_by_role("checkbox", name="Android").press("Space")
        expect(page.get_by_text("matches nobody", exact=False)).to_have_count(0)
        said = "whose city is “Paris”, except people who have a device with Android."
        expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
        expect(page.get_by_text("Nobody matches: each condition")).to_be_visible()
        page.get_by_role("button", name="Move 2 up").press("Enter")
        expect(page.get_by_role("button", name="Move 1 down")).to_be_focused()
        page.get_by_role("button", name="Remove 1", exact=True).press("Enter")
        expect(part(page, "Condition 1: what to look at")).to_be_focused()


def test_a_condition_of_nobody_says_what_was_perhaps_meant(
    chromium: Browser, live_server: LiveServer
) -> None:
    furnish()
    builders.event(builders.person(), "purchase")
    rule = {**NESTED, "rules": [dict(NESTED["rules"][1]["rules"][0], name="purchse")]}
    segment = builders.segment(rule=rule)
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(reverse("admin:campaigns_segment_change", args=[segment.pk]))
        expect(page.get_by_text("Did you mean “purchase”?")).to_be_visible()
        expect(page.get_by_text("condition 1 alone holds for nobody")).to_be_visible()
        assert troubles(page) == []


def test_a_wrong_condition_says_what_is_wrong_beside_it(
    chromium: Browser, live_server: LiveServer
) -> None:
    builders.application()
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(ADD)
        part(page, "Condition 1: what to look at").select_option("country")
        part(page, "Condition 1: add a value").fill("France")
        part(page, "Condition 1: add a value").press("Enter")
        wrong = page.locator(".ps-rule .ps-error")
        expect(wrong).to_contain_text("two letters")
        page.get_by_role("button", name="Remove the value France").click()
        part(page, "Condition 1: add a value").fill("FR")
        part(page, "Condition 1: add a value").press("Enter")
        expect(page.get_by_text("People whose country is France.")).to_be_visible()


def test_a_person_is_tested_condition_by_condition(
    chromium: Browser, live_server: LiveServer
) -> None:
    furnish()
    with visit(chromium, live_server.url, "Marketer") as page:
        page.goto(ADD)
        part(page, "Condition 1: which one").fill("city")
        part(page, "Condition 1: value").fill("Paris")
        part(page, "External id").fill("bob")
        part(page, "External id").press("Enter")
        expect(page.get_by_text("bob is not in this segment.")).to_be_visible()
        expect(page.locator(".ps-ladder")).to_contain_text("Rome")


def test_every_field_has_a_control_for_every_operator(
    chromium: Browser, live_server: LiveServer
) -> None:
    builders.application()
    with visit(chromium, live_server.url, "Marketer", width=360) as page:
        page.goto(ADD)
        for key, field in FIELDS.items():
            part(page, "Condition 1: what to look at").select_option(key)
            for operator in field.operators.values():
                part(page, "Condition 1: comparison").select_option(operator.key)
                controls = page.locator(".ps-rule").locator("input, select")
                extra = controls.count() - 2 - (field.name.widget != "none")
                takes_value = operator.value.widget != "none"
                assert (extra > 0) == takes_value, (key, operator.key)
            assert troubles(page) == [], key


def test_without_scripts_the_page_says_what_is_missing(
    chromium: Browser, live_server: LiveServer
) -> None:
    builders.application()
    with visit(chromium, live_server.url, "Marketer", scripts=False) as page:
        page.goto(ADD)
        expect(page.get_by_text("Building a segment needs JavaScript")).to_be_visible()
        assert page.locator("textarea").count() == 0
