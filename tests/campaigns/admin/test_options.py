"""Writing what each platform says and does otherwise, and keeping what was written."""

import json
from typing import Any

import pytest
from django.test import Client

from campaigns.models import AndroidChannel, Campaign, Destination
from tests import builders
from tests.campaigns.admin.posting import form
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db
EVERYWHERE = ["android", "ios", "web", "windows"]


def address(campaign: Campaign, page: str = "change") -> str:
    return f"/admin/campaigns/campaign/{campaign.pk}/{page}/"


@pytest.fixture
def marketer() -> Client:
    return signed_in("Marketer")


@pytest.fixture
def draft() -> Campaign:
    return builders.campaign(title="Hello", body="Come in.")


def posted(draft: Campaign, **fields: Any) -> dict[str, Any]:
    named = {name.replace("__", ":"): value for name, value in fields.items()}
    return {**form(draft), "options": "1", "sent_to": EVERYWHERE, **named}


def written(client: Client, draft: Campaign, **fields: Any) -> Campaign:
    answer = client.post(address(draft), posted(draft, **fields))
    assert answer.status_code == 302
    return Campaign.objects.get(pk=draft.pk)


def test_what_a_platform_says_and_does_is_saved_as_values_of_their_kind(
    marketer: Client, draft: Campaign
) -> None:
    now = written(
        marketer,
        draft,
        ios__title="On a phone",
        ios__relevance="0,5",
        ios__wakes="yes",
        ios__title_arguments="one\r\n\r\ntwo",
        all__priority="normal",
    )

    assert now.platforms == {
        "all": {"priority": "normal"},
        "ios": {
            "title": "On a phone",
            "relevance": 0.5,
            "wakes": True,
            "title_arguments": ["one", "two"],
        },
    }


def test_switching_a_platform_off_or_to_silent_keeps_what_was_written(
    marketer: Client, draft: Campaign
) -> None:
    written(marketer, draft, web__title="In a browser")
    draft.refresh_from_db()
    others = ["android", "ios", "windows"]
    off = written(marketer, draft, web__title="In a browser", sent_to=others)
    off.refresh_from_db()
    silent = written(marketer, off, web__title="In a browser", all__kind="silent")

    assert off.platforms == {"web": {"title": "In a browser", "off": True}}
    assert silent.platforms["web"] == {"title": "In a browser"}
    assert (silent.title, silent.body) == ("Hello", "Come in.")


def test_a_form_that_does_not_speak_of_options_keeps_them(
    marketer: Client, draft: Campaign
) -> None:
    kept = {"ios": {"thread": "news"}}
    Campaign.objects.filter(pk=draft.pk).update(platforms=kept, data={"a": "b"})

    marketer.post(address(draft), form(draft, title="Another"))

    draft.refresh_from_db()
    assert (draft.title, draft.platforms, draft.data) == ("Another", kept, {"a": "b"})


def test_buttons_and_custom_data_are_rows_of_which_empty_ones_do_not_count(
    marketer: Client, draft: Campaign
) -> None:
    rows = {
        "button.1.label": "Open",
        "button.2.label": "",
        "button.3.label": "Later",
        "button.3.link": "https://shop.example/later",
        "data.name": ["screen", ""],
        "data.value": ["offers", ""],
    }

    now = written(marketer, draft, **rows)

    assert now.buttons == [
        {"label": "Open", "link": ""},
        {"label": "Later", "link": "https://shop.example/later"},
    ]
    assert now.data == {"screen": "offers"}


def test_a_wrong_value_is_kept_and_told_beside_its_field(
    marketer: Client, draft: Campaign
) -> None:
    fields = posted(draft, ios__relevance="very", android__color="red")
    told = json.loads(marketer.post(address(draft, "live"), fields).content)

    assert set(told["errors"]) == {"ios:relevance", "android:color"}
    now = written(marketer, draft, ios__relevance="very")
    assert now.platforms == {"ios": {"relevance": "very"}}
    page = marketer.get(address(draft)).content.decode()
    assert 'value="very"' in page
    assert "Write a number from 0 to 1." in page


def test_the_page_shows_what_is_in_effect_where_a_platform_says_nothing(
    marketer: Client, draft: Campaign
) -> None:
    AndroidChannel.objects.create(
        application=draft.application, key="news", name="News", is_fallback=True
    )
    Campaign.objects.filter(pk=draft.pk).update(
        platforms={"all": {"priority": "normal"}}
    )

    page = marketer.get(address(draft)).content.decode()

    assert page.count("As usual: When it suits the battery") == 3
    assert "As usual: News" in page
    assert 'placeholder="Hello"' in page


def test_the_preview_shows_each_platforms_own_words(
    marketer: Client, draft: Campaign
) -> None:
    fields = posted(draft, ios__title="Only on iPhones", web__title="Only in browsers")

    told = json.loads(marketer.post(address(draft, "live"), fields).content)

    assert "Only on iPhones" in told["phones"]
    assert "Only in browsers" in told["phones"]


def test_the_preview_says_when_no_platform_is_chosen(
    marketer: Client, draft: Campaign
) -> None:
    answer = marketer.post(address(draft, "live"), posted(draft, sent_to=[]))

    said = json.loads(answer.content)["skip"]
    assert said.startswith("It is sent to no platform")


def test_a_destination_is_picked_and_its_parameters_asked(
    marketer: Client, draft: Campaign
) -> None:
    Destination.objects.create(
        application=draft.application,
        key="product",
        name="A product",
        web="https://shop.example/{sku}",
        parameters=[{"name": "sku", "kind": "text", "required": True}],
    )
    rows = {"destination": "product", "destination.sku": "42"}

    now = written(marketer, draft, **rows)

    chosen = {"key": "product", "values": {"sku": "42"}}
    assert now.platforms == {"all": {"destination": chosen}}
    page = marketer.get(address(draft)).content.decode()
    assert 'name="destination.sku"' in page
    assert now.content()["platforms"]["web"]["link"] == "https://shop.example/42"
