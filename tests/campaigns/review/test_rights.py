"""Pictures whose rights end before the last push that shows them."""

from datetime import date, timedelta
from typing import Any

import pytest

from campaigns.models import MediaAsset
from campaigns.review import rights
from tests import builders
from tests.pictures import uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]
TODAY = builders.NOW.date()
DAILY = {
    "kind": "recurring",
    "zone": "Europe/Paris",
    "start": TODAY.isoformat(),
    "time": "09:00",
    "every": {"frequency": "daily"},
}


def said(schedule: dict[str, Any], last: date | None) -> list[str]:
    asset = uploaded()
    MediaAsset.objects.update(use_until=last)
    campaign = builders.campaign(asset=asset, schedule=schedule)
    return [str(each.sentence) for each in rights.rights(campaign, at=builders.NOW)]


def test_a_picture_without_a_last_day_may_always_be_shown() -> None:
    assert said({"kind": "now"}, None) == []


def test_the_last_day_itself_still_counts() -> None:
    assert said({"kind": "now"}, TODAY) == []


def test_a_launch_after_the_last_day_is_named() -> None:
    (sentence,) = said({"kind": "now"}, TODAY - timedelta(days=1))

    assert "may be shown until" in sentence


def test_a_recurring_campaign_outlives_its_picture() -> None:
    last = TODAY + timedelta(days=40)

    (sentence,) = said(DAILY, last)

    assert str((last + timedelta(days=1)).day) in sentence
    until = DAILY | {"end": {"until": last.isoformat()}}
    assert said(until, last) == []
