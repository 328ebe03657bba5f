"""A film that iPhones show in the place of a picture."""

from pathlib import Path

import pytest
from django.test import Client

from campaigns import media
from campaigns.content.render import compile_content
from campaigns.delivery import revisions
from campaigns.models import MediaAsset
from tests import builders, pictures
from tests.campaigns.content.filming import box, film
from tests.campaigns.media.test_keeping import RIGHTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]


def filmed() -> MediaAsset:
    asset = pictures.uploaded()
    media.attach_film(asset, film(), user=builders.user(*RIGHTS))
    return MediaAsset.objects.get(pk=asset.pk)


def test_iphones_get_the_film_and_all_others_the_picture(client: Client) -> None:
    before = revisions.freeze(
        builders.campaign(asset=(asset := pictures.uploaded())), user=None
    )
    media.attach_film(asset, film(), user=builders.user(*RIGHTS))

    content = compile_content(builders.campaign(asset=asset).content(), None)

    address = content.picture("ios")
    assert address.endswith("-ios_wide.mp4")
    assert content.picture("android").endswith("-android_big.jpg")
    assert content.picture("web").endswith("-web_image.jpg")
    assert before.content["renditions"]["ios_wide"].endswith(".jpg")
    answer = client.get(f"/m/{address.partition('/m/')[2]}")
    assert (answer["Content-Type"], answer.content) == ("video/mp4", film())


def test_a_moved_focal_point_leaves_the_film() -> None:
    asset = filmed()
    square = asset.renditions.get(kind="ios_square").file.name

    media.move_focal_point(asset, 0.1, 0.1, user=builders.user(*RIGHTS))

    asset = MediaAsset.objects.get()
    assert asset.film is not None
    assert asset.renditions.get(kind="ios_square").file.name != square


def test_without_its_film_an_iphone_shows_the_picture_again() -> None:
    asset, plain = filmed(), pictures.uploaded((1200, 802))

    media.detach_film(asset, user=builders.user(*RIGHTS))
    media.detach_film(plain, user=builders.user(*RIGHTS))

    assert MediaAsset.objects.get(pk=asset.pk).film is None
    wide = asset.renditions.get(kind="ios_wide")
    assert (wide.media_type, wide.width) == ("image/jpeg", 1038)


def test_a_replaced_picture_takes_its_film_away() -> None:
    asset = filmed()

    media.replace(asset, pictures.jpeg((900, 900)), user=builders.user(*RIGHTS))

    assert MediaAsset.objects.get().film is None


def test_a_bad_film_changes_nothing(media_root: Path) -> None:
    asset = pictures.uploaded()
    before = sorted(media_root.rglob("*"))

    with pytest.raises(media.Refused, match="15 seconds"):
        media.attach_film(asset, film(seconds=20), user=builders.user(*RIGHTS))
    with pytest.raises(media.NotAllowed):
        media.attach_film(asset, film(), user=builders.user())

    assert sorted(media_root.rglob("*")) == before


def test_a_film_is_kept_without_its_words() -> None:
    asset = pictures.uploaded()
    told = film(inside=(box(b"udta", b"SMUGGLED"),))

    media.attach_film(asset, told, user=builders.user(*RIGHTS))

    kept = MediaAsset.objects.get().film
    assert kept is not None
    with kept.file.open() as file:
        assert b"SMUGGLED" not in file.read()
