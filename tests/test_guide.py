"""The marketers' guide says the product's own words, and shows pictures that exist."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from docs.guide.words import WORDS

ROOT = Path(__file__).resolve().parent.parent
GUIDES = {each: ROOT / "docs" / "guide" / f"{each}.md" for each in ("en", "fr")}


def catalogue() -> Catalog:
    with (ROOT / "locale/fr/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file)


def labels(language: str) -> set[str]:
    """Every word that the pages may show in that language."""
    found: set[str] = set()
    for message in catalogue():
        said = message.id if language == "en" else message.string
        found.update([said] if isinstance(said, str) else said)
    return found


@pytest.mark.parametrize("language", GUIDES)
def test_what_the_guide_prints_bold_stands_on_a_page(language: str) -> None:
    named = set(re.findall(r"\*\*(.+?)\*\*", GUIDES[language].read_text()))

    assert len(named) > 50
    assert named - labels(language) == set()


@pytest.mark.parametrize("language", GUIDES)
def test_each_picture_of_the_guide_is_there_and_none_is_left_over(
    language: str,
) -> None:
    shown = set(re.findall(r"\]\((pictures/.+?)\)", GUIDES[language].read_text()))
    folder = GUIDES[language].parent
    kept = (folder / "pictures" / language).glob("*.png")

    assert shown == {str(each.relative_to(folder)) for each in kept}


def test_both_guides_tell_the_same() -> None:
    def shape(language: str) -> list[str]:
        whole = GUIDES[language].read_text()
        return re.findall(r"^## |(?<=pictures/..)/\w+", whole, re.MULTILINE)

    assert shape("en") == shape("fr")


def test_the_script_of_the_pictures_presses_what_the_pages_say() -> None:
    assert set(WORDS) - labels("en") == set()
    assert set(WORDS.values()) - labels("fr") == set()
