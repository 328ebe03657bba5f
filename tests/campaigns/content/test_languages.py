"""What languages are called, and which tags are tags."""

import pytest
from django.utils import translation

from campaigns.content import languages


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("fr", "fr"),
        (" fr_ca ", "fr-CA"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("de-1996", "de-1996"),
        ("", None),
        ("f", None),
        ("french", None),
        ("fr-", None),
        ("fr.title", None),
        ("fr-x-y", None),
        ("zh-hant-tw-heploc-valencia", None),
    ],
)
def test_a_tag_is_spelt_as_it_is_usually_written(typed: str, tag: str | None) -> None:
    assert languages.tag(typed) == tag


@pytest.mark.parametrize(
    ("reader", "tag", "name"),
    [
        ("en", "fr", "French"),
        ("fr", "fr", "français"),
        ("fr", "fr-CA", "français (Canada)"),
        ("en", "zh-Hant-TW", "Chinese (Traditional, Taiwan)"),
        ("en", "fr-JP", "French (Japan)"),
        ("en", "qaa", "qaa"),
        ("en", "", ""),
    ],
)
def test_a_language_has_its_name_in_the_readers(
    reader: str, tag: str, name: str
) -> None:
    with translation.override(reader):
        assert languages.name(tag) == name


def test_regions_are_together_and_scripts_apart() -> None:
    assert languages.written("fr_BE") == "fr"
    assert languages.written("zh-Hant-TW") == "zh-Hant"
    assert languages.written("?") == ""


def test_the_list_is_sorted_by_name_whatever_the_accents() -> None:
    with translation.override("fr"):
        names = [name for _tag, name in languages.everywhere()]
    assert names.index("espagnol") < names.index("éwé") < names.index("finnois")
