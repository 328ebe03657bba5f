"""Films for iPhones: which are taken, and what is left of their words."""

import random
from contextlib import suppress

import pytest

from campaigns.content import films
from campaigns.content.images import NoPicture
from tests.campaigns.content.filming import box, film

HEAVY = (box(b"mdat", b"x" * films.MOST_BYTES),)


def test_a_film_with_sound_tells_its_sides_and_its_length() -> None:
    found = films.cleaned(film())

    assert (found.seconds, found.width, found.height) == (6, 640, 320)
    assert found.body == film()


@pytest.mark.parametrize("kind", [b"udta", b"meta", b"uuid", b"free"])
def test_words_and_places_are_overwritten_where_they_stand(kind: bytes) -> None:
    words = (box(kind, b"+48.85+002.35/ SMUGGLED"),)

    body = films.cleaned(film(more=words, inside=words)).body

    assert len(body) == len(film(more=words, inside=words))
    assert b"SMUGGLED" not in body
    assert body.startswith(film()[:24])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (film(seconds=15.1), "film_long"),
        (film(seconds=0), "film_long"),
        (film(sides=(31, 320)), "film_sides"),
        (film(sides=(4_000, 320)), "film_sides"),
        (film(kinds=(b"hvc1",)), "film_kind"),
        (film(kinds=(b"mp4a",)), "film_kind"),
        (film(kinds=(b"avc1", b"avc1")), "film_kind"),
        (film(kinds=(b"avc1", b"tx3g")), "film_kind"),
        (film(more=(box(b"moof", b""),)), "film_kind"),
        (film(more=HEAVY), "film_heavy"),
        (film()[:-3], "film_broken"),
        (film() + b"<script>", "film_broken"),
        (film(more=(film()[28:],)), "film_broken"),
        (film() + b"\0\0\0\0mdat", "film_broken"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "film_broken"),
        (b"RIFF\0\0\0\0AVI LIST", "film_kind"),
        (b"", "film_kind"),
    ],
)
def test_what_iphones_cannot_show_is_refused_in_a_sentence(
    body: bytes, code: str
) -> None:
    with pytest.raises(NoPicture) as refused:
        films.cleaned(body)

    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_changed_and_cut_films_are_refused_or_read_and_nothing_else() -> None:
    dice = random.Random(6)
    whole = film(inside=(box(b"udta", b"words"),))
    for _time in range(2_000):
        body = bytearray(whole[: dice.randrange(1, len(whole) + 1)])
        body[dice.randrange(len(body))] = dice.randrange(256)
        with suppress(NoPicture):
            assert len(films.cleaned(bytes(body)).body) == len(body)
