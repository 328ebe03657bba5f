"""The live page: what a run does now, and the buttons that govern it."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from campaigns.delivery import clock, heartbeats
from campaigns.models import Campaign, Run, Switch
from campaigns.models.reasons import Reason
from devices.models import AuditEvent, Credential
from tests import builders
from tests.campaigns.admin import sent

pytestmark = pytest.mark.django_db

A, DEAD, BROKEN = Reason.ACCEPTED, Reason.TOKEN_DEAD, Reason.NO_ANSWER


IN_PARIS = {
    "version": 1,
    "match": "all",
    "rules": [
        {"field": "attribute.text", "operator": "is", "name": "city", "value": "Paris"}
    ],
}


def address(name, run):
    return reverse(f"admin:campaigns_run_{name}", args=[run.pk])


def signed_in(client, *rights):
    user = builders.user("campaigns.view_run", *rights)
    client.force_login(user)
    return user


def text(client, run):
    return client.get(address("live", run)).content.decode()


def answer(client, run, **asked):
    return client.get(address("numbers", run), asked).json()


def press(client, name, run, **form):
    return client.post(address(name, run), form)


def said(response):
    return " ".join(str(each) for each in get_messages(response.wsgi_request))


def works(*kinds):
    for kind in kinds or (heartbeats.SEND_WORKER, heartbeats.CONTROL_WORKER):
        heartbeats.beat(f"{kind}1", at=clock.now())


def sending():
    return sent.a_run(sent.device_each(A, A, DEAD, None))


def test_progress_is_of_the_devices_that_were_due(client):
    signed_in(client)
    missing = sent.left_out(Reason.NO_DEVICE, people=2)
    run = sent.a_run(sent.device_each(A, A, DEAD, None), missing)

    page = text(client, run)

    assert "3 of 4 devices (75 %)" in page
    assert 'role="progressbar"' in page
    assert 'aria-valuenow="75"' in page
    assert "2 more were left out before sending began" in page


def test_the_numbers_follow_without_a_new_page(client):
    signed_in(client)
    run = sending()

    now = answer(client, run)

    assert (now["state"], now["done"], now["percent"]) == ("sending", 3, 75)
    assert "3 of 4 devices" in now["html"]["progress"]


def test_the_numbers_cost_the_same_however_large_the_run(
    client, django_assert_max_num_queries
):
    signed_in(client)
    run = sent.a_run(sent.device_each(*[A] * 20, None))
    works()
    answer(client, run)

    with django_assert_max_num_queries(25):
        answer(client, run)


def test_errors_are_grouped_in_words(client):
    signed_in(client)
    run = sent.a_run(sent.device_each(A, DEAD, DEAD, BROKEN, None))

    page = text(client, run)

    assert "App removed, or notifications cleared on this device" in page
    assert "2 devices" in page
    assert "The connection broke before the answer came" in page


def test_the_countdown_is_cancelled_by_one_button(client):
    user = signed_in(client, "campaigns.launch_campaign")
    run = builders.run(
        state="countdown",
        launched_by=user,
        countdown_until=clock.now() + timedelta(seconds=25),
    )
    assert 20 <= answer(client, run)["seconds"] <= 25

    press(client, "cancel", run)

    assert Run.objects.get().state == "cancelled"
    assert "Nobody was contacted." in text(client, run)


def test_the_countdown_can_be_given_a_minute_more(client):
    user = signed_in(client)
    until = clock.now() + timedelta(seconds=25)
    run = builders.run(state="countdown", launched_by=user, countdown_until=until)

    press(client, "extend", run)

    assert Run.objects.get().countdown_until == until + timedelta(seconds=60)


def test_pausing_asks_in_numbers_and_keeps_the_reason(client):
    user = signed_in(client, "campaigns.stop_run")
    run = sending()
    assert "1 device not yet contacted waits" in text(client, run)

    press(client, "pause", run, reason="A typo")

    page = text(client, run)
    assert Run.objects.get().state == "paused"
    assert "A typo" in page
    assert f"{user.get_username()} paused it." in page


def test_resuming_says_who_will_and_who_will_not_get_it(client):
    signed_in(client, "campaigns.resume_run")
    run = sending()
    Run.objects.update(state="paused")
    page = text(client, run)
    assert "1 device not yet contacted will get it" in page
    assert "3 already done will not get it again." in page

    press(client, "resume", run)

    assert Run.objects.get().state == "sending"


def test_stopping_wants_a_reason_and_says_it_is_for_good(client):
    signed_in(client, "campaigns.stop_run")
    run = sending()
    assert "cannot be started again" in text(client, run)

    press(client, "stop", run, reason="Wrong price")

    assert (Run.objects.get().state, Run.objects.get().reason) == (
        "stopped",
        "Wrong price",
    )


@pytest.mark.parametrize("move", ["pause", "stop", "resume"])
def test_a_crafted_request_moves_nothing_without_the_right(client, move):
    signed_in(client)
    run = sending()
    if move == "resume":
        Run.objects.update(state="paused")
    before = Run.objects.get().state

    response = press(client, move, run, reason="x")

    assert Run.objects.get().state == before
    assert "You are not allowed to do this." in said(response)


@pytest.mark.parametrize(
    "move", ["pause", "stop", "resume", "cancel", "extend", "leave"]
)
def test_a_link_moves_nothing(client, move):
    signed_in(client, "campaigns.stop_run", "campaigns.resume_run")
    run = sending()

    assert client.get(address(move, run)).status_code == 405
    assert Run.objects.get().state == "sending"


def test_a_form_of_another_site_moves_nothing():
    strict = Client(enforce_csrf_checks=True)
    signed_in(strict, "campaigns.stop_run")
    run = sending()

    assert press(strict, "pause", run).status_code == 403
    assert Run.objects.get().state == "sending"


def test_a_second_press_is_answered_in_words(client):
    signed_in(client, "campaigns.stop_run")
    run = sending()
    press(client, "pause", run)

    assert "Only a run that is sending can be paused." in said(
        press(client, "pause", run)
    )


def test_nothing_is_said_to_stand_in_the_way_of_a_run_that_moves(client):
    signed_in(client)
    run = sending()
    works()

    assert 'role="alert"' not in answer(client, run)["html"]["blockers"]


def test_a_run_without_a_worker_says_what_to_start(client):
    signed_in(client)

    shown = answer(client, sending())["html"]["blockers"]

    assert "No send worker has ever shown itself." in shown
    assert "celery -A pushsite worker -Q send" in shown


def test_the_global_stop_is_named_with_its_reason(client):
    signed_in(client)
    works()
    Switch.objects.update(is_on=False, reason="Wrong picture everywhere")

    shown = answer(client, sending())["html"]["blockers"]

    assert "All sending is stopped: Wrong picture everywhere" in shown


def test_a_paused_gateway_is_named_with_its_reason(client):
    signed_in(client)
    works()
    run = sending()
    builders.credential(application=run.application)
    Credential.objects.update(
        paused_at=builders.NOW, pause_reason="Our key was refused."
    )

    shown = answer(client, run)["html"]["blockers"]

    assert "Firebase Cloud Messaging is paused since" in shown
    assert ": Our key was refused." in shown


def test_a_throttled_run_says_when_it_goes_on(client):
    signed_in(client)
    works()
    run = sending()
    run.batches.update(due=clock.now() + timedelta(minutes=5))

    assert "asked us to slow down" in answer(client, run)["html"]["blockers"]


def test_a_run_that_stands_still_for_no_known_cause_says_whom_to_ask(client):
    signed_in(client)
    works()

    shown = answer(client, sending(), still="1")["html"]["blockers"]

    assert "Nothing has moved for 90 seconds" in shown


def test_a_missed_run_is_left_unsent_by_a_person(client):
    user = signed_in(client, "campaigns.launch_campaign")
    run = builders.run(state="missed", reason="Nothing was running.")
    page = client.get(address("missed", run)).content.decode()
    assert "Nothing was running." in page
    assert "Leave it unsent" in page

    press(client, "leave", run)

    assert Run.objects.get().changed_by == user
    assert "decided not to send it" in text(client, run)


def test_a_missed_run_is_sent_after_a_countdown(client):
    signed_in(client, "campaigns.launch_campaign")
    builders.credential()
    builders.installation()
    run = builders.run(state="missed")
    page = client.get(address("missed", run))
    assert "1 person would get it now." in page.content.decode()

    press(client, "missed", run, counted=page.context["sealed"])

    late = Run.objects.exclude(pk=run.pk).get()
    assert (late.state, late.confirmed_people) == ("countdown", 1)


def test_a_missed_run_counts_those_whom_it_was_made_for(client):
    signed_in(client, "campaigns.launch_campaign")
    builders.credential()
    paris = builders.person(attributes={"city": "Paris"})
    builders.installation(paris)
    builders.installation(builders.person(attributes={"city": "Rome"}))
    segment = builders.segment(rule=IN_PARIS)
    run = builders.run(builders.campaign(segment=segment), state="missed")
    Campaign.objects.update(audience="everyone", segment=None)

    page = client.get(address("missed", run))

    assert page.context["people"] == 1


def test_a_missed_run_whose_people_cannot_be_counted_is_not_offered(client):
    signed_in(client, "campaigns.launch_campaign")
    unusable = {"kind": "segment", "rule": {"version": 99}, "segment": None, "name": ""}
    run = builders.run(revision=builders.revision(audience=unusable), state="missed")

    page = client.get(address("missed", run)).content.decode()

    assert "could not be counted" in page
    assert "0 people would get it now" not in page
    assert "Send it now" not in page


def test_a_made_up_count_sends_nothing(client):
    signed_in(client, "campaigns.launch_campaign")
    run = builders.run(state="missed")

    response = press(client, "missed", run, counted="1:1:1")

    assert "older than ten minutes" in response.content.decode()
    assert Run.objects.count() == 1


def test_names_with_markup_are_only_names(client):
    signed_in(client, "campaigns.stop_run")
    evil = "<script>alert(1)</script>"
    run = sent.a_run(
        sent.device_each(A, None),
        revision=builders.revision(builders.campaign(name=evil)),
    )
    press(client, "pause", run, reason=evil)

    for page in (text(client, run), *answer(client, run)["html"].values()):
        assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in text(client, run)
    assert AuditEvent.objects.filter(action="paused").exists()
