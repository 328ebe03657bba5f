from datetime import timedelta

import pytest

from campaigns.delivery import lifecycle
from campaigns.models import Batch, Campaign, Delivery, LeftOut, Parked, Run, Switch
from campaigns.models.states import BatchState, RunState
from devices.models import AuditEvent
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

OPERATOR = ("campaigns.stop_run", "campaigns.resume_run")


def batch_of(run: Run, *, hi: int, **tallies: int) -> Batch:
    """A first batch, closed when its tallies account for every row."""
    closed = sum(tallies.values()) == hi
    return builders.batch(
        run, hi=hi, state=BatchState.CLOSED if closed else BatchState.WAITING, **tallies
    )


def reach_people(run: Run, people: int) -> None:
    """A frozen audience: one row each, all to be sent."""
    Delivery.objects.bulk_create(
        Delivery(run_id=run.pk, seq=seq, person_id=seq) for seq in range(1, people + 1)
    )
    run.audience = run.people = people
    run.save(update_fields=["audience", "people"])
    batch_of(run, hi=people)


def state(run: Run) -> str:
    run.refresh_from_db()
    return run.state


def test_a_pause_and_a_resume_each_raise_the_epoch():
    run = builders.run(state="sending")
    user = builders.user(*OPERATOR)

    lifecycle.pause(run, user=user, reason="A typo", at=NOW)
    assert (state(run), run.epoch, run.reason) == ("paused", 1, "A typo")
    lifecycle.resume(run, user=user, at=NOW)
    assert (state(run), run.epoch, run.reason) == ("sending", 2, "")

    assert set(AuditEvent.objects.values_list("action", flat=True)) == {
        "paused",
        "resumed",
    }


@pytest.mark.parametrize("was", ["countdown", "preparing", "paused", "finished"])
def test_only_a_run_that_sends_can_be_paused(was):
    run = builders.run(state=was)

    with pytest.raises(lifecycle.WrongState):
        lifecycle.pause(run, user=builders.user(*OPERATOR), reason="", at=NOW)

    assert (state(run), run.epoch) == (was, 0)


def test_whoever_may_stop_pauses_any_run_and_others_none():
    run = builders.run(state="sending")

    with pytest.raises(lifecycle.NotAllowed):
        lifecycle.pause(
            run, user=builders.user("campaigns.launch_campaign"), reason="", at=NOW
        )
    lifecycle.pause(run, user=builders.user("campaigns.stop_run"), reason="", at=NOW)

    assert state(run) == "paused"


def test_one_resumes_ones_own_run_and_others_with_the_right():
    marketer = builders.user("campaigns.launch_campaign", "campaigns.stop_run")
    own = builders.run(state="paused", launched_by=marketer)
    foreign = builders.run(state="paused")

    lifecycle.resume(own, user=marketer, at=NOW)
    with pytest.raises(lifecycle.NotAllowed):
        lifecycle.resume(foreign, user=marketer, at=NOW)
    lifecycle.resume(foreign, user=builders.user("campaigns.resume_run"), at=NOW)

    assert (state(own), state(foreign)) == ("sending", "sending")


def test_a_run_that_grew_too_large_for_its_marketer_is_resumed_by_a_reviewer():
    marketer = builders.user("campaigns.launch_campaign")
    run = builders.run(state="paused", launched_by=marketer)
    reach_people(run, 1_001)

    with pytest.raises(lifecycle.NotAllowed):
        lifecycle.resume(run, user=marketer, at=NOW)
    lifecycle.resume(run, user=builders.user("campaigns.resume_run"), at=NOW)

    assert state(run) == "sending"


@pytest.mark.fault("F50")
def test_pausing_and_resuming_a_hundred_times_is_counted_a_hundred_times():
    run = builders.run(state="sending")
    user = builders.user(*OPERATOR)

    for _each in range(100):
        lifecycle.pause(run, user=user, reason="", at=NOW)
        lifecycle.resume(run, user=user, at=NOW)

    assert (state(run), run.epoch) == ("sending", 200)


def test_a_run_is_taken_back_during_its_countdown_only():
    user = builders.user("campaigns.stop_run")
    counting = builders.run(
        builders.campaign(state="scheduled"), state="countdown", countdown_until=NOW
    )
    preparing = builders.run(state="preparing")

    lifecycle.cancel(counting, user=user, at=NOW)
    with pytest.raises(lifecycle.WrongState):
        lifecycle.cancel(preparing, user=user, at=NOW)

    assert (state(counting), state(preparing)) == ("cancelled", "preparing")
    assert Campaign.objects.get(pk=counting.campaign_id).state == "draft"


def test_a_countdown_can_be_made_longer():
    run = builders.run(state="countdown", countdown_until=NOW)

    lifecycle.extend_countdown(run, user=builders.user("campaigns.stop_run"), at=NOW)

    run.refresh_from_db()
    assert run.countdown_until == NOW + timedelta(seconds=60)
    assert not lifecycle.begin_preparing(run.pk, at=NOW + timedelta(seconds=59))
    assert lifecycle.begin_preparing(run.pk, at=NOW + timedelta(seconds=60))


def test_a_stopped_run_stays_stopping_until_every_row_is_accounted_for():
    run = builders.run(state="sending", audience=10)
    rows = batch_of(run, hi=10)
    later = NOW + timedelta(hours=1)
    Parked.objects.create(run=run, seq=1, attempt=2, due=later, batch=rows)

    lifecycle.stop(run, user=builders.user(*OPERATOR), reason="Wrong", at=NOW)

    assert (state(run), run.stopping, run.epoch) == ("stopped", True, 1)
    assert Parked.objects.get().due == NOW
    Parked.objects.all().delete()
    Batch.objects.update(state=BatchState.CLOSED, skipped=10)
    assert lifecycle.finish_if_done(run.pk, at=NOW)
    assert (state(run), run.stopping, run.finished_at) == ("stopped", False, NOW)


@pytest.mark.parametrize("was", ["countdown", "preparing", "sending", "paused"])
def test_a_run_without_rows_is_stopped_at_once_from_any_state(was):
    run = builders.run(builders.campaign(state="scheduled"), state=was)

    lifecycle.stop(run, user=builders.user("campaigns.stop_run"), reason="", at=NOW)

    assert (state(run), run.stopping) == ("stopped", False)
    assert Campaign.objects.get(pk=run.campaign_id).state == "finished"


@pytest.mark.parametrize("was", ["finished", "stopped", "missed", "cancelled"])
def test_what_is_over_cannot_be_stopped(was):
    run = builders.run(state=was)

    with pytest.raises(lifecycle.WrongState):
        lifecycle.stop(run, user=builders.user(*OPERATOR), reason="", at=NOW)

    assert state(run) == was


def test_all_sending_is_stopped_and_allowed_by_those_who_may():
    operator = builders.user("campaigns.switch_sending")

    with pytest.raises(lifecycle.NotAllowed):
        lifecycle.stop_all(user=builders.user(*OPERATOR), reason="", at=NOW)
    lifecycle.stop_all(user=operator, reason="Wrong segment", at=NOW)
    switch = Switch.objects.get()
    assert (switch.is_on, switch.reason, switch.changed_by) == (
        False,
        "Wrong segment",
        operator,
    )

    lifecycle.allow_all(user=operator, at=NOW)
    assert Switch.objects.get().is_on


def test_a_run_finishes_when_its_tallies_equal_its_audience():
    run = builders.run(
        builders.campaign(state="scheduled"), state="sending", audience=12
    )
    batch_of(run, hi=9, accepted=5, failed=2, skipped=1, unknown=1)
    LeftOut.objects.create(run=run, reason=300, rows=2)
    assert not lifecycle.finish_if_done(run.pk, at=NOW)

    LeftOut.objects.create(run=run, reason=303, rows=1)

    assert lifecycle.finish_if_done(run.pk, at=NOW)
    assert (state(run), run.finished_at) == ("finished", NOW)
    assert Campaign.objects.get(pk=run.campaign_id).state == "finished"
    assert not lifecycle.finish_if_done(run.pk, at=NOW)


def test_a_run_with_an_open_batch_or_a_parked_row_does_not_finish():
    waiting = builders.run(state="sending", audience=4)
    batch_of(waiting, hi=4)
    parked = builders.run(state="sending", audience=4)
    closed = batch_of(parked, hi=4, accepted=4)
    Parked.objects.create(run=parked, seq=1, attempt=2, due=NOW, batch=closed)

    assert not lifecycle.finish_if_done(waiting.pk, at=NOW)
    assert not lifecycle.finish_if_done(parked.pk, at=NOW)


def test_a_recurring_campaign_outlives_its_run():
    campaign = builders.campaign(state="scheduled", next_at=NOW + timedelta(days=7))
    run = builders.run(campaign, state="sending")

    lifecycle.finish_if_done(run.pk, at=NOW)

    campaign.refresh_from_db()
    assert (state(run), campaign.state) == ("finished", "scheduled")


def test_a_frozen_audience_starts_sending():
    run = builders.run(audience=10, confirmed_people=9)
    batch_of(run, hi=8)
    LeftOut.objects.create(run=run, reason=303, rows=2)

    assert lifecycle.begin_sending(run.pk, at=NOW)

    assert (state(run), run.started_at) == ("sending", NOW)
    assert not lifecycle.begin_sending(run.pk, at=NOW)


def test_a_run_that_reaches_nobody_is_finished_when_it_begins():
    run = builders.run(audience=2, people=2)
    LeftOut.objects.create(run=run, reason=303, rows=2)

    lifecycle.begin_sending(run.pk, at=NOW)

    assert state(run) == "finished"


def test_rows_that_do_not_add_up_are_never_sent():
    run = builders.run(audience=10)
    batch_of(run, hi=8)

    with pytest.raises(lifecycle.NotConserved):
        lifecycle.begin_sending(run.pk, at=NOW)

    assert state(run) == RunState.PREPARING


@pytest.mark.parametrize(
    ("confirmed", "found", "goes_on"),
    [
        (900, 1_000, True),
        (900, 1_001, False),
        (900, 799, False),
        (20_000, 20_200, True),
        (20_000, 20_201, False),
    ],
)
def test_an_audience_other_than_the_confirmed_one_stops_and_asks(
    confirmed, found, goes_on
):
    run = builders.run(confirmed_people=confirmed)
    reach_people(run, found)

    lifecycle.begin_sending(run.pk, at=NOW)

    assert state(run) == ("sending" if goes_on else "paused")
    assert goes_on or (str(confirmed) in run.reason and str(found) in run.reason)


@pytest.mark.parametrize(
    ("found", "goes_on"), [(18_000, True), (17_999, False), (22_001, False)]
)
def test_a_count_from_a_sample_may_miss_by_a_tenth(found, goes_on):
    run = builders.run(confirmed_people=20_000, confirmed_about=True)
    reach_people(run, found)

    lifecycle.begin_sending(run.pk, at=NOW)

    assert state(run) == ("sending" if goes_on else "paused")


@pytest.mark.parametrize(
    ("confirmed", "found", "goes_on"), [(400, 1_400, True), (400, 1_401, False)]
)
def test_a_scheduled_audience_may_grow_but_not_explode(confirmed, found, goes_on):
    campaign = builders.campaign(confirmed_people=confirmed)
    run = builders.run(campaign)
    reach_people(run, found)

    lifecycle.begin_sending(run.pk, at=NOW)

    assert state(run) == ("sending" if goes_on else "paused")
