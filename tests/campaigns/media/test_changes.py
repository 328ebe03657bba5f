"""Another picture in the place of one, tags and rights, and what goes for good."""

from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from campaigns import media
from campaigns.delivery import revisions
from campaigns.media import deleting, labels, library
from campaigns.models import MediaAsset, Rendition
from devices.models import AuditEvent
from tests import builders, pictures
from tests.campaigns.media.test_keeping import RIGHTS, kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]


def editor() -> User:
    return builders.user(*RIGHTS)


def eraser() -> User:
    return builders.user(*RIGHTS, "campaigns.delete_mediaasset")


def archived() -> MediaAsset:
    asset = pictures.uploaded()
    media.archive(asset, user=editor(), at=builders.NOW)
    asset.refresh_from_db()
    return asset


def found(words: str = "", tag: str = "") -> list[str]:
    shop = builders.application().pk
    page = library.page(shop, library.tab(""), words=words, before="", tag=tag)
    return [each.name for each in page.assets]


def test_a_replaced_picture_changes_drafts_and_no_frozen_revision(
    media_root: Path,
) -> None:
    asset = pictures.uploaded()
    draft, sent = builders.campaign(asset=asset), builders.campaign(asset=asset)
    frozen = revisions.freeze(sent, user=None).content["renditions"]
    names = Rendition.objects.values_list("file", flat=True)
    before = {name: (media_root / name).read_bytes() for name in names}

    media.replace(asset, pictures.jpeg((1000, 900)), user=editor())

    shown = draft.content()["renditions"]
    assert shown.keys() == frozen.keys()
    assert not set(shown.values()) & set(frozen.values())
    assert sent.revisions.get().content["renditions"] == frozen
    assert {name: (media_root / name).read_bytes() for name in before} == before
    asset.refresh_from_db()
    assert (asset.width, asset.height, asset.alt_text) == (1000, 900, "A disc")
    assert AuditEvent.objects.filter(action="replaced", subject_id=asset.pk).exists()


def test_the_master_that_nobody_needs_goes_and_a_shared_one_stays(
    media_root: Path,
) -> None:
    asset = pictures.uploaded()
    other = pictures.uploaded(application=builders.application(slug="other"))
    old = asset.master.name
    assert other.master.name == old

    media.replace(asset, pictures.jpeg((1000, 900)), user=editor())
    assert (media_root / old).exists()
    media.replace(other, pictures.jpeg((900, 900)), user=editor())

    assert not (media_root / old).exists()


@pytest.mark.parametrize(
    ("size", "focal"), [((600, 400), (0.2, 0.7)), ((900, 900), (0.5, 0.5))]
)
def test_the_focal_point_stays_where_the_form_is_the_same(
    size: tuple[int, int], focal: tuple[float, float]
) -> None:
    asset, user = pictures.uploaded((1200, 800)), editor()
    media.move_focal_point(asset, 0.2, 0.7, user=user)

    media.replace(asset, pictures.jpeg(size), user=user)

    asset.refresh_from_db()
    assert (asset.focal_x, asset.focal_y) == focal


def test_a_picture_is_not_replaced_by_one_that_is_there_or_by_none() -> None:
    asset, twin = pictures.uploaded((900, 900)), pictures.uploaded((800, 400))
    twin_again, nothing = pictures.jpeg((800, 400)), b"<svg/>"

    with pytest.raises(media.Refused, match=f"already, as “{twin.name}”"):
        media.replace(asset, twin_again, user=editor())
    with pytest.raises(media.Refused, match="SVG drawing"):
        media.replace(asset, nothing, user=editor())
    with pytest.raises(media.NotAllowed):
        media.replace(asset, twin_again, user=builders.user())

    same = media.replace(asset, pictures.jpeg((900, 900)), user=editor())
    assert not same.is_new
    assert MediaAsset.objects.get(pk=asset.pk).width == 900


def test_a_deleted_picture_leaves_no_file(media_root: Path) -> None:
    asset = archived()

    media.delete(asset, user=eraser())

    assert not MediaAsset.objects.exists()
    assert kept(media_root) == set()
    assert AuditEvent.objects.filter(action="deleted").exists()


def test_files_of_messages_that_were_sent_outlive_their_picture(
    media_root: Path,
) -> None:
    asset = archived()
    campaign = builders.campaign(asset=asset)
    addresses = revisions.freeze(campaign, user=None).content["renditions"].values()
    type(campaign).objects.update(asset=None)

    media.delete(asset, user=eraser())

    sent = {address.rpartition("/m/")[2] for address in addresses}
    assert kept(media_root) == sent


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("scheduled", "the scheduled campaign “Winter” shows it"),
        ("draft", "the draft “Winter” shows it"),
        ("finished", "“Winter” was sent with it"),
    ],
)
def test_a_picture_that_a_campaign_shows_cannot_be_deleted(
    state: str, words: str
) -> None:
    asset = archived()
    said = {"locale": "fr", "title": "Oui", "body": "Oui", "asset": asset.pk}
    builders.campaign(name="Winter", state=state, translations=[said])

    with pytest.raises(media.Refused, match=words):
        media.delete(asset, user=eraser())

    assert MediaAsset.objects.filter(pk=asset.pk).exists()


def test_a_picture_that_is_being_sent_or_shown_by_a_primer_cannot_be_deleted() -> None:
    running, primed = archived(), archived()
    builders.run(builders.campaign(name="Winter", asset=running), state="sending")
    assert "“Winter” is being sent with it" in deleting.hindrance(running)
    primed = pictures.uploaded((640, 640))
    builders.primer(name="Welcome", asset=primed)
    MediaAsset.objects.update(archived_at=builders.NOW)
    primed.refresh_from_db()

    assert "the primer “Welcome” shows it" in deleting.hindrance(primed)


def test_only_the_archive_is_deleted_from_and_only_by_those_who_may() -> None:
    asset = pictures.uploaded()

    with pytest.raises(media.Refused, match="Archive it first"):
        media.delete(asset, user=eraser())
    with pytest.raises(media.NotAllowed):
        media.delete(archived(), user=editor())


def test_tags_are_small_words_each_once() -> None:
    text = " Winter, sale ,,WINTER, Black\tFriday\0, " + "x" * 60

    assert labels.tags_of(text) == ["black friday", "sale", "winter", "x" * 40]
    assert len(labels.tags_of(",".join(map(str, range(50))))) == labels.MOST_TAGS


def test_pictures_are_found_by_every_word_and_by_tag() -> None:
    scarf = pictures.uploaded((600, 300), name="Scarf", alt_text="Red on snow")
    pictures.uploaded((610, 300), name="Tree", alt_text="Green on snow")
    facts = {"licence": " Studio  24 ", "use_until": date(2027, 1, 31)}

    media.label(scarf, tags=["winter", "été"], user=editor(), **facts)

    scarf.refresh_from_db()
    assert (scarf.licence, scarf.use_until) == ("Studio 24", date(2027, 1, 31))
    assert found("snow") == ["Tree", "Scarf"]
    assert found("scarf snow") == ["Scarf"]
    assert found("ÉTÉ red") == ["Scarf"]
    assert found(tag="winter") == ["Scarf"]
    assert found("tree", tag="winter") == []
    assert labels.in_use(scarf.application_id) == ["winter", "été"]
    with pytest.raises(media.NotAllowed):
        media.label(scarf, tags=[], user=builders.user(), **facts)
