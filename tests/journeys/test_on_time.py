"""Campaigns start once and on time, whatever beat does (issue: done when 2)."""

import signal
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import Sum

from campaigns.delivery import clock, heartbeats, lifecycle
from campaigns.models import Campaign, Run
from devices.models import Person
from tests import builders
from tests.journeys import processes
from tests.journeys.processes import Site

pytestmark = [
    pytest.mark.journey,
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def site(tmp_path: Path, site_environment: dict[str, str]) -> Iterator[Site]:
    """A control worker, and room for more. Its sending is slow: a large run lasts."""
    simulator = {"SIMULATOR": f"127.0.0.1:{processes.free_port()}", "SEND_WINDOW": "1"}
    with processes.site(tmp_path, site_environment | simulator) as made:
        made.control_worker()
        yield made


def promise(at: datetime, **changes: object) -> Campaign:
    """A campaign that is to start once at this second."""
    schedule = {
        "kind": "once",
        "start": f"{at:%Y-%m-%d}",
        "time": f"{at:%H:%M:%S}",
        "zone": "UTC",
    }
    return lifecycle.schedule(
        builders.campaign(schedule=schedule, **changes),
        user=builders.user("campaigns.launch_campaign"),
        version=1,
        counted_people=0,
        confirmed_people=None,
        at=clock.now(),
    )


def promise_from(
    first: datetime, *, campaigns: int, **changes: object
) -> list[Campaign]:
    """Two campaigns in each second."""
    seconds = [timedelta(seconds=each // 2) for each in range(campaigns)]
    return [promise(first + each, **changes) for each in seconds]


def lateness(campaigns: list[Campaign], *, site: Site) -> list[float]:
    """Seconds from promise to start, when all have started, once each."""
    last = max(campaign.next_at for campaign in campaigns)
    runs = Run.objects.filter(campaign__in=campaigns)
    left = (last - clock.now()).total_seconds()
    processes.wait(lambda: runs.count() >= len(campaigns), seconds=left + 20, site=site)
    processes.wait(
        lambda: clock.now() > last + timedelta(seconds=3), seconds=9, site=site
    )
    # Nobody matches, so each is over as soon as its audience was looked at.
    finished = runs.filter(state="finished")
    processes.wait(lambda: finished.count() >= len(campaigns), seconds=60, site=site)
    found = runs.values_list("campaign", "due_at", "created_at")
    assert sorted(row[0] for row in found) == sorted(each.pk for each in campaigns)
    return [(began - due).total_seconds() for _id, due, began in found]


def is_ready() -> bool:
    at = clock.now()
    return heartbeats.alive(heartbeats.CONTROL_WORKER, at=at).exists()


def test_twenty_campaigns_start_once_each_within_five_seconds_by_beat(site: Site):
    beat = site.beat()
    processes.wait(is_ready, seconds=60, site=site)

    late = lateness(
        promise_from(clock.now() + timedelta(seconds=4), campaigns=20), site=site
    )

    assert max(late) < 5, late
    assert min(late) >= 0, "nothing starts before its time"
    assert beat.popen.poll() is None
    assert site.ended("campaigns.tick") > 3, "beat ticked, not only the watch"


@pytest.mark.slow
@pytest.mark.fault("F08", "F09", "F10")
def test_without_beat_with_a_frozen_one_or_with_five_they_start_once_all_the_same(
    site: Site,
):
    beats = [site.beat()]
    processes.wait(is_ready, seconds=60, site=site)
    late = {}

    beats[0].send(signal.SIGSTOP)
    late["frozen"] = lateness(
        promise_from(clock.now() + timedelta(seconds=3), campaigns=4), site=site
    )
    beats[0].kill()
    late["killed"] = lateness(
        promise_from(clock.now() + timedelta(seconds=3), campaigns=4), site=site
    )
    for _each in range(5):
        site.beat()
    late["five"] = lateness(
        promise_from(clock.now() + timedelta(seconds=8), campaigns=4), site=site
    )

    assert max(max(each) for each in late.values()) < 15, late


def test_campaigns_start_on_time_while_a_large_run_is_being_sent(site: Site):
    site.simulator()
    site.beat()
    site.make_sample(people=20_000)
    site.send_worker()
    large = launch_sample()
    processes.wait(lambda: accepted(large) > 100, seconds=60, site=site)

    soon = promise_from(
        clock.now() + timedelta(seconds=2),
        campaigns=6,
        application=builders.application(name="Another brand"),
    )
    late = lateness(soon, site=site)

    assert max(late) < 5, late
    large.refresh_from_db()
    last = max(each.next_at for each in soon)
    assert large.finished_at is None or large.finished_at > last + timedelta(seconds=1)


def launch_sample() -> Run:
    """The sample's draft, whose countdown is over at once."""
    draft = Campaign.objects.get(state="draft")
    people = Person.objects.filter(application=draft.application).count()
    at = clock.now()
    run = lifecycle.launch_now(
        draft,
        user=builders.user(is_superuser=True),
        launch_key=uuid.uuid4(),
        version=draft.version,
        counted_people=people,
        confirmed_people=people,
        at=at,
    )
    Run.objects.filter(pk=run.pk).update(countdown_until=at, confirmed_people=None)
    return run


def accepted(run: Run) -> int:
    return run.batches.aggregate(rows=Sum("accepted"))["rows"] or 0
