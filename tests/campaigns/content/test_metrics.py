"""Text is measured and wrapped as the fonts of phones have it."""

import random

import pytest

from campaigns.content import metrics
from campaigns.content.metrics import KEPT, lay, widths
from campaigns.content.surfaces import SURFACES, Surface

ENGLISH = (
    "Something new is waiting for you in every one of our shops. Come and see what we "
    "made for the winter, while it lasts: coats, boots and all that keeps you warm. "
) * 5
APPLE = widths("apple", "regular")
SEED = 7
PIECES = [
    *("winter ", "a", "WWW", " ", "\n", "-", "é", "e\u0301", "日本語", "مرحبا ", "ß"),
    *("👩\u200d🚀", "🇫🇷", "👍🏽", "…", "\u00a0", "x" * 40, "ﷺ", "한국어 ", "❤\ufe0f"),
]


def published(about: dict[str, int | list[int]], name: str) -> tuple[float, float]:
    """The characters that a source gives, a fifth more or less."""
    found = about[name]
    low, high = found if isinstance(found, list) else (found, found)
    return low * 0.8, high * 1.2


SAID = [
    (surface, name, row["about"])
    for surface, row in zip(SURFACES, KEPT["surfaces"], strict=True)
    for name in row["about"]
    if name != "source"
]


def shown(surface: Surface, name: str) -> str:
    """The English text as far as a surface shows it."""
    if name == "body":
        return surface.body.lay(ENGLISH).seen
    if name == "iconed":
        return surface.body.lay(ENGLISH, beside=surface.icon).seen
    if name == "pictured":
        return surface.pictured.lay(ENGLISH).seen
    rooms = {
        "title": surface.beside("now"),
        "title_earlier": surface.beside("earlier"),
        "title_yesterday": surface.beside("yesterday"),
    }
    return surface.title.lay(ENGLISH, beside=rooms[name]).seen


@pytest.mark.parametrize(
    ("surface", "name", "about"), SAID, ids=[f"{s.key}-{n}" for s, n, _ in SAID]
)
def test_the_widths_agree_with_what_is_published_in_characters(
    surface: Surface, name: str, about: dict[str, int | list[int]]
) -> None:
    low, high = published(about, name)
    assert low <= len(shown(surface, name)) <= high


def test_every_figure_has_a_source_with_an_address_and_a_label() -> None:
    for surface, row in zip(SURFACES, KEPT["surfaces"], strict=True):
        assert KEPT["sources"][row["about"]["source"]].startswith("https://")
        assert str(surface.label)


def test_the_fifteen_screens_are_there() -> None:
    assert {each.key for each in SURFACES} >= {
        *("ios_lock", "ios_banner", "ios_expanded", "watch", "ios_web_app"),
        *("android_collapsed", "android_expanded"),
        *("android_pictured", "android_hidden"),
        *("chrome_windows", "chrome_android", "chrome_macos"),
        *("edge_windows", "firefox_windows", "safari_macos"),
    }


def test_words_wrap_whole_and_the_last_line_ends_in_an_ellipsis() -> None:
    laid = lay("one two three four", APPLE, room=APPLE.of("one two "), lines=2)
    assert laid.lines[0] == "one two"
    assert laid.lines[1].endswith("…")
    assert laid.seen + laid.lost == "one two three four"


def test_a_line_break_of_the_text_is_one_on_the_screen() -> None:
    assert lay("a\nb", APPLE, room=9_000, lines=2).lines == ("a", "b")
    cut = lay("a\nb\nc", APPLE, room=9_000, lines=2)
    assert (cut.lines, cut.lost) == (("a", "b…"), "\nc")


@pytest.mark.parametrize("sign", ["👩\u200d🚀", "e\u0301", "👍🏽", "❤\ufe0f"])
def test_what_is_one_sign_to_a_reader_is_never_halved(sign: str) -> None:
    for room in range(1_000, 9_000, 130):
        seen = lay(sign * 9, APPLE, room=room, lines=1).seen
        assert seen == sign * (len(seen) // len(sign))


def test_nothing_is_lost_between_the_lines_and_none_is_too_wide() -> None:
    chance = random.Random(SEED)
    for _each in range(400):
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 60)))
        room, lines = chance.randint(3_000, 30_000), chance.randint(1, 7)
        laid = lay(text, APPLE, room=room, lines=lines)
        where = (text, room, lines)

        assert laid.seen + laid.lost == text, where
        assert 1 <= len(laid.lines) <= lines, where
        assert all(APPLE.of(each) <= room for each in laid.lines), where
        said = "".join(laid.lines).replace("…", "")
        kept = laid.seen.replace("…", "")
        assert "".join(said.split()) == "".join(kept.split()), where
        is_whole = metrics.holds(text, APPLE, room=room, lines=lines)
        assert is_whole == (not laid.lost), where
        assert not laid.lost or laid.lines[-1].endswith("…"), where


def test_an_unknown_letter_is_as_wide_as_its_script() -> None:
    assert metrics.script_width("日") == 1_000
    assert APPLE["é"] == APPLE["e"]
    assert APPLE["\u0301"] == 0
    assert APPLE.of("👩\u200d🚀") == APPLE["👩"]
