"""The page on which the message of a paused run is corrected."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from campaigns.models import Campaign, Correction, Run
from campaigns.models.reasons import Reason
from tests import builders
from tests.campaigns.admin import sent
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db

FRENCH = {"locale": "fr", "title": "Soldes", "body": "Demain"}


@pytest.fixture
def run() -> Run:
    campaign = builders.campaign(translations=[FRENCH])
    due = sent.device_each(Reason.ACCEPTED, None, None)
    return sent.a_run(due, state="paused", revision=builders.revision(campaign))


def address(run: Run) -> str:
    return reverse("admin:campaigns_run_correct", args=[run.pk])


def test_every_language_is_there_to_be_corrected(run):
    page = signed_in("Marketer").get(address(run)).content.decode()

    assert 'name="title"' in page
    assert 'name="fr.body"' in page
    assert "2 devices not yet contacted get what you write here." in page
    assert "Use it for the remaining 2 devices" in page


def test_looking_changes_nothing_and_shows_what_is_typed(run):
    posted = {"title": "Sale & more", "do": "look"}

    page = signed_in("Marketer").post(address(run), posted).content.decode()

    assert page.count("Sale &amp; more") >= 2
    assert "<s " in page
    assert not Correction.objects.exists()


def test_the_button_corrects_and_says_what_comes_next(run):
    client = signed_in("Marketer")

    answer = client.post(address(run), {"title": "Sale", "do": "correct"}, follow=True)

    assert "Corrected. Those not yet contacted get it once you resume." in (
        answer.content.decode()
    )
    assert "1 device had the message before" in answer.content.decode()
    run.refresh_from_db()
    assert run.revision.content["title"] == "Sale"
    assert run.revision.content["translations"][0]["title"] == "Soldes"


def test_a_wrong_text_is_said_beside_its_field_and_nothing_is_lost(run):
    posted = {"title": "Sale", "fr.title": "", "do": "correct"}

    page = signed_in("Marketer").post(address(run), posted).content.decode()

    assert 'id="fr.title-error"' in page
    assert 'value="Sale"' in page
    assert not Correction.objects.exists()


def test_a_name_that_nobody_has_is_no_correction(run):
    builders.person(attributes={"first_name": "Léa"})
    posted = {"title": "Hello {{ frist_name | or_skip }}", "do": "correct"}

    page = signed_in("Marketer").post(address(run), posted).content.decode()

    assert 'id="title-error"' in page
    assert "frist_name" in page
    assert not Correction.objects.exists()


def test_a_run_that_sends_is_paused_first(run):
    Run.objects.update(state="sending")

    answer = signed_in("Marketer").get(address(run), follow=True)

    assert "Pause the run before you correct its message." in answer.content.decode()


@pytest.mark.parametrize("role", ["Reviewer", "Analyst"])
def test_whoever_does_not_write_messages_is_not_offered_it(run, role):
    client = signed_in(role)

    assert client.get(address(run)).status_code == 403
    live = client.get(reverse("admin:campaigns_run_live", args=[run.pk]))
    assert "Correct the message for the rest" not in live.content.decode()


def test_two_who_correct_at_once_do_not_undo_each_other(run):
    client, seen = signed_in("Marketer"), str(run.revision_id)
    assert f'value="{seen}"' in client.get(address(run)).content.decode()
    first = {"title": "Sale", "do": "correct", "revision": seen}
    client.post(address(run), first)

    second = {"title": "Hello", "body": "Now", "do": "correct", "revision": seen}
    page = client.post(address(run), second).content.decode()

    assert "changed since you opened it" in page
    assert Correction.objects.count() == 1


def test_whoever_may_not_launch_later_runs_is_told_that_they_stay(run):
    Campaign.objects.filter(pk=run.campaign_id).update(
        state="scheduled", revision=run.revision, next_slot="s", next_at=builders.NOW
    )
    client = signed_in()
    client.user.user_permissions.set(
        Permission.objects.filter(
            codename__in=("view_run", "view_campaign", "change_campaign")
        )
    )

    answer = client.post(address(run), {"title": "Sale", "do": "correct"}, follow=True)

    page = answer.content.decode()
    assert "Later runs keep the message that was reviewed" in page
