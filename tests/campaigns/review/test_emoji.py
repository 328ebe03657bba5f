"""Emoji that some of the phones cannot show are named before the launch."""

import itertools
import json

import pytest

from campaigns.content import emoji
from campaigns.review.emoji import emoji_shown
from tests import builders

SALUTE, MELTING, SHAKING = "\U0001fae1", "\U0001fae0", "\U0001fae8"


def said(**texts: object) -> list[tuple[str, str]]:
    found = emoji_shown(builders.campaign(**texts))
    return [(each.field, each.sentence) for each in found]


@pytest.mark.django_db
def test_the_share_of_phones_that_are_too_old_is_told_field_by_field() -> None:
    for platform, system in (("ios", "15.3.1"), ("ios", "17.0"), ("android", "14")):
        builders.installation(platform=platform, os_version=system)
    builders.installation(platform="android", os_version="unknown")
    french = {"locale": "fr", "title": "Bonjour", "body": f"Oh {SHAKING}"}

    assert said(title="Hello 🎉", body="Nothing new ❤️") == []
    (own, other) = said(title=f"{SALUTE}{MELTING}", translations=[french])

    assert own[0] == "title"
    assert own[1].startswith(f"{SALUTE} {MELTING}: phones before iOS 15.4 and Android")
    assert "about 33 %" in own[1]
    assert other == ("fr.body", other[1])
    assert "iOS 16.4" in other[1]


@pytest.mark.django_db
def test_nothing_is_said_where_every_phone_is_new_enough() -> None:
    builders.installation(platform="ios", os_version="18.1")
    assert said(title=SALUTE) == []


def test_what_is_offered_can_be_shown_everywhere_and_is_named_once() -> None:
    offered = emoji.offered("en")
    signs = [each.sign for each in offered]

    assert len(signs) == len(set(signs)) > 90
    assert all(
        since.emoji == "12.0" for s in signs for since in emoji.dated(s).values()
    )
    french = [each.words for each in emoji.offered("fr-ca")]
    assert len(set(french)) == len({each.words for each in offered}) == len(signs)


def test_the_figures_are_dated_have_a_source_and_do_not_overlap() -> None:
    ranges = [each for kept in emoji.KEPT["versions"] for each in kept["from_to"]]
    ends = sorted(tuple(int(end, 16) for end in each.split("-")) for each in ranges)

    assert json.dumps(emoji.KEPT["dated"])
    assert emoji.KEPT["source"].startswith("https://www.unicode.org/")
    assert all(low <= high for low, high in ends)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(ends))
