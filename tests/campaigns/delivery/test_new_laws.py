"""A zone gets a new law between a promise and its start."""

import zoneinfo
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaigns.delivery import firing, instance, lifecycle, ticking
from campaigns.models import Campaign
from devices.models import AuditEvent
from tests import builders
from tests.campaigns.schedule.zone_rules import utc

pytestmark = [pytest.mark.django_db, pytest.mark.fault("F53")]

HERE = instance.Here(folder="a folder", database="a database")
BEFORE = utc("2026-12-01T12:00")


@pytest.fixture
def like_cairo(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Lets Paris keep Cairo's clocks from now on: an hour earlier in UTC."""
    before = zoneinfo.TZPATH
    roots = (Path(root) / "Africa" / "Cairo" for root in before)
    law = next(path for path in roots if path.exists()).read_bytes()

    def enact() -> None:
        (tmp_path / "Europe").mkdir()
        (tmp_path / "Europe" / "Paris").write_bytes(law)
        zoneinfo.reset_tzpath([str(tmp_path), *before])
        ZoneInfo.clear_cache()

    yield enact
    zoneinfo.reset_tzpath(before)
    ZoneInfo.clear_cache()


def promised(every: dict | None = None) -> Campaign:
    """A campaign for 2 December at nine in Paris, once or from then on."""
    schedule = {
        "kind": "recurring" if every else "once",
        "start": "2026-12-02",
        "time": "09:00",
        "zone": "Europe/Paris",
    }
    if every:
        schedule |= {"every": every, "end": None, "excluded": []}
    return lifecycle.schedule(
        builders.campaign(schedule=schedule),
        user=builders.user("campaigns.launch_campaign"),
        version=1,
        counted_people=10,
        confirmed_people=None,
        at=BEFORE,
    )


def test_a_promise_keeps_its_wall_time_and_fires_once(like_cairo) -> None:
    campaign = promised({"frequency": "daily", "interval": 1})
    assert campaign.next_at == utc("2026-12-02T08:00")

    like_cairo()
    moved = [firing.renew_promises(at=BEFORE) for _each in range(2)]

    assert moved == [1, 0]
    campaign.refresh_from_db()
    assert campaign.next_slot == "2026-12-02T09:00@Europe/Paris"
    assert campaign.next_at == utc("2026-12-02T07:00")
    assert AuditEvent.objects.filter(action="moved with its zone's clocks").count() == 1
    for minutes in range(0, 180, 10):
        at = utc("2026-12-02T06:30") + timedelta(minutes=minutes)
        ticking.tick(at=at, here=HERE)
    slots = [(run.slot, run.due_at) for run in campaign.runs.all()]
    assert slots == [("2026-12-02T09:00@Europe/Paris", utc("2026-12-02T07:00"))]


def test_a_slot_that_fired_by_the_old_law_does_not_fire_by_the_new(like_cairo) -> None:
    campaign = promised({"frequency": "daily", "interval": 1})
    ticking.tick(at=utc("2026-12-02T08:00"), here=HERE)

    like_cairo()
    firing.renew_promises(at=utc("2026-12-02T08:01"))
    for minutes in range(0, 24 * 60, 60):
        at = utc("2026-12-02T08:02") + timedelta(minutes=minutes)
        ticking.tick(at=at, here=HERE)

    slots = [run.slot for run in campaign.runs.order_by("due_at")]
    assert slots == ["2026-12-02T09:00@Europe/Paris", "2026-12-03T09:00@Europe/Paris"]
