"""What the review says of pictures before a launch."""

import pytest

from campaigns.models import Campaign, MediaAsset, Rendition
from campaigns.review import checks, pictures
from campaigns.review.funnel import Funnel
from tests import builders
from tests.pictures import uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]


def found(campaign: Campaign, devices: int = 0) -> list[tuple[str, str]]:
    """(severity, field) of each check of pictures."""
    counted = Funnel(
        people=devices,
        devices=devices,
        steps=[],
        reached_people=devices,
        reached_devices=devices,
        by_gateway={"fcm": devices},
        by_platform={"android": devices},
        exact=True,
        at=builders.NOW,
    )
    said = pictures.pictures(campaign, counted)
    return [(each.severity, each.field) for each in said]


def test_a_message_without_pictures_has_nothing_to_check() -> None:
    assert found(builders.campaign()) == []


def test_a_described_picture_with_every_size_is_fine() -> None:
    asset = uploaded((1400, 800))

    assert found(builders.campaign(asset=asset, icon=asset)) == [("ok", "")]


def test_a_picture_that_nobody_described_stops_the_launch() -> None:
    campaign = builders.campaign(asset=uploaded(alt_text=" "))

    stops = checks.stops(campaign, at=builders.NOW)

    assert ("stop", "asset") in found(campaign)
    assert any("has no description" in str(each.sentence) for each in stops)


def test_the_picture_of_a_language_is_checked_too() -> None:
    asset = uploaded(alt_text="")
    said = [{"locale": "fr", "title": "T", "body": "B", "asset": asset.pk}]

    assert found(builders.campaign(translations=said)) == [("stop", "translations")]


def test_the_picture_of_a_platform_is_checked_with_the_size_that_it_shows() -> None:
    asset = uploaded((1400, 800), alt_text="")
    MediaAsset.objects.update(alt_text="")
    Rendition.objects.exclude(kind="ios_wide").delete()
    campaign = builders.campaign(platforms={"ios": {"asset": asset.pk}})

    assert found(campaign) == [("stop", "ios:asset")]


def test_an_icon_needs_no_words() -> None:
    assert found(builders.campaign(icon=uploaded(alt_text=""))) == [("ok", "")]


@pytest.mark.parametrize(
    ("field", "kind"), [("asset", "ios_wide"), ("icon", "web_icon")]
)
def test_a_missing_size_stops_the_launch(field: str, kind: str) -> None:
    asset = uploaded()
    Rendition.objects.filter(asset=asset, kind=kind).delete()

    assert found(builders.campaign(**{field: asset})) == [("stop", field)]


def test_a_small_picture_is_worth_a_look() -> None:
    assert found(builders.campaign(asset=uploaded((320, 160)))) == [("look", "asset")]


@pytest.mark.parametrize(
    ("simulated", "address", "stopped"),
    [(True, "http", False), (False, "http", True), (False, "https", False)],
)
def test_real_phones_need_an_https_address(
    settings: object, simulated: bool, address: str, stopped: bool
) -> None:
    settings.MEDIA_URL = f"{address}://push.example.com/m/"
    builders.credential(simulated=simulated)
    campaign = builders.campaign(asset=uploaded((1400, 800)))

    assert (("stop", "asset") in found(campaign)) == stopped


def test_many_gigabytes_are_worth_a_look() -> None:
    asset: MediaAsset = uploaded((1400, 800))
    Rendition.objects.filter(asset=asset, kind="android_big").update(size=200_000)
    campaign = builders.campaign(asset=asset)

    assert found(campaign, devices=20_000) == [("ok", "")]
    assert found(campaign, devices=30_000) == [("look", "asset")]
