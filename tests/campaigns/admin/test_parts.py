"""Buttons, cards, pictures and texts that a language or a platform has of its own."""

import json
from typing import Any

import pytest
from django.test import Client

from campaigns.content.render import compile_content
from campaigns.models import Campaign, Destination
from devices.gateways import apns_message, fcm_message, webpush_message
from tests import builders
from tests.campaigns.admin.posting import form
from tests.campaigns.admin.staff import signed_in
from tests.pictures import uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]
EVERYWHERE = ["android", "ios", "web", "windows"]
CARDS = {
    "card.1.title": "Coats",
    "card.1.body": "{{ first_name | default: 'You' }}",
    "card.2.title": "Boots",
    "card.2.body": "For rain",
    "card.2.link": "https://shop.example/boots",
}


def address(campaign: Campaign, page: str = "change") -> str:
    return f"/admin/campaigns/campaign/{campaign.pk}/{page}/"


@pytest.fixture
def marketer() -> Client:
    return signed_in("Marketer")


@pytest.fixture
def draft() -> Campaign:
    return builders.campaign(title="Hello", body="Come in.", locale="en")


def posted(draft: Campaign, **fields: Any) -> dict[str, Any]:
    return {**form(draft), "options": "1", "sent_to": EVERYWHERE, **fields}


def written(client: Client, draft: Campaign, **fields: Any) -> Campaign:
    draft.refresh_from_db()
    answer = client.post(address(draft), posted(draft, **fields))
    assert answer.status_code == 302
    return Campaign.objects.get(pk=draft.pk)


def told(client: Client, draft: Campaign, **fields: Any) -> dict[str, str]:
    """What is wrong with what is typed, by field."""
    answer = client.post(address(draft, "live"), posted(draft, **fields))
    errors: dict[str, str] = json.loads(answer.content)["errors"]
    return errors


def pushed(campaign: Campaign, platform: str, **values: object) -> Any:
    compiled = compile_content(campaign.content(), None)
    return compiled.push(
        1, "t", values, ttl=60, collapse="", data={"n": "1"}, platform=platform
    )


def test_a_language_has_its_own_labels_and_texts_of_platforms(
    marketer: Client, draft: Campaign
) -> None:
    fields = {
        "locale": "en",
        "translation": "fr",
        "fr.title": "Salut",
        "fr.body": "Entrez.",
        "fr.more": "1",
        "fr.button.1.label": "Jamais",
        "fr.button.3.label": "Ouvrir",
        "fr.ios:subtitle": "Ce soir",
        "fr.web:title": "Sur le web",
        "button.1.label": "",
        "button.2.label": "Later",
        "button.3.label": "Open",
        "button.3.link": "https://shop.example/open",
        "ios:title": "On a phone",
    }

    now = written(marketer, draft, **fields)

    french = now.content()["translations"][0]
    assert french["buttons"] == [
        {"label": "Later", "link": ""},
        {"label": "Ouvrir", "link": "https://shop.example/open"},
    ]
    assert french["platforms"] == {
        "ios": {"subtitle": "Ce soir"},
        "web": {"title": "Sur le web"},
    }
    page = marketer.get(address(now)).content.decode()
    assert 'name="fr.ios:subtitle"' in page
    assert 'value="Ce soir"' in page
    assert 'placeholder="Later"' in page
    again = told(marketer, now, **fields, **{"fr.ios:title": "{{ nmae }}"})
    assert list(again) == ["fr.ios:title"]


def test_a_platform_has_its_own_picture_and_buttons_or_none(
    marketer: Client, draft: Campaign
) -> None:
    picture = uploaded()
    other = uploaded(application=builders.application(name="Other"))
    platform = {f"{each}:asset": "" for each in EVERYWHERE}
    fields = {
        **platform,
        "button.1.label": "Open",
        "android:asset": str(picture.pk),
        "ios:asset": str(other.pk),
        "android:button.1.label": "Open the app",
        "web:no_buttons": "yes",
    }

    now = written(marketer, draft, **fields)

    assert now.platforms["android"]["asset"] == picture.pk
    assert "asset" not in now.platforms.get("ios", {})
    android, ios, web = (pushed(now, each) for each in ("android", "ios", "web"))
    assert [each.label for each in android.buttons] == ["Open the app"]
    assert android.image
    assert ([each.label for each in ios.buttons], ios.image) == (["Open"], "")
    assert web.buttons == ()
    page = marketer.get(address(now)).content.decode()
    assert 'value="Open the app"' in page


def test_cards_reach_apps_as_data_and_everybody_else_as_one_picture(
    marketer: Client, draft: Campaign
) -> None:
    first, second = uploaded(), uploaded((1400, 800))
    pictures = {"card.1.asset": str(first.pk), "card.2.asset": str(second.pk)}

    now = written(marketer, draft, **CARDS, **pictures)

    values = {"first_name": 'L"éa'}
    android = fcm_message.data(pushed(now, "android", **values))
    assert android["card.1.body"] == 'L"éa'
    assert android["card.2.link"] == "https://shop.example/boots"
    apple = json.loads(apns_message.body_of(pushed(now, "ios", **values)))
    assert apple["card.2.title"] == "Boots"
    assert apple["card.1.image"] != apple["card.2.image"]
    assert apple["aps"]["category"] == "pushsite.cards"
    assert apple["aps"]["mutable-content"] == 1
    web = json.loads(webpush_message.body_of(pushed(now, "web", **values)))
    assert web["notification"]["data"] == {"n": "1"}
    assert web["notification"]["image"]
    page = marketer.get(address(now)).content.decode()
    assert 'value="Boots"' in page


def test_what_is_wrong_with_cards_is_told_beside_them(
    marketer: Client, draft: Campaign
) -> None:
    lonely = told(marketer, draft, **{"card.1.title": "Coats"})
    assert lonely["cards"] == "Choose a picture for each card."
    picture = str(uploaded().pk)
    pictures = {"card.1.asset": picture, "card.2.asset": picture}
    uneven = told(marketer, draft, **pictures, **{"card.2.title": "Boots"})
    assert uneven["cards"] == "Give every card a title, or none of them."
    assert told(marketer, draft, **pictures) == {}
    assert "cards" in told(marketer, draft, **{"card.1.asset": picture})


def test_a_destination_that_lacks_a_value_is_told_and_not_reviewed(
    marketer: Client, draft: Campaign
) -> None:
    Destination.objects.create(
        application=draft.application,
        key="product",
        name="A product",
        ios="shop://p/{sku}",
        parameters=[{"name": "sku", "label": "Article", "kind": "number"}],
    )
    fields = {"destination": "product", "destination.sku": "many"}
    wrong = {"destination.sku": "Write a number, or a value of the person."}
    assert told(marketer, draft, **fields) == wrong | {
        key: value
        for key, value in told(marketer, draft, **fields).items()
        if key != "destination.sku"
    }

    answer = marketer.post(address(draft), posted(draft, **fields, do="review"))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert wrong["destination.sku"] in page
    assert "Article" in page
    assert "shop://p/many" in page


def test_choosing_a_destination_asks_what_it_needs_without_saving(
    marketer: Client, draft: Campaign
) -> None:
    Destination.objects.create(
        application=draft.application,
        key="product",
        name="A product",
        web="https://shop.example/{sku}",
        parameters=[{"name": "sku", "label": "", "kind": "text", "required": True}],
    )
    fields = {"destination": "product", "destination.sku": "4 2"}

    answer = marketer.post(address(draft, "destination"), posted(draft, **fields))

    part = answer.content.decode()
    assert 'name="destination.sku"' in part
    assert "https://shop.example/4%202" in part
    draft.refresh_from_db()
    assert draft.platforms == {}
