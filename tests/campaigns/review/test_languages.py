"""Every language is checked by those who would read it."""

from typing import Any

import pytest

from campaigns.content import locales
from campaigns.models import Campaign
from campaigns.review import checks, funnel, languages
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_shop_with_people_of_three_languages() -> None:
    builders.credential()
    for locale in ("en-US", "en-GB", "fr-FR"):
        builders.installation(builders.person(locale=locale))
    builders.installation(builders.person(locale=""), locale="es-ES")


def translation(**changes: Any) -> dict[str, Any]:
    made = {
        "locale": "fr",
        "title": "Bonjour",
        "body": "Entrez.",
        "link": "",
        "source": locales.digest("Hello", "Come in."),
    }
    return made | changes


def campaign(*translations: dict[str, Any]) -> Campaign:
    return builders.campaign(
        title="Hello", body="Come in.", translations=list(translations)
    )


def told(draft: Campaign, severity: str) -> dict[str, str]:
    return {
        str(each.sentence): each.field
        for each in checks.problems(draft, at=NOW)
        if each.severity == severity
    }


def test_one_language_asks_for_nothing() -> None:
    assert list(languages.languages(campaign(), None)) == []


def test_every_language_complete_is_all_right() -> None:
    spanish = translation(locale="es", title="Hola", body="Pasen.")
    said = told(campaign(translation(), spanish), "ok")
    assert "Every language is complete and up to date." in said


def test_a_title_without_a_text_stops_the_launch() -> None:
    stops = told(campaign(translation(body=" ")), "stop")
    assert stops == {"French: Write a text.": "fr.body"}


def test_an_outdated_language_asks_for_a_look() -> None:
    looks = told(campaign(translation(source="0" * 16)), "look")
    sentence = "The text in English changed since the one in French was written."
    assert looks[sentence] == "fr.title"


def test_a_language_without_any_text_is_named() -> None:
    looks = told(campaign(translation(title="", body="")), "look")
    assert "Nothing is written in French: its people will read English." in looks


def test_those_who_would_read_another_language_are_told_by_share() -> None:
    looks = told(campaign(translation()), "look")
    sentence = (
        "People who read these languages will get the message in English: "
        "Spanish (about 25 %)."
    )
    assert looks[sentence] == "languages"


def test_a_value_is_missed_in_the_language_that_needs_it() -> None:
    builders.person(attributes={"first_name": "Léa"})
    french = translation(body="Bonjour {{ first_name | or_skip }}")
    looks = told(campaign(french), "look")
    found = [each for each in looks if "first_name" in each]
    assert found == ["French: 1 person has no first_name and will be skipped."]
    assert looks[found[0]] == "fr.body"


def test_a_text_that_is_cut_is_named_with_its_language() -> None:
    looks = told(campaign(translation(body="Long. " * 60)), "look")
    assert any(each.startswith("French: The text is cut on") for each in looks)
    assert not any(each.startswith("English: The text is cut on") for each in looks)


def test_people_are_counted_by_the_language_that_they_will_read() -> None:
    draft = campaign(translation())
    counted = funnel.counted(draft, at=NOW)
    own, french = languages.audiences(draft, counted)
    assert (own.name, own.people, own.others) == ("English", 3, [("Spanish", 1)])
    assert (french.name, french.people, french.others) == ("French", 1, [])
