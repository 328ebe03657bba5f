import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django_celery_beat.models import PeriodicTask

from campaigns.delivery import bell, instance, lifecycle, ticking
from campaigns.models import Campaign, Heartbeat, Run, Switch
from devices.models import AuditEvent
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

HERE = instance.Here(folder="a folder", database="a database")
DAILY = {"frequency": "daily", "interval": 1}


def promise(at: datetime, *, every: dict | None = None, end: dict | None = None):
    """A campaign scheduled for this moment, once or recurring."""
    schedule = {
        "kind": "recurring" if every else "once",
        "start": f"{at:%Y-%m-%d}",
        "time": f"{at:%H:%M:%S}",
        "zone": "UTC",
    }
    if every:
        schedule |= {"every": every, "end": end, "excluded": []}
    return lifecycle.schedule(
        builders.campaign(schedule=schedule),
        user=builders.user("campaigns.launch_campaign"),
        version=1,
        counted_people=10,
        confirmed_people=None,
        at=at - timedelta(hours=1),
    )


def tick(at: datetime) -> None:
    ticking.tick(at=at, here=HERE)


def runs(campaign: Campaign) -> list[tuple[str, str]]:
    """(day, state) of each run, in order."""
    found = campaign.runs.order_by("due_at")
    return [(f"{run.due_at:%d}", run.state) for run in found]


def test_nothing_starts_before_its_time():
    campaign = promise(NOW)

    tick(NOW - timedelta(milliseconds=1))

    assert runs(campaign) == []


def test_a_due_campaign_gets_one_run_and_ends_with_it(
    django_capture_on_commit_callbacks, monkeypatch
):
    rung = []
    monkeypatch.setattr(bell, "_publish", lambda task, ids: rung.append((task, *ids)))
    campaign = promise(NOW)

    with django_capture_on_commit_callbacks(execute=True):
        for second in range(4):
            tick(NOW + timedelta(seconds=second))

    run = campaign.runs.get()
    assert (run.slot, run.state) == ("2026-11-23T09:00@UTC", "preparing")
    assert rung.count((bell.PREPARE, run.pk)) == 1
    campaign.refresh_from_db()
    assert (campaign.state, campaign.next_at) == ("scheduled", None)
    lifecycle.begin_sending(run.pk, at=NOW)
    campaign.refresh_from_db()
    assert campaign.state == "finished"


@pytest.mark.fault("F09")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_five_ticks_at_once_start_each_campaign_once():
    for second in range(4):
        promise(NOW + timedelta(seconds=second))
    ready = threading.Barrier(5)

    def tick_with_the_others() -> None:
        ready.wait()
        try:
            tick(NOW + timedelta(seconds=5))
        finally:
            connection.close()

    ticks = [threading.Thread(target=tick_with_the_others) for _each in range(5)]
    for each in ticks:
        each.start()
    for each in ticks:
        each.join(30)

    tick(NOW + timedelta(seconds=6))
    assert Run.objects.filter(state="preparing").count() == 4
    assert Run.objects.count() == 4


@pytest.mark.fault("F11")
@pytest.mark.parametrize(("minutes", "state"), [(15, "preparing"), (16, "missed")])
def test_beyond_the_grace_window_a_start_is_missed(minutes, state):
    campaign = promise(NOW)

    tick(NOW + timedelta(minutes=minutes))

    assert runs(campaign) == [("23", state)]


def test_a_missed_campaign_waits_for_a_person():
    campaign = promise(NOW)
    tick(NOW + timedelta(hours=2))
    user = builders.user("campaigns.launch_campaign")

    late = lifecycle.send_missed(
        campaign.runs.get(),
        user=user,
        counted_people=1,
        confirmed_people=None,
        at=NOW + timedelta(hours=2),
    )
    tick(NOW + timedelta(hours=2, seconds=30))
    lifecycle.begin_sending(late.pk, at=NOW + timedelta(hours=3))

    campaign.refresh_from_db()
    assert sorted(runs(campaign)) == [("23", "finished"), ("23", "missed")]
    assert campaign.state == "finished"


def test_a_recurring_campaign_goes_on():
    campaign = promise(NOW, every=DAILY)

    for day in range(3):
        tick(NOW + timedelta(days=day, seconds=1))

    assert runs(campaign) == [
        ("23", "preparing"),
        ("24", "preparing"),
        ("25", "preparing"),
    ]
    campaign.refresh_from_db()
    assert campaign.next_at == NOW + timedelta(days=3)


def test_after_an_outage_only_the_latest_start_is_caught_up_with():
    campaign = promise(NOW, every=DAILY)

    tick(NOW + timedelta(days=4, minutes=30))

    assert runs(campaign) == [("26", "missed"), ("27", "preparing")]
    assert "4" in campaign.runs.get(state="missed").reason
    campaign.refresh_from_db()
    assert campaign.next_at == NOW + timedelta(days=5)


def test_after_an_outage_a_late_start_is_missed_and_the_next_one_holds():
    campaign = promise(NOW, every=DAILY)

    tick(NOW + timedelta(days=1, hours=2))
    tick(NOW + timedelta(days=2))

    assert runs(campaign) == [
        ("23", "missed"),
        ("24", "missed"),
        ("25", "preparing"),
    ]


def test_a_recurring_campaign_ends_with_its_last_run():
    campaign = promise(NOW, every=DAILY, end={"count": 2})

    for day in range(3):
        tick(NOW + timedelta(days=day))
    for run in campaign.runs.all():
        lifecycle.begin_sending(run.pk, at=NOW)

    campaign.refresh_from_db()
    assert runs(campaign) == [("23", "finished"), ("24", "finished")]
    assert campaign.state == "finished"


def test_an_hour_that_comes_twice_fires_once_and_one_that_is_skipped_fires_later():
    sunday = {"frequency": "daily", "interval": 1}
    spring = {
        "kind": "recurring",
        "start": "2027-03-28",
        "time": "02:30",
        "zone": "Europe/Berlin",
        "every": sunday,
        "end": {"count": 1},
        "excluded": [],
    }
    autumn = spring | {"start": "2027-10-31"}
    found = {}
    for name, schedule in {"gap": spring, "overlap": autumn}.items():
        campaign = lifecycle.schedule(
            builders.campaign(schedule=schedule),
            user=builders.user("campaigns.launch_campaign"),
            version=1,
            counted_people=1,
            confirmed_people=None,
            at=NOW,
        )
        start = datetime.fromisoformat(schedule["start"]).replace(tzinfo=UTC)
        for minute in range(0, 240, 10):
            tick(start + timedelta(minutes=minute))
        found[name] = [f"{run.due_at:%H:%M}" for run in campaign.runs.all()]

    assert found == {"gap": ["01:30"], "overlap": ["00:30"]}


def test_a_countdown_ends_by_itself():
    run = builders.run(state="countdown", countdown_until=NOW)

    tick(NOW - timedelta(seconds=1))
    assert Run.objects.get().state == "countdown"
    tick(NOW)

    run.refresh_from_db()
    assert run.state == "preparing"


def test_a_countdown_that_nobody_watched_is_taken_back():
    campaign = builders.campaign(state="scheduled")
    run = builders.run(campaign, state="countdown", countdown_until=NOW)

    tick(NOW + timedelta(hours=1))

    run.refresh_from_db()
    campaign.refresh_from_db()
    assert (run.state, campaign.state) == ("cancelled", "draft")
    assert "again" in run.reason


def test_while_all_sending_is_stopped_nothing_starts_and_what_passed_is_missed():
    campaign = promise(NOW)
    operator = builders.user("campaigns.switch_sending")
    lifecycle.stop_all(user=operator, reason="Look first", at=NOW)

    tick(NOW)
    assert runs(campaign) == []
    lifecycle.allow_all(user=operator, at=NOW + timedelta(hours=5))
    tick(NOW + timedelta(hours=5))

    assert runs(campaign) == [("23", "missed")]


def test_one_broken_campaign_does_not_keep_the_others_from_starting(caplog):
    broken, sound = promise(NOW), promise(NOW + timedelta(seconds=1))
    revision = broken.revision
    revision.schedule = {"kind": "never"}
    revision.save()

    tick(NOW + timedelta(seconds=2))

    assert runs(sound) == [("23", "preparing")]
    assert "fire" in caplog.text


def test_what_was_lost_is_rung_again(django_capture_on_commit_callbacks, monkeypatch):
    rung = []
    monkeypatch.setattr(bell, "_publish", lambda task, ids: rung.append((task, *ids)))
    preparing = builders.run(state="preparing")
    sending = builders.run(state="sending", audience=5)
    builders.batch(sending, hi=5)
    paused = builders.run(state="paused", audience=5)
    builders.batch(paused, hi=5)

    with django_capture_on_commit_callbacks(execute=True):
        tick(NOW)
        tick(NOW + timedelta(seconds=2))

    assert rung == [(bell.PREPARE, preparing.pk), (bell.SEND,)]


def test_a_run_whose_end_nobody_noticed_is_finished_by_the_sweep():
    run = builders.run(state="sending", audience=0)

    tick(NOW)

    run.refresh_from_db()
    assert run.state == "finished"


def test_each_tick_leaves_a_sign_of_life():
    tick(NOW)

    assert Heartbeat.objects.get(part="tick").at == NOW


def test_beat_finds_its_two_rows():
    rows = PeriodicTask.objects.filter(name__startswith="Pushsite")

    assert {(row.task, row.interval.every, row.expire_seconds) for row in rows} == {
        ("campaigns.tick", 2, 2),
        ("campaigns.housekeeping", 60, 60),
    }
    assert all(row.enabled for row in rows)


def test_the_first_installation_may_send_and_a_copy_of_it_may_not(tmp_path):
    promise(NOW)
    first = instance.here(tmp_path / "first")
    ticking.tick(at=NOW - timedelta(minutes=1), here=first)
    (tmp_path / "copy").mkdir()
    text = (tmp_path / "first" / "instance.id").read_text()
    (tmp_path / "copy" / "instance.id").write_text(text)

    ticking.tick(at=NOW, here=instance.here(tmp_path / "copy"))

    switch = Switch.objects.get()
    assert not switch.is_on
    assert "data folder" in switch.reason
    assert not Run.objects.exists()
    assert AuditEvent.objects.filter(action="stopped all sending").exists()


def test_a_restored_database_starts_on_hold(tmp_path):
    here = instance.here(tmp_path)
    ticking.tick(at=NOW, here=here)

    restored = instance.Here(folder=here.folder, database="another")
    ticking.tick(at=NOW, here=restored)

    assert not Switch.objects.get().is_on
    assert "restored" in Switch.objects.get().reason


def test_a_send_worker_notices_a_restored_database_by_itself(tmp_path):
    ticking.tick(at=NOW, here=instance.here(tmp_path))
    assert instance.guard_database(at=NOW)

    Heartbeat.objects.filter(part="instance").update(facts={"database": "before"})

    assert not instance.guard_database(at=NOW)
    assert not Switch.objects.get().is_on


def test_who_allows_sending_again_accepts_the_new_place(tmp_path):
    ticking.tick(at=NOW, here=HERE)
    moved = instance.here(tmp_path)
    ticking.tick(at=NOW, here=moved)

    lifecycle.allow_all(user=builders.user("campaigns.switch_sending"), at=NOW)
    ticking.tick(at=NOW, here=moved)
    ticking.tick(at=NOW, here=instance.here(tmp_path))

    assert Switch.objects.get().is_on
    assert instance.guard_database(at=NOW)
