"""The first page: now, what needs somebody, the switch."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from campaigns.admin import dashboard, health, needs, setup
from campaigns.audience import limits
from campaigns.delivery import heartbeats
from campaigns.models import Heartbeat, Lane, LeftOut, Switch
from campaigns.models.reasons import Reason
from campaigns.models.states import RunState
from tests import builders
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db
STOP = "/admin/campaigns/campaign/sending/stop/"
ALLOW = "/admin/campaigns/campaign/sending/allow/"


@pytest.fixture
def alive() -> None:
    """The tick and one worker of each kind have just shown themselves."""
    for part in ("tick", heartbeats.SEND_WORKER + "a", heartbeats.CONTROL_WORKER + "a"):
        Heartbeat.objects.create(part=part, at=timezone.now())


def sentences() -> str:
    return " ".join(each.sentence for each in needs.everything(at=timezone.now()))


@pytest.mark.usefixtures("alive")
def test_nothing_is_needed_while_everything_works() -> None:
    assert needs.everything(at=timezone.now()) == []
    page = signed_in("Marketer").get("/admin/").content.decode()
    assert "Nothing: everything works." in page


@pytest.mark.usefixtures("alive")
def test_a_tick_that_is_switched_off_is_said_first() -> None:
    PeriodicTask.objects.filter(task="campaigns.tick").update(enabled=False)
    assert "switched off" in sentences()


@pytest.mark.usefixtures("alive")
def test_a_late_tick_is_said() -> None:
    late = timezone.now() - timedelta(minutes=2)
    Heartbeat.objects.filter(part="tick").update(at=late)
    assert "silent since" in sentences()


def test_absent_workers_are_said() -> None:
    assert "No process that sends is running." in sentences()


@pytest.mark.usefixtures("alive")
def test_a_missed_run_is_said_until_somebody_sends_it() -> None:
    run = builders.run(state=RunState.MISSED, due_at=timezone.now(), slot="a@UTC")
    assert run.campaign.name in sentences()
    builders.run(revision=run.revision, state=RunState.COUNTDOWN, slot="a@UTC#late1")
    assert run.campaign.name not in sentences()


@pytest.mark.usefixtures("alive")
def test_a_failing_key_is_said_in_its_own_words() -> None:
    builders.credential(check_ok=False, check_sentence="The clock is wrong.")
    assert "The clock is wrong." in sentences()


@pytest.mark.usefixtures("alive")
def test_unsigned_identity_is_said_as_long_as_it_is_allowed() -> None:
    shop = builders.application(identity_required=False)
    assert shop.name in sentences()


def test_anybody_who_works_here_stops_and_allows_all_sending() -> None:
    marketer = signed_in("Marketer")
    marketer.post(STOP, {"reason": "wrong price"})
    assert Switch.objects.get().is_on is False
    assert "wrong price" in marketer.get("/admin/").content.decode()
    marketer.post(ALLOW)
    assert Switch.objects.get().is_on is True


def test_stopping_needs_a_reason_and_a_button() -> None:
    marketer = signed_in("Marketer")
    marketer.post(STOP, {"reason": "  "})
    assert marketer.get(STOP).status_code == 405
    assert Switch.objects.get().is_on is True


def test_an_analyst_sees_the_switch_and_cannot_move_it() -> None:
    analyst = signed_in("Analyst")
    assert "Stop all sending" not in analyst.get("/admin/").content.decode()
    analyst.post(STOP, {"reason": "why not"})
    assert Switch.objects.get().is_on is True


def test_a_card_that_cannot_be_made_leaves_the_others() -> None:
    def broken() -> None:
        raise DatabaseError

    assert dashboard.card(broken) == {"value": None, "failed": True}
    assert dashboard.card(lambda: 3) == {"value": 3, "failed": False}


def test_a_running_send_is_shown_with_how_far_it_is() -> None:
    run = builders.run(state=RunState.SENDING)
    builders.batch(run, hi=10, accepted=4, done=4, next=4)
    LeftOut.objects.create(run=run, reason=Reason.NO_DEVICE, rows=5)
    page = signed_in("Marketer").get("/admin/").content.decode()
    assert "4 of 10" in page


def test_large_tables_are_estimated_and_small_ones_counted() -> None:
    builders.person()
    assert dashboard.rows_of("devices_person") == (1, True)


def page_of(*roles: str) -> str:
    cache.clear()
    return signed_in(*roles).get("/admin/").content.decode()


def test_an_empty_site_shows_the_way_to_a_first_campaign() -> None:
    page = page_of("Marketer")
    assert "From here to your first campaign" in page
    assert page.count("Do this now") == 1


def test_what_is_done_is_marked_and_the_next_step_is_named() -> None:
    marketer = signed_in("Marketer")
    builders.credential()
    builders.tester(tester=marketer.user)
    steps = setup.steps(marketer.user)
    assert steps is not None
    assert [step.done for step in steps] == [True, True, True, False, False]
    assert [step.now for step in steps] == [False, False, False, True, False]


def test_after_the_first_run_the_way_is_gone() -> None:
    builders.run(state=RunState.FINISHED)
    assert "From here to your first campaign" not in page_of("Marketer")


@pytest.mark.usefixtures("alive")
def test_a_service_that_is_merely_away_is_said_too() -> None:
    run = builders.run(state=RunState.SENDING)
    builders.batch(run, hi=10)
    now = timezone.now()
    Lane.objects.create(
        run=run,
        gateway="fcm",
        environment="production",
        held_until=now + timedelta(minutes=5),
        waiting_since=now,
        trouble="unreachable",
    )
    assert "cannot be reached since" in sentences()
    assert "10 devices wait" in sentences()
    Lane.objects.update(waiting_since=None)
    assert "cannot be reached since" not in sentences()


@pytest.mark.usefixtures("alive")
def test_the_strip_says_which_part_works() -> None:
    builders.credential(check_ok=False)
    Heartbeat.objects.filter(part__startswith=heartbeats.SEND_WORKER).delete()
    words = [str(part.status.word) for part in health.strip(at=timezone.now())]
    assert words == ["Works", "Works", "Does not work", "Look at this"]


def test_reach_is_told_by_platform_with_what_changed() -> None:
    builders.installation(platform="ios", created_at=timezone.now())
    page = page_of("Marketer")
    assert "1 device can be reached." in page
    assert "In 7 days: 1 new, 0 gone." in page


def test_a_figure_that_takes_too_long_leaves_its_card() -> None:
    def slow() -> int:
        raise limits.TooSlow

    assert dashboard.bounded("slow-figure", slow) is None


def test_the_page_costs_the_same_however_much_is_in_it(
    django_assert_max_num_queries,
) -> None:
    for _each in range(8):
        run = builders.run(state=RunState.FINISHED)
        builders.batch(run, hi=10, accepted=10, done=10, next=10)
    marketer = signed_in("Marketer")
    cache.clear()
    with django_assert_max_num_queries(110):
        marketer.get("/admin/")
