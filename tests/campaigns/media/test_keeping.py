"""The library keeps a picture with all of its files, or nothing of it."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from campaigns import media
from campaigns.media import files, keeping, library, uses
from campaigns.models import MediaAsset, Rendition
from campaigns.models.media import RenditionKind
from devices.models import AuditEvent
from tests import builders, pictures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]
RIGHTS = ("campaigns.add_mediaasset", "campaigns.change_mediaasset")


def kept(folder: Path) -> set[str]:
    """The names of all files under a folder."""
    found = (each for each in folder.rglob("*") if each.is_file())
    return {str(each.relative_to(folder)) for each in found}


def upload(user: User, body: bytes | None = None, **changes: object) -> media.Kept:
    facts = {"application": builders.application(), "name": "Disc", "at": builders.NOW}
    return media.upload(body or pictures.jpeg(), user=user, **facts | changes)


def test_an_upload_has_every_rendition_named_by_its_content(media_root: Path) -> None:
    user = builders.user(*RIGHTS)

    asset = upload(user, name="  A  disc ").asset

    assert (asset.name, asset.created_by, asset.alt_text) == ("A disc", user, "")
    rows = asset.renditions.all()
    assert {each.kind for each in rows} == set(RenditionKind.values)
    assert all(files.PUBLIC.fullmatch(each.file.name) for each in rows)
    assert not files.PUBLIC.fullmatch(asset.master.name)
    assert kept(media_root) == {asset.master.name, *(each.file.name for each in rows)}
    assert AuditEvent.objects.get(subject_id=asset.pk).action == "uploaded"


def test_the_same_picture_again_is_the_one_that_is_there(media_root: Path) -> None:
    user = builders.user(*RIGHTS)
    first = upload(user)
    before = kept(media_root)

    again = upload(user, name="Another name")

    assert (again.is_new, again.asset) == (False, first.asset)
    assert kept(media_root) == before


def test_the_same_picture_of_an_archived_one_is_put_back() -> None:
    user = builders.user(*RIGHTS)
    first = upload(user).asset
    media.archive(first, user=user, at=builders.NOW)

    again = upload(user)

    assert again.asset == first
    assert MediaAsset.objects.get().archived_at is None


def test_two_applications_share_files_and_no_rows(media_root: Path) -> None:
    user = builders.user(*RIGHTS)
    first = upload(user).asset
    before = kept(media_root)

    other = upload(user, application=builders.application(slug="other")).asset

    assert other != first
    assert kept(media_root) == before


def test_an_upload_that_fails_leaves_neither_files_nor_rows(
    media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = builders.user(*RIGHTS)
    mine = upload(user).asset
    before = kept(media_root)

    def fail(*_facts: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(keeping, "keep_renditions", fail)
    with pytest.raises(RuntimeError):
        upload(user, pictures.jpeg((900, 900)))
    # Its files are those of the first; they must stay.
    with pytest.raises(RuntimeError):
        upload(user, application=builders.application(slug="other"))

    assert kept(media_root) == before
    assert MediaAsset.objects.get() == mine


def test_a_file_that_is_not_whole_is_written_again(media_root: Path) -> None:
    user = builders.user(*RIGHTS)
    asset = upload(user).asset
    name = asset.renditions.get(kind="web_icon").file.name
    size = (media_root / name).stat().st_size
    (media_root / name).write_bytes(b"half")

    upload(user, application=builders.application(slug="other"))

    assert (media_root / name).stat().st_size == size


def test_what_is_no_picture_is_refused_in_a_sentence(media_root: Path) -> None:
    with pytest.raises(media.Refused, match="an SVG drawing"):
        upload(builders.user(*RIGHTS), b"<svg/>")

    assert not MediaAsset.objects.exists()
    assert not media_root.exists()


def test_a_description_holds_nothing_that_cannot_be_stored() -> None:
    asset = pictures.uploaded()

    media.describe(asset, name="a\0b", alt_text="c\0 d", user=builders.user(*RIGHTS))

    asset.refresh_from_db()
    assert (asset.name, asset.alt_text) == ("ab", "c d")


def test_who_lacks_the_right_changes_nothing() -> None:
    asset, stranger = pictures.uploaded(), builders.user()

    with pytest.raises(media.NotAllowed):
        upload(stranger)
    with pytest.raises(media.NotAllowed):
        media.describe(asset, name="x", alt_text="x", user=stranger)
    with pytest.raises(media.NotAllowed):
        media.move_focal_point(asset, 0, 0, user=stranger)
    with pytest.raises(media.NotAllowed):
        media.archive(asset, user=stranger, at=builders.NOW)
    with pytest.raises(media.NotAllowed):
        media.restore(asset, user=stranger)


def test_a_moved_focal_point_gives_new_addresses_and_leaves_the_old(
    media_root: Path,
) -> None:
    asset, user = pictures.uploaded(), builders.user(*RIGHTS)
    square = asset.renditions.get(kind="ios_square").file.name

    media.move_focal_point(asset, 0.1, 2.0, user=user)

    asset.refresh_from_db()
    assert (asset.focal_x, asset.focal_y) == (0.1, 1.0)
    assert asset.renditions.get(kind="ios_square").file.name != square
    assert (media_root / square).exists(), "what was sent still shows it"
    assert Rendition.objects.count() == len(RenditionKind)


def test_used_in_names_pictures_icons_and_languages() -> None:
    asset = pictures.uploaded()
    said = {"locale": "fr", "title": "Soldes", "body": "Oui", "asset": asset.pk}
    own = builders.campaign(asset=asset, state="scheduled")
    icon = builders.campaign(icon=asset)
    french = builders.campaign(translations=[said])
    on_ios = builders.campaign(platforms={"ios": {"asset": asset.pk}})
    running = builders.campaign(asset=asset)
    builders.run(running, state="sending")
    builders.campaign(translations=[{**said, "asset": asset.pk + 1}])

    found = {each.campaign: each for each in media.used_in(asset)}

    assert found.keys() == {own, icon, french, on_ios, running}
    assert found[own].is_waiting
    assert found[icon].is_icon
    assert found[french].locales == ("fr",)
    assert found[on_ios].platforms == ("iOS",)
    assert [found[own].is_running, found[running].is_running] == [False, True]


def test_the_tab_of_used_pictures_has_those_and_no_others() -> None:
    plain = pictures.uploaded((600, 300))
    own, icon, french, primed, web = (
        pictures.uploaded((600 + n, 300)) for n in range(1, 6)
    )
    builders.campaign(asset=own)
    builders.campaign(icon=icon)
    builders.campaign(translations=[{"locale": "fr", "asset": french.pk}])
    builders.campaign(platforms={"web": {"asset": web.pk}, "ios": {"title": "x"}})
    builders.primer(asset=primed)
    shop = builders.application().pk

    found = library.page(shop, library.tab("used"), words="", before="").assets

    assert {each.pk for each in found} == {
        each.pk for each in (own, icon, french, primed, web)
    }
    everything = {plain.pk, *(each.pk for each in found)}
    assert uses.used_among(everything) == everything - {plain.pk}
    assert uses.primers_with(primed)
