"""The media library's pages, and the picture field of a message."""

from datetime import date
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns.media import library
from campaigns.models import Campaign, MediaAsset
from pushsite import uploads
from tests import builders, pictures
from tests.campaigns.admin.posting import form
from tests.campaigns.admin.staff import signed_in
from tests.campaigns.media.websites import sends, website

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]


def there(name: str, *arguments: int) -> str:
    return reverse(f"admin:campaigns_mediaasset_{name}", args=arguments)


def file(name: str, body: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body or pictures.jpeg(), "image/jpeg")


def post(
    client: Client, *files: SimpleUploadedFile, address: str = "", **more: Any
) -> Any:
    shop = builders.application()
    asked = {"application": shop.pk, "files": list(files), "address": address}
    return client.post(there("add"), asked, **more)


def test_several_files_of_a_plain_form_get_a_sentence_each() -> None:
    client = signed_in("Marketer")

    answer = post(client, file("One.jpg"), file("Two.png", b"<svg/>"), follow=True)

    text = answer.content.decode()
    assert "“One” is in the library." in text
    assert "“Two.png” was not kept. This is an SVG drawing" in text
    assert MediaAsset.objects.get().name == "One"


def test_a_script_gets_the_sentence_and_the_tile() -> None:
    client = signed_in("Marketer")

    told = post(client, file("One.jpg"), headers={"accept": "application/json"}).json()

    assert told["ok"]
    assert f'src="{MediaAsset.objects.get().thumb}"' in told["tile"]


def test_a_file_above_the_limit_is_refused_by_name() -> None:
    client = signed_in("Marketer")
    heavy = file("Heavy.jpg", b"\xff" * 20_000_001)

    told = post(client, heavy, headers={"accept": "application/json"}).json()

    assert "“Heavy.jpg” was not kept. This file is larger than 20 MB" in told["said"]


def test_a_picture_by_address_is_kept_and_one_of_this_machine_is_not(
    settings: Any,
) -> None:
    client = signed_in("Marketer")
    with website({"/Scarf.jpg": sends(pictures.jpeg())}) as site:
        address = f"{site.address}/Scarf.jpg?key=secret"
        refused = post(client, address=address, follow=True).content.decode()
        settings.MEDIA_FETCH_NETWORKS = [ip_network("127.0.0.0/8")]
        kept = post(client, address=address, follow=True).content.decode()

    assert "/Scarf.jpg” was not kept. Only addresses that begin with https" in refused
    assert "secret" not in refused
    assert "“Scarf” is in the library." in kept
    assert len(site.asked) == 1


def test_a_request_above_all_limits_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = signed_in("Marketer")
    monkeypatch.setattr(uploads, "MOST", 1_000)

    answer = post(client, file("One.jpg"))

    assert answer.status_code == 400
    assert not MediaAsset.objects.exists()


@pytest.mark.parametrize("role", ["Reviewer", "Analyst"])
def test_who_may_only_look_uploads_nothing(role: str) -> None:
    client = signed_in(role)

    assert post(client, file("One.jpg")).status_code == 403
    assert b"data-upload" not in client.get(there("changelist")).content


def test_the_library_is_found_by_words_and_by_position(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(library, "PAGE", 2)
    for n in range(3):
        pictures.uploaded((600 + n, 300), name=f"Picture {n}", alt_text=f"Tree {n}")
    client = signed_in("Analyst")

    first = client.get(there("changelist")).context["page"]
    second = client.get(there("changelist"), {"before": first.older}).context["page"]
    by_words = client.get(there("changelist"), {"q": "tree 1", "view": "list"})

    names = [each.name for page in (first, second) for each in page.assets]
    assert names == ["Picture 2", "Picture 1", "Picture 0"]
    assert second.older == ""
    assert [each.name for each in by_words.context["page"].assets] == ["Picture 1"]


@pytest.mark.parametrize("tab", ["", "used", "archived"])
@pytest.mark.parametrize("words", ["", "nothing like it"])
def test_an_empty_library_says_what_to_do(tab: str, words: str) -> None:
    builders.application()
    client = signed_in("Marketer")

    answer = client.get(there("changelist"), {"tab": tab, "q": words})

    assert b"ps-empty" in answer.content


def test_a_site_without_an_application_asks_for_one() -> None:
    answer = signed_in("Marketer").get(there("changelist"))

    assert b"No application yet" in answer.content


def test_describing_and_moving_the_focal_point_is_one_form() -> None:
    asset = pictures.uploaded(alt_text="")
    client = signed_in("Marketer")
    words = {"name": "Scarf", "alt_text": "A red scarf", "focal_x": "12,5"}

    client.post(there("change", asset.pk), words | {"focal_y": "80"})

    asset.refresh_from_db()
    assert (asset.name, asset.alt_text) == ("Scarf", "A red scarf")
    assert (asset.focal_x, asset.focal_y) == (0.125, 0.8)


def test_tags_and_rights_are_of_the_same_form_and_filter_the_library() -> None:
    asset = pictures.uploaded(name="Scarf")
    pictures.uploaded((600, 300), name="Tree")
    client = signed_in("Marketer")
    words = {"tags": "Winter, <b>", "licence": "Studio 24", "use_until": "2027-01-31"}

    client.post(there("change", asset.pk), words)
    client.post(there("change", asset.pk), {"alt_text": "Red"})
    listed = client.get(there("changelist"), {"tag": "winter"})

    asset.refresh_from_db()
    assert (asset.tags, asset.licence) == (["<b>", "winter"], "Studio 24")
    assert asset.use_until == date(2027, 1, 31)
    assert [each.name for each in listed.context["page"].assets] == ["Scarf"]
    assert b"<b>" not in listed.content.replace(b"<body", b"")


def test_another_file_takes_the_place_of_a_picture() -> None:
    asset = pictures.uploaded()
    client = signed_in("Marketer")
    address = there("replace", asset.pk)

    said = client.post(address, {"file": file("New.jpg", pictures.jpeg((900, 900)))})
    nothing = client.post(address, follow=True)

    asset.refresh_from_db()
    assert said.status_code == 302
    assert asset.width == 900
    assert b"Choose the file of the new picture first" in nothing.content
    assert signed_in("Analyst").post(address).status_code == 403


def test_administrators_delete_from_the_archive_and_read_why_not() -> None:
    asset = pictures.uploaded(name="Scarf")
    client, address = signed_in("Administrator"), there("delete", asset.pk)
    refused = client.post(address, follow=True).content.decode()
    client.post(there("archive", asset.pk))
    draft = builders.campaign(name="Winter", asset=asset)
    page = client.get(there("change", asset.pk)).content.decode()
    Campaign.objects.filter(pk=draft.pk).update(asset=None)

    gone = client.post(address, follow=True).content.decode()

    assert "Archive it first" in refused
    assert "the draft “Winter” shows it" in page
    assert "“Scarf” is deleted" in gone
    assert signed_in("Marketer").post(address).status_code == 403


def test_the_page_of_a_picture_shows_its_sizes_and_uses() -> None:
    asset = pictures.uploaded((320, 160))
    builders.campaign(name="Winter", asset=asset)

    text = signed_in("Analyst").get(there("change", asset.pk)).content.decode()

    assert "320×160; Android shows 1200×600" in text
    assert "Winter" in text
    assert 'name="focal_x"' not in text


def test_the_whole_picture_is_for_staff_alone(client: Client) -> None:
    asset = pictures.uploaded()

    seen = signed_in("Analyst").get(there("master", asset.pk))

    assert seen["Content-Type"] == "image/jpeg"
    assert client.get(there("master", asset.pk)).status_code == 302


def test_an_archived_picture_leaves_the_choices_and_comes_back() -> None:
    asset = pictures.uploaded()
    client = signed_in("Marketer")

    client.post(there("archive", asset.pk))
    assert library.choices(asset.application_id) == []

    client.post(there("restore", asset.pk))
    assert library.choices(asset.application_id) == [asset]


def test_the_dialog_offers_pictures_of_its_application() -> None:
    mine = pictures.uploaded(name="Mine")
    other = builders.application(slug="other")
    pictures.uploaded(name="Theirs", application=other)
    client = signed_in("Marketer")

    answer = client.get(there("choose"), {"application": mine.application_id})

    assert f'data-choice="{mine.pk}"' in answer.content.decode()
    assert b"Theirs" not in answer.content


def saved(draft: Campaign, **changes: Any) -> Campaign:
    client = signed_in("Marketer")
    form_page = reverse("admin:campaigns_campaign_change", args=[draft.pk])
    client.post(form_page, form(draft, **changes))
    return Campaign.objects.get(pk=draft.pk)


def test_a_message_keeps_the_picture_and_the_icon_that_were_chosen() -> None:
    picture, icon = pictures.uploaded(), pictures.uploaded((600, 600))

    draft = saved(builders.campaign(), asset=picture.pk, icon=icon.pk)

    assert (draft.asset, draft.icon) == (picture, icon)
    draft = saved(draft, asset="", icon=icon.pk)
    assert (draft.asset, draft.icon) == (None, icon)


def test_another_application_s_picture_is_no_choice() -> None:
    theirs = pictures.uploaded(application=builders.application(slug="other"))

    assert saved(builders.campaign(), asset=theirs.pk).asset is None


def test_an_archived_picture_stays_where_it_was_chosen_and_no_further() -> None:
    gone = pictures.uploaded()
    MediaAsset.objects.update(archived_at=builders.NOW)

    kept = saved(builders.campaign(asset=gone), asset=gone.pk)

    assert kept.asset == gone
    assert saved(builders.campaign(), asset=gone.pk).asset is None
