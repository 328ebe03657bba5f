"""Choosing how fast: at the launch, while a run is under way, for a channel."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from campaigns.admin import speed
from campaigns.delivery import clock, lifecycle, slowness, speeds
from campaigns.models import ChannelRate, Run, RunRate
from campaigns.models.reasons import Reason
from devices.models import AuditEvent
from tests import builders
from tests.campaigns.admin import sent
from tests.campaigns.admin.staff import signed_in
from tests.campaigns.admin.test_review import press

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    builders.credential()
    return sent.a_run(sent.device_each(Reason.ACCEPTED, None, None))


def said(answer) -> str:
    return " ".join(str(each) for each in get_messages(answer.wsgi_request))


def change(client, run, **asked):
    return client.post(reverse("admin:campaigns_run_speed", args=[run.pk]), asked)


def test_a_run_is_slowed_down_and_the_log_says_by_whom(run):
    change(signed_in("Marketer"), run, speed="limited", per_minute="6000")

    assert speeds.of_run(run) == 6_000
    assert AuditEvent.objects.get().facts == {"before": None, "per_minute": 6_000}


def test_to_go_faster_takes_the_right_to_resume(run):
    speeds.limit_run(run, 6_000)

    refused = change(signed_in("Marketer"), run, speed="fast")
    assert "not allowed" in said(refused)
    assert speeds.of_run(run) == 6_000

    change(signed_in("Reviewer"), run, speed="fast")
    assert speeds.of_run(run) is None


@pytest.mark.parametrize("typed", ["", "0", "59", "9000000", "many"])
def test_what_can_be_no_speed_changes_nothing(run, typed):
    answer = change(signed_in("Reviewer"), run, speed="limited", per_minute=typed)

    assert "between 60 and 6000000" in said(answer)
    assert not RunRate.objects.exists()


def test_a_run_that_is_over_keeps_its_speed(run):
    Run.objects.update(state="finished")

    answer = change(signed_in("Reviewer"), run, speed="limited", per_minute="6000")

    assert "over already" in said(answer)
    assert not RunRate.objects.exists()


def test_the_live_page_offers_the_speed_and_says_what_holds_it(run):
    speeds.limit_run(run, 6_000)

    page = signed_in("Reviewer").get(reverse("admin:campaigns_run_live", args=[run.pk]))

    text = page.content.decode()
    assert "at most 6,000 devices a minute, as was chosen" in text
    assert "Change speed" in text


def told(run) -> str:
    limit = speeds.of_run(run)
    return slowness.sentence(run, per_minute=limit, at=clock.now())


def test_the_lower_one_of_two_limits_is_told(run):
    speeds.limit_run(run, 60_000)
    speeds.limit_channel(run.application, "fcm", "production", 24_000)

    assert told(run).startswith("Firebase Cloud Messaging gets at most 400 a second")


def test_a_provider_that_asked_for_less_is_told_before_any_limit(run):
    speeds.limit_run(run, 60)
    speeds.limit_channel(run.application, "fcm", "production", 24_000)
    now = clock.now()
    ChannelRate.objects.update(slowed_to=200, slowed_at=now, held_until=now)
    assert "asked us to slow down: it gets at most 200 a second now, risi" in told(run)

    ChannelRate.objects.update(held_until=now + timedelta(hours=1))
    assert "asked us to slow down: we go on at" in told(run)


def test_a_channel_is_limited_by_an_administrator_alone(run):
    key = run.application.credentials.get()
    there = reverse("admin:campaigns_run_channels", args=[run.application_id])
    asked = {"credential": key.pk, "per_second": "400"}
    assert signed_in("Reviewer").post(there, asked).status_code == 403

    administrator = signed_in("Administrator")
    administrator.post(there, asked)
    assert ChannelRate.objects.get().per_minute == 24_000
    assert "400" in administrator.get(there).content.decode()

    administrator.post(there, asked | {"per_second": ""})
    assert ChannelRate.objects.get().per_minute is None
    assert AuditEvent.objects.count() == 2


def test_a_channels_limit_that_is_none_is_refused_in_words(run):
    key = run.application.credentials.get()
    there = reverse("admin:campaigns_run_channels", args=[run.application_id])

    answer = signed_in("Administrator").post(
        there, {"credential": key.pk, "per_second": "-3"}
    )

    assert "Choose a speed" in said(answer)
    assert not ChannelRate.objects.exists()


def test_whoever_may_not_hold_keys_may_not_limit_a_channel(run):
    key = run.application.credentials.get()

    with pytest.raises(lifecycle.NotAllowed):
        lifecycle.limit_channel(key, per_minute=600, user=builders.user())


@pytest.mark.parametrize(
    ("devices", "per_minute", "words"),
    [(10, 60, "1 min"), (601, 60, "11 min"), (12_000, 60, "3 h 20 min")],
)
def test_a_speed_is_told_as_the_time_that_it_takes(devices, per_minute, words):
    assert speed.duration(devices, per_minute) == words


def test_a_launch_keeps_the_speed_that_was_chosen():
    builders.credential()
    builders.installation()
    ready = builders.campaign()

    press(signed_in("Reviewer"), ready, speed="limited", per_minute="1200")

    run = Run.objects.get()
    assert speeds.of_run(run) == 1_200
    assert run.revision.settings["per_minute"] == 1_200


def test_a_launch_at_no_speed_is_refused_in_words():
    builders.credential()
    builders.installation()
    ready = builders.campaign()

    answer = press(signed_in("Reviewer"), ready, speed="limited", per_minute="0")

    assert "Choose a speed between" in answer.content.decode()
    assert not Run.objects.exists()
