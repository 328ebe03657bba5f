"""One message in several languages, as the compose page's form has it."""

import json
from typing import Any

import pytest
from django.test import Client

from campaigns.content import locales
from campaigns.models import Campaign
from tests import builders
from tests.campaigns.admin.posting import form
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db

FRENCH = {
    "locale": "en",
    "translation": ["fr"],
    "fr.title": "Bonjour",
    "fr.body": "Entrez.",
}
BOTH = {
    "locale": "en",
    "translation": ["fr", "es"],
    "fr.title": "Bonjour",
    "fr.body": "Entrez.",
    "es.title": "Hola",
    "es.body": "Pasen.",
}


def address(campaign: Campaign, page: str = "change") -> str:
    return f"/admin/campaigns/campaign/{campaign.pk}/{page}/"


@pytest.fixture
def marketer() -> Client:
    return signed_in("Marketer")


@pytest.fixture
def draft() -> Campaign:
    return builders.campaign(title="Hello", body="Come in.")


def saved(draft: Campaign) -> Campaign:
    return Campaign.objects.get(pk=draft.pk)


def save(client: Client, draft: Campaign, **changes: Any) -> Campaign:
    client.post(address(draft), form(saved(draft), **changes))
    return saved(draft)


def states(client: Client, draft: Campaign, **changes: Any) -> dict[str, str]:
    answer = client.post(address(draft, "live"), form(saved(draft), **changes))
    told = json.loads(answer.content)["languages"]
    return {tag: each["state"] for tag, each in told.items()}


def test_a_translation_is_saved_with_what_it_was_made_from(
    marketer: Client, draft: Campaign
) -> None:
    now = save(marketer, draft, **FRENCH)
    assert now.translations == [
        {
            "locale": "fr",
            "title": "Bonjour",
            "body": "Entrez.",
            "link": "",
            "source": locales.digest("Hello", "Come in."),
        }
    ]
    page = marketer.get(address(draft)).content.decode()
    assert 'id="fr.title"' in page
    assert 'lang="fr"' in page


def test_a_post_without_the_languages_leaves_them(
    marketer: Client, draft: Campaign
) -> None:
    save(marketer, draft, **FRENCH)
    now = save(marketer, draft, title="Hello again")
    assert [each["title"] for each in now.translations] == ["Bonjour"]


def test_a_changed_text_makes_translations_outdated_until_they_are_rewritten(
    marketer: Client, draft: Campaign
) -> None:
    save(marketer, draft, **BOTH)
    changed = BOTH | {"body": "Come in now."}
    assert states(marketer, draft, **changed) == {
        "en": "complete",
        "fr": "outdated",
        "es": "outdated",
    }
    save(marketer, draft, **changed)
    rewritten = changed | {"fr.body": "Entrez donc."}
    assert states(marketer, draft, **rewritten)["fr"] == "complete"
    save(marketer, draft, **rewritten)
    assert states(marketer, draft, **rewritten) == {
        "en": "complete",
        "fr": "complete",
        "es": "outdated",
    }


def test_somebody_says_that_a_translation_still_fits(
    marketer: Client, draft: Campaign
) -> None:
    save(marketer, draft, **FRENCH)
    changed = FRENCH | {"title": "Hello!"}
    save(marketer, draft, **changed)
    assert states(marketer, draft, **changed)["fr"] == "outdated"

    save(marketer, draft, **changed, do="fits:fr")

    assert states(marketer, draft, **changed)["fr"] == "complete"


def test_a_script_learns_what_fits_and_saves_it_later(
    marketer: Client, draft: Campaign
) -> None:
    save(marketer, draft, **FRENCH)
    changed = FRENCH | {"title": "Hello!"}
    asked = form(saved(draft), **changed, do="fits:fr")
    html = marketer.post(address(draft, "languages"), asked).content.decode()
    digest = locales.digest("Hello!", "Come in.")
    assert f'value="{digest}"' in html
    assert saved(draft).title == "Hello"

    now = save(marketer, draft, **changed, **{"fr.source": digest})

    assert now.translations[0]["source"] == digest


def test_a_language_is_added_and_another_removed_by_buttons(
    marketer: Client, draft: Campaign
) -> None:
    now = save(marketer, draft, locale="en", do="language", new_language="fr")
    assert [each["locale"] for each in now.translations] == ["fr"]
    asked = FRENCH | {"do": "language", "new_language_tag": "pt_br"}
    now = save(marketer, draft, **asked)
    assert [each["locale"] for each in now.translations] == ["fr", "pt-BR"]

    both = FRENCH | {"translation": ["fr", "pt-BR"], "do": "remove:fr"}
    now = save(marketer, draft, **both)

    assert [each["locale"] for each in now.translations] == ["pt-BR"]


@pytest.mark.parametrize(
    ("tag", "sentence"),
    [
        ("French!", "This is not a language"),
        ("", "This is not a language"),
        ("fr", "French is among the languages already."),
        ("en", "English is among the languages already."),
    ],
)
def test_what_is_no_new_language_is_refused_in_a_sentence(
    marketer: Client, draft: Campaign, tag: str, sentence: str
) -> None:
    asked = form(draft, **FRENCH, do="language", new_language_tag=tag)
    html = marketer.post(address(draft, "languages"), asked).content.decode()
    assert sentence in html
    there = marketer.post(address(draft), asked, follow=True)
    assert sentence in there.content.decode()
    assert [each["locale"] for each in saved(draft).translations] == ["fr"]


def test_twenty_languages_are_the_most(marketer: Client, draft: Campaign) -> None:
    twenty = [f"a{letter}" for letter in "abcdefghijklmnopqrst"]
    many = {"locale": "en", "translation": twenty, "do": "language"}
    asked = form(draft, **many, new_language_tag="fr")
    page = marketer.post(address(draft), asked, follow=True).content.decode()
    assert "A message has at most 20 translations." in page
    assert [each["locale"] for each in saved(draft).translations] == twenty


def test_strange_doubled_and_own_languages_are_no_translations(
    marketer: Client, draft: Campaign
) -> None:
    posted = {"locale": "en", "translation": ["fr", "FR", "en", "x", "fr.title"]}
    now = save(marketer, draft, **posted)
    assert [each["locale"] for each in now.translations] == ["fr"]


def test_the_messages_own_language_changes_but_not_to_a_translations(
    marketer: Client, draft: Campaign
) -> None:
    assert save(marketer, draft, locale="de").locale == "de"
    assert save(marketer, draft, **FRENCH | {"locale": "fr"}).locale == "de"
    assert save(marketer, draft, locale="nonsense!").locale == "de"


def test_a_wrong_text_is_said_in_its_language_beside_its_field(
    marketer: Client, draft: Campaign
) -> None:
    wrong = FRENCH | {"fr.body": "Bonjour {{ frist_name }}"}
    told = marketer.post(address(draft, "live"), form(draft, **wrong)).json()
    assert set(told["errors"]) == {"fr.body"}
    assert told["languages"]["fr"]["state"] == "wrong"

    asked = form(draft, **wrong | {"fr.title": ""}, do="review")
    answer = marketer.post(address(draft), asked)

    page = answer.content.decode()
    assert set(answer.context["errors"]) == {"fr.title", "fr.body"}
    assert '<a href="#fr.title">French: Write a title.</a>' in page
    assert 'data-error="fr.title">Write a title.</p>' in page


def test_two_writers_see_which_language_differs(
    marketer: Client, draft: Campaign
) -> None:
    save(marketer, draft, **FRENCH)
    opened = form(saved(draft), **FRENCH | {"fr.title": "Salut"})
    theirs = BOTH | {"fr.title": "Bienvenue"}
    save(signed_in("Marketer"), draft, **theirs)

    page = marketer.post(address(draft), opened).content.decode()

    assert "French, Title" in page
    assert "Salut" in page
    assert "Bienvenue" in page
    assert "Spanish" in page
    assert "(not there)" in page


def test_what_people_speak_is_offered_first_with_its_share(
    marketer: Client, draft: Campaign
) -> None:
    for tag in ("fr-FR", "fr-CA", "es", "en-US"):
        builders.person(locale=tag)
    page = marketer.get(address(draft)).content.decode()
    offer = page[page.index('id="new_language"') :]
    assert "French, 50 % of people" in offer
    assert "English, 25 % of people" not in offer
    assert offer.index("French, 50 %") < offer.index("Spanish, 25 %")


def test_the_count_says_how_many_read_each_language(
    marketer: Client, draft: Campaign
) -> None:
    for tag in ("fr-FR", "fr-CA", "de", ""):
        builders.person(locale=tag)
    asked = form(draft, **FRENCH, audience="everyone")
    told = marketer.post(address(draft, "count"), asked).json()
    assert told["languages"] == {
        "en": "2 people of the audience read this.",
        "fr": "2 people of the audience read this.",
    }


def test_a_reviewer_adds_no_language(draft: Campaign) -> None:
    asked = form(draft, do="language", new_language="fr", locale="en")
    reviewer = signed_in("Reviewer")
    assert reviewer.post(address(draft, "languages"), asked).status_code == 403


def test_a_campaign_that_is_no_draft_shows_every_language(
    marketer: Client, draft: Campaign
) -> None:
    save(marketer, draft, **BOTH)
    Campaign.objects.filter(pk=draft.pk).update(state="scheduled")
    page = marketer.get(address(draft)).content.decode()
    assert 'lang="fr">Bonjour</dd>' in page
    assert 'lang="es">Pasen.</dd>' in page
