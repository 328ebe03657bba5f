import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection

from campaigns.delivery import lifecycle
from campaigns.models import Campaign, Revision, Run, Switch
from devices.models import AuditEvent
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

MARKETER = ("campaigns.launch_campaign", "campaigns.stop_run")
REVIEWER = (*MARKETER, "campaigns.launch_large_campaign", "campaigns.resume_run")
TUESDAYS = {
    "kind": "recurring",
    "start": "2026-11-24",
    "time": "09:00",
    "zone": "Europe/Paris",
    "every": {"frequency": "weekly", "interval": 1, "weekdays": ["tuesday"]},
    "end": None,
    "excluded": [],
}


def launch(campaign: Campaign, **changes: object) -> Run:
    facts = {
        "user": changes.pop("user", None) or builders.user(*MARKETER),
        "launch_key": uuid.uuid4(),
        "version": 1,
        "counted_people": 10,
        "confirmed_people": None,
        "at": NOW,
    }
    return lifecycle.launch_now(campaign, **facts | changes)


def plan(campaign: Campaign, **changes: object) -> Campaign:
    facts = {
        "user": builders.user(*MARKETER),
        "version": 1,
        "counted_people": 10,
        "confirmed_people": None,
        "at": NOW,
    }
    return lifecycle.schedule(campaign, **facts | changes)


def test_a_launch_gives_thirty_seconds_to_take_it_back():
    marketer = builders.user(*MARKETER)
    campaign = builders.campaign()

    run = launch(campaign, user=marketer, counted_people=12)

    assert run.state == "countdown"
    assert run.countdown_until == NOW + timedelta(seconds=30)
    assert (run.launched_by, run.confirmed_people) == (marketer, 12)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.revision) == ("scheduled", run.revision)
    assert AuditEvent.objects.get(action="launched").user == marketer


@pytest.mark.fault("F12")
def test_the_same_form_sent_twice_is_one_run():
    campaign = builders.campaign()
    key = uuid.uuid4()

    first = launch(campaign, launch_key=key)
    again = launch(campaign, launch_key=key)

    assert again == first
    assert Run.objects.count() == 1


def test_a_cancelled_form_sent_again_does_not_launch():
    campaign = builders.campaign()
    marketer = builders.user(*MARKETER)
    key = uuid.uuid4()
    run = launch(campaign, launch_key=key, user=marketer)
    lifecycle.cancel(run, user=marketer, at=NOW)

    assert launch(campaign, launch_key=key).state == "cancelled"
    assert Run.objects.count() == 1


def test_a_second_person_is_led_to_the_run_under_way():
    campaign = builders.campaign()
    run = launch(campaign)

    with pytest.raises(lifecycle.AlreadyLaunched) as refused:
        launch(campaign)

    assert refused.value.run == run


@pytest.mark.fault("F44")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_fifty_launches_at_once_are_one_run():
    campaign = builders.campaign()
    marketer = builders.user(*MARKETER)
    keys = [uuid.uuid4() for _each in range(25)] * 2
    ready = threading.Barrier(len(keys))
    answers: list[Run] = []

    def click(key: uuid.UUID) -> None:
        ready.wait()
        try:
            answers.append(launch(campaign, launch_key=key, user=marketer))
        except lifecycle.AlreadyLaunched as refused:
            answers.append(refused.run)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click, args=[key]) for key in keys]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join(30)

    run = Run.objects.get()
    assert answers == [run] * len(keys)


def test_a_launch_of_what_somebody_changed_meanwhile_is_refused():
    campaign = builders.campaign()
    editor = builders.user("campaigns.change_campaign")
    lifecycle.save_draft(campaign, {"title": "New"}, user=editor, version=1, at=NOW)

    with pytest.raises(lifecycle.Changed):
        launch(campaign, version=1)

    assert not Run.objects.exists()
    assert launch(campaign, version=2).revision.content["title"] == "New"


def test_without_the_right_nothing_is_launched():
    with pytest.raises(lifecycle.NotAllowed):
        launch(builders.campaign(), user=builders.user("campaigns.stop_run"))

    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("people", "rights", "launched"),
    [
        (1_000, MARKETER, True),
        (1_001, MARKETER, False),
        (1_001, REVIEWER, True),
    ],
)
def test_more_than_a_thousand_people_take_a_second_right(people, rights, launched):
    user = builders.user(*rights)
    numbers = {"counted_people": people, "confirmed_people": people}

    if launched:
        assert launch(builders.campaign(), user=user, **numbers).state == "countdown"
    else:
        with pytest.raises(lifecycle.NotAllowed, match="1000 people"):
            launch(builders.campaign(), user=user, **numbers)


@pytest.mark.parametrize(
    ("counted", "typed", "launched"),
    [
        (999, None, True),
        (1_000, None, False),
        (1_000, 999, False),
        (1_000, 1_000, True),
    ],
)
def test_from_a_thousand_people_on_the_number_is_typed(counted, typed, launched):
    numbers = {"counted_people": counted, "confirmed_people": typed}

    if launched:
        assert launch(builders.campaign(), **numbers).confirmed_people == counted
    else:
        with pytest.raises(lifecycle.NotConfirmed, match="1000"):
            launch(builders.campaign(), **numbers)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"audience": ""}, "audience"),
        ({"audience": "segment"}, "segment"),
        ({"title": " "}, "title"),
        ({"body": ""}, "body"),
        ({"body": "Hello {{ first_name"}, "body"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"policy": "never_miss"}, "policy"),
    ],
)
def test_an_incomplete_campaign_names_the_field(changes, field):
    with pytest.raises(lifecycle.Incomplete) as refused:
        launch(builders.campaign(**changes))

    assert refused.value.field == field


def test_a_segment_whose_rule_cannot_be_read_names_the_field():
    segment = builders.segment(rule={"version": 1, "match": "some", "rules": []})

    with pytest.raises(lifecycle.Incomplete) as refused:
        launch(builders.campaign(segment=segment))

    assert refused.value.field == "segment"


def test_the_segment_of_another_application_cannot_be_sent_to():
    foreign = builders.segment(application=builders.application(name="Other"))

    with pytest.raises(lifecycle.Incomplete) as refused:
        launch(
            builders.campaign(
                segment=foreign, application=builders.application(), audience="segment"
            )
        )

    assert refused.value.field == "segment"


def test_nothing_is_launched_while_all_sending_is_stopped():
    Switch.objects.update(is_on=False)

    with pytest.raises(lifecycle.SendingStopped):
        launch(builders.campaign())

    assert not Run.objects.exists()


def test_editing_the_segment_later_does_not_change_what_was_launched():
    segment = builders.segment()
    run = launch(builders.campaign(segment=segment))

    segment.rule = {"version": 1, "match": "any", "rules": []}
    segment.save()

    run.refresh_from_db()
    assert run.revision.audience["rule"] == builders.EVERYBODY


def test_an_equal_revision_is_used_again_and_another_gets_a_new_number():
    campaign = builders.campaign()
    marketer = builders.user(*MARKETER, "campaigns.change_campaign")

    first = launch(campaign, user=marketer)
    lifecycle.cancel(first, user=marketer, at=NOW)
    second = launch(campaign, user=marketer, at=NOW + timedelta(seconds=1))
    lifecycle.cancel(second, user=marketer, at=NOW)
    version = lifecycle.save_draft(
        campaign, {"body": "Else"}, user=marketer, version=1, at=NOW
    )
    third = launch(campaign, user=marketer, version=version, at=NOW + timedelta(2))

    assert first.revision == second.revision
    assert third.revision.number == 2
    assert Revision.objects.count() == 2


def test_scheduling_promises_the_next_occurrence():
    campaign = plan(builders.campaign(schedule=TUESDAYS), counted_people=40)

    assert campaign.state == "scheduled"
    assert campaign.next_slot == "2026-11-24T09:00@Europe/Paris"
    assert campaign.next_at.isoformat() == "2026-11-24T08:00:00+00:00"
    assert campaign.confirmed_people == 40


@pytest.mark.parametrize(
    "schedule",
    [
        {"kind": "now"},
        {},
        {"kind": "once", "start": "2020-01-01", "time": "09:00", "zone": "UTC"},
    ],
)
def test_a_schedule_without_a_future_is_refused(schedule):
    with pytest.raises(lifecycle.Incomplete) as refused:
        plan(builders.campaign(schedule=schedule))

    assert refused.value.field == "schedule"


def test_a_scheduled_campaign_can_be_taken_back_and_edited():
    user = builders.user(*MARKETER, "campaigns.change_campaign")
    campaign = plan(builders.campaign(schedule=TUESDAYS))

    with pytest.raises(lifecycle.WrongState):
        lifecycle.save_draft(campaign, {"title": "X"}, user=user, version=1, at=NOW)
    lifecycle.unschedule(campaign, user=user, at=NOW)

    campaign.refresh_from_db()
    assert (campaign.state, campaign.next_slot, campaign.next_at) == ("draft", "", None)
    lifecycle.save_draft(campaign, {"title": "X"}, user=user, version=1, at=NOW)


def test_a_campaign_with_a_run_under_way_cannot_be_taken_back():
    campaign = builders.campaign()
    launch(campaign)

    with pytest.raises(lifecycle.WrongState):
        lifecycle.unschedule(campaign, user=builders.user(*MARKETER), at=NOW)


def test_a_missed_run_is_sent_once_however_often_it_is_asked():
    user = builders.user(*MARKETER)
    missed = builders.run(state="missed")
    ask = {"user": user, "counted_people": 5, "confirmed_people": None, "at": NOW}

    late = lifecycle.send_missed(missed, **ask)
    again = lifecycle.send_missed(missed, **ask)

    assert late == again
    assert (late.state, late.revision) == ("countdown", missed.revision)
    lifecycle.cancel(late, user=user, at=NOW)
    assert lifecycle.send_missed(missed, **ask) != late


def test_only_a_missed_run_can_be_sent_late():
    with pytest.raises(lifecycle.WrongState):
        lifecycle.send_missed(
            builders.run(state="finished"),
            user=builders.user(*MARKETER),
            counted_people=5,
            confirmed_people=None,
            at=NOW,
        )


def test_two_people_editing_do_not_overwrite_each_other():
    campaign = builders.campaign()
    user = builders.user("campaigns.change_campaign")

    lifecycle.save_draft(campaign, {"title": "Mine"}, user=user, version=1, at=NOW)
    with pytest.raises(lifecycle.Changed):
        lifecycle.save_draft(campaign, {"title": "Late"}, user=user, version=1, at=NOW)

    campaign.refresh_from_db()
    assert (campaign.title, campaign.version) == ("Mine", 2)


def test_a_form_cannot_write_a_state():
    user = builders.user("campaigns.change_campaign")

    with pytest.raises(KeyError, match="state"):
        lifecycle.save_draft(
            builders.campaign(), {"state": "finished"}, user=user, version=1, at=NOW
        )


def test_a_copy_is_a_draft_of_its_own():
    user = builders.user("campaigns.add_campaign")
    source = builders.campaign(name="Sale", schedule=TUESDAYS)
    plan(source)

    copy = lifecycle.duplicate(source, user=user, at=NOW)

    assert (copy.name, copy.state, copy.owner) == ("Copy of Sale", "draft", user)
    assert (copy.schedule, copy.next_at, copy.revision) == (TUESDAYS, None, None)


def test_a_draft_can_be_put_away_and_a_scheduled_campaign_cannot():
    user = builders.user("campaigns.change_campaign")
    draft = builders.campaign()
    promised = plan(builders.campaign(schedule=TUESDAYS))

    lifecycle.archive(draft, user=user, at=NOW)
    with pytest.raises(lifecycle.WrongState):
        lifecycle.archive(promised, user=user, at=NOW)

    draft.refresh_from_db()
    assert draft.state == "archived"


def test_saving_what_is_there_already_changes_nothing():
    campaign = builders.campaign(title="Same", schedule={"kind": "now"})
    user = builders.user("campaigns.change_campaign")
    same = {"title": "Same", "schedule": {"kind": "now"}, "segment": campaign.segment}

    version = lifecycle.save_draft(campaign, same, user=user, version=1, at=NOW)

    written_at = campaign.updated_at
    campaign.refresh_from_db()
    assert (version, campaign.version, campaign.updated_at) == (1, 1, written_at)
