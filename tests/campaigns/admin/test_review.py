"""Review and launch."""

import re
import uuid
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from campaigns.admin import review
from campaigns.models import Campaign, Run, TestSend
from campaigns.models.states import CampaignState, RunState
from tests import builders
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db


def address(campaign: Campaign) -> str:
    return f"/admin/campaigns/campaign/{campaign.pk}/review/"


@pytest.fixture
def ready() -> Campaign:
    """A draft that may be launched, to one person with one phone."""
    builders.credential()
    builders.installation()
    return builders.campaign()


def shown(client: Client, campaign: Campaign) -> dict[str, str]:
    """The hidden fields of the launch form, as the page gave them."""
    page = client.get(address(campaign)).content.decode()
    pairs = re.findall(r'name="(launch_key|counted)" value="([^"]+)"', page)
    return dict(pairs)


def press(client: Client, campaign: Campaign, **typed: Any) -> Any:
    return client.post(address(campaign), shown(client, campaign) | typed)


def test_launching_starts_a_countdown_and_leads_to_the_run(ready: Campaign) -> None:
    answer = press(signed_in("Marketer"), ready)
    run = Run.objects.get()
    assert (run.state, run.confirmed_people) == (RunState.COUNTDOWN, 1)
    assert f"/{run.pk}/" in answer.headers["location"]


def test_the_same_form_sent_twice_launches_once(ready: Campaign) -> None:
    marketer = signed_in("Marketer")
    form = shown(marketer, ready)
    first = marketer.post(address(ready), form)
    second = marketer.post(address(ready), form)
    assert Run.objects.count() == 1
    assert second.headers["location"] == first.headers["location"]


def test_a_draft_changed_meanwhile_is_not_launched(ready: Campaign) -> None:
    marketer = signed_in("Marketer")
    form = shown(marketer, ready)
    Campaign.objects.filter(pk=ready.pk).update(version=2)
    answer = marketer.post(address(ready), form)
    assert not Run.objects.exists()
    assert "Not launched" in answer.content.decode()


def test_a_count_that_nobody_was_shown_is_not_believed(ready: Campaign) -> None:
    marketer = signed_in("Marketer")
    other = builders.campaign()
    for counted in (
        "1",
        review.seal(other, 1, about=False),
        signing.dumps([ready.pk, 1, 1, False]),
    ):
        form = {"launch_key": str(uuid.uuid4()), "counted": counted}
        assert "look again" in marketer.post(address(ready), form).content.decode()
    assert not Run.objects.exists()


def test_large_audiences_are_typed_to_be_launched(ready: Campaign) -> None:
    reviewer = signed_in("Reviewer")
    form = {
        "launch_key": str(uuid.uuid4()),
        "counted": review.seal(ready, 5_230, about=True),
    }
    refused = reviewer.post(address(ready), form | {"typed": "523"})
    assert "5230" in refused.context["refused"].replace(",", "")
    assert not Run.objects.exists()
    reviewer.post(address(ready), form | {"typed": "5,230"})
    run = Run.objects.get()
    assert (run.confirmed_people, run.confirmed_about) == (5_230, True)


def test_a_marketer_does_not_launch_to_more_than_a_thousand(ready: Campaign) -> None:
    form = {
        "launch_key": str(uuid.uuid4()),
        "counted": review.seal(ready, 1_001, about=False),
        "typed": "1001",
    }
    answer = signed_in("Marketer").post(address(ready), form)
    assert "reviewer" in answer.content.decode()
    assert not Run.objects.exists()


def test_an_analyst_reads_the_review_and_has_no_button(ready: Campaign) -> None:
    analyst = signed_in("Analyst")
    page = analyst.get(address(ready)).content.decode()
    assert "launching takes another role" in page
    press(analyst, ready)
    assert not Run.objects.exists()


def test_what_must_be_fixed_disables_the_button_and_refuses_a_post() -> None:
    builders.installation()
    wrong = builders.campaign(title="{{ nothing }}")
    marketer = signed_in("Marketer")
    page = marketer.get(address(wrong))
    assert page.context["stops"]
    assert not page.context["may"]["press"]
    press(marketer, wrong)
    assert not Run.objects.exists()


def test_a_later_start_is_promised_and_nothing_runs_yet(ready: Campaign) -> None:
    ready.schedule = {
        "kind": "once",
        "start": "2030-05-01",
        "time": "09:00",
        "zone": "Europe/Paris",
    }
    ready.save()
    press(signed_in("Marketer"), ready)
    ready.refresh_from_db()
    assert ready.state == CampaignState.SCHEDULED
    assert ready.next_slot == "2030-05-01T09:00@Europe/Paris"
    assert not Run.objects.exists()


def test_the_funnel_tells_why_somebody_is_left_out(ready: Campaign) -> None:
    builders.installation(builders.person(preference="unsubscribed"))
    builders.person()
    funnel = signed_in("Marketer").get(address(ready)).context["funnel"]
    assert (funnel.people, funnel.reached_people) == (3, 1)
    assert sum(step.people for step in funnel.steps) == 2


def test_while_all_sending_is_stopped_nothing_is_launched(ready: Campaign) -> None:
    marketer = signed_in("Marketer")
    marketer.post("/admin/campaigns/campaign/sending/stop/", {"reason": "wrong price"})
    answer = press(marketer, ready)
    assert "sending is stopped" in answer.content.decode().lower()
    assert not Run.objects.exists()


def test_each_step_of_the_funnel_leads_to_its_people(ready: Campaign) -> None:
    builders.person(external_id="alone")
    reviewer = signed_in("Reviewer")
    page = reviewer.get(address(ready)).content.decode()
    (link,) = re.findall(r'href="([^"]+reason=\d+)"', page)
    behind = reviewer.get(link).content.decode()
    assert "Has no device" in behind
    assert "alone" in behind
    assert reviewer.get(link.replace("303", "x")).status_code == 404


def test_who_may_not_see_people_gets_no_link_to_them(ready: Campaign) -> None:
    builders.person()
    analyst = signed_in("Analyst")
    assert "?reason=" not in analyst.get(address(ready)).content.decode()
    people = address(ready).replace("review", "people")
    assert analyst.get(people).status_code == 403


def test_each_check_leads_to_the_field_that_it_is_about() -> None:
    wrong = builders.campaign(title="Hello {{ frist_name }}")
    page = signed_in("Marketer").get(address(wrong)).content.decode()
    assert f'/{wrong.pk}/change/#title"' in page
    assert f'href="/admin/campaigns/campaign/{wrong.pk}/test/"' in page


def test_a_test_on_a_phone_is_named_until_the_message_changes(ready: Campaign) -> None:
    phone = builders.tester()
    facts = {"campaign": ready, "installation": phone, "asked_by": phone.tester}
    TestSend.objects.create(
        **facts, asked_at=timezone.now(), verdict="accepted", title="T", body="B"
    )
    marketer = signed_in("Marketer")
    assert "Seen on a real device" in marketer.get(address(ready)).content.decode()
    ready.save()
    assert "Seen on a real device" not in marketer.get(address(ready)).content.decode()
