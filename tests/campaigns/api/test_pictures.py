"""Pictures are fetched by address alone: by phones, websites and CDNs."""

from pathlib import Path

import pytest
from django.test import Client

from campaigns.models import MediaAsset
from tests import pictures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]


@pytest.fixture
def asset() -> MediaAsset:
    return pictures.uploaded()


def test_a_picture_says_all_that_a_cdn_and_a_browser_must_know(
    asset: MediaAsset, client: Client
) -> None:
    name = asset.renditions.get(kind="android_big").file.name

    answer = client.get(f"/m/{name}", headers={"accept-language": "fr"})

    assert answer["Content-Type"] == "image/jpeg"
    assert int(answer["Content-Length"]) == len(answer.content)
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not answer.cookies
    assert "Vary" not in answer


def test_asking_for_the_head_alone_gets_no_body(
    asset: MediaAsset, client: Client
) -> None:
    rendition = asset.renditions.get(kind="thumb")

    answer = client.head(f"/m/{rendition.file.name}")

    assert answer.content == b""
    assert answer["Content-Length"] == str(rendition.size)
    assert answer["Content-Type"] == "image/webp"


def test_nothing_but_renditions_is_served(
    asset: MediaAsset, client: Client, media_root: Path
) -> None:
    name = asset.renditions.get(kind="thumb").file.name
    (media_root / "notes.txt").write_text("secret")
    (media_root.parent / "outside.webp").write_bytes(b"secret")

    for path in (
        asset.master.name,
        "notes.txt",
        "../outside.webp",
        "%2e%2e/outside.webp",
        f"../media/{name}",
        f"{name}/",
        f"{name}%00",
        name.replace("-thumb", "-other"),
        "ab/" + "0" * 38 + "-thumb.webp",
        "",
    ):
        assert client.get(f"/m/{path}").status_code == 404, path


def test_a_picture_cannot_be_written_by_address(
    asset: MediaAsset, client: Client
) -> None:
    name = asset.renditions.get(kind="thumb").file.name

    assert client.post(f"/m/{name}").status_code == 405
    assert client.put(f"/m/{name}").status_code == 405
    assert client.delete(f"/m/{name}").status_code == 405
