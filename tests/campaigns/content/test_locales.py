"""Which language somebody reads, and that the database chooses as the renderer does."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from campaigns.content import locales

TAGS = st.sampled_from(
    [
        "",
        "fr",
        "fr-CA",
        "fr_ca",
        "FR-ca-x",
        "pt-BR",
        "pt",
        "zh-Hant-TW",
        "zh-Hant",
        "en",
    ]
)


@pytest.mark.parametrize(
    ("tag", "number"),
    [
        ("fr-CA", 2),
        ("fr_CA", 2),
        ("FR-ca", 2),
        ("fr", 1),
        ("fr-BE", 1),
        ("zh-Hant-TW", 3),
        ("zh", 0),
        ("en-GB", 0),
        ("de", 0),
        ("", 0),
        ("fra", 0),
    ],
)
def test_a_language_gives_up_its_last_part_until_something_matches(tag, number):
    tags = ["fr", "fr-CA", "zh-Hant"]

    assert locales.match(tag, source="en", tags=tags) == number


def test_the_messages_own_language_wins_where_it_is_closer():
    assert locales.match("fr-CA", source="fr-CA", tags=["fr"]) == locales.SOURCE


def test_another_text_has_another_digest():
    assert locales.digest("Sale", "Now") == locales.digest(" Sale ", "Now")
    assert locales.digest("Sale", "Now") != locales.digest("Sale", "Soon")
    assert locales.digest("Sale", "Now") != locales.digest("SaleNow", "")


class TheDatabaseChoosesAlike(TestCase):
    @given(tag=TAGS, source=TAGS, tags=st.lists(TAGS, max_size=4, unique=True))
    def test_for_any_tags(self, tag: str, source: str, tags: list[str]) -> None:
        chosen, params = locales.case("spoken.tag", source=source, tags=tags)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {chosen} FROM (SELECT %s::text AS tag) spoken",
                [*params, tag],
            )
            found = cursor.fetchone()[0]

        assert found == locales.match(tag, source=source, tags=tags)


def test_a_translation_is_missing_complete_or_outdated():
    made = {"title": "Soldes", "body": "Ici", "source": locales.digest("Sale", "Here")}

    def stands(**changes: str) -> str:
        return locales.standing(made | changes, title="Sale", body="Here")

    assert stands() == "complete"
    assert stands(title=" ") == "missing"
    assert stands(body="") == "missing"
    assert stands(source=locales.digest("Sale", "There")) == "outdated"
    assert stands(source="") == "complete"


def test_the_order_in_which_languages_are_looked_for_is_told() -> None:
    told = locales.chain("fr_CA", source="en", tags=["de", "fr"])
    assert told == [("fr-CA", False), ("fr", True)]
    assert locales.chain("it", source="en", tags=["fr"]) == [
        ("it", False),
        ("en", True),
    ]
    assert locales.chain("en-GB", source="en", tags=[])[-1] == ("en", True)
