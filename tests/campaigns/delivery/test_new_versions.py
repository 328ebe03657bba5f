"""A live campaign goes on until the draft of its new version is launched."""

import uuid
from datetime import timedelta

import pytest

from campaigns.delivery import clock, lifecycle
from campaigns.models import Campaign
from campaigns.models.states import CampaignState, RunState
from devices.models import AuditEvent
from tests import builders
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db
RIGHTS = (
    "campaigns.add_campaign",
    "campaigns.change_campaign",
    "campaigns.launch_campaign",
    "campaigns.launch_large_campaign",
)
WEEKLY = {
    "kind": "recurring",
    "every": {"frequency": "weekly", "interval": 1, "weekdays": ["monday"]},
    "start": "2026-11-23",
    "time": "09:00",
    "zone": "Europe/Paris",
    "end": None,
}


def live(**changes: object) -> Campaign:
    facts = {
        "state": CampaignState.SCHEDULED,
        "schedule": WEEKLY,
        "next_at": clock.now() + timedelta(days=2),
        "next_slot": "2026-11-30T09:00@Europe/Paris",
    }
    return builders.campaign(name="Weekly news", tags=["news"], **facts | changes)


def launch(draft: Campaign, user: object) -> None:
    if draft.schedule["kind"] == "now":
        lifecycle.launch_now(
            draft,
            user=user,
            launch_key=uuid.uuid4(),
            version=draft.version,
            counted_people=1,
            confirmed_people=1,
            at=clock.now(),
        )
        return
    lifecycle.schedule(
        draft,
        user=user,
        version=draft.version,
        counted_people=1,
        confirmed_people=1,
        at=clock.now(),
    )


def test_there_is_one_draft_of_a_live_campaign_and_it_says_the_same() -> None:
    campaign, user = live(), builders.user(*RIGHTS)

    draft = lifecycle.rewrite(campaign, user=user, at=clock.now())
    again = lifecycle.rewrite(campaign, user=user, at=clock.now())

    assert again == draft != campaign
    assert (draft.name, draft.title, draft.tags) == ("Weekly news", "Hello", ["news"])
    assert draft.state == CampaignState.DRAFT
    campaign.refresh_from_db()
    assert campaign.next_at is not None
    assert AuditEvent.objects.filter(action="began a new version").count() == 1


@pytest.mark.parametrize("schedule", [WEEKLY, {"kind": "now"}], ids=["later", "now"])
def test_the_launch_of_a_new_version_ends_the_old_one(schedule: object) -> None:
    campaign, user = live(), builders.user(*RIGHTS)
    draft = lifecycle.rewrite(campaign, user=user, at=clock.now())
    Campaign.objects.filter(pk=draft.pk).update(schedule=schedule)
    draft.refresh_from_db()

    launch(draft, user)

    campaign.refresh_from_db()
    assert (campaign.state, campaign.next_at) == (CampaignState.FINISHED, None)
    assert campaign.next_slot == ""
    draft.refresh_from_db()
    assert draft.state == CampaignState.SCHEDULED


def test_a_run_of_the_old_one_that_is_under_way_is_left_alone() -> None:
    campaign, user = live(), builders.user(*RIGHTS)
    run = builders.run(campaign, state=RunState.SENDING)
    draft = lifecycle.rewrite(campaign, user=user, at=clock.now())

    launch(draft, user)

    campaign.refresh_from_db()
    run.refresh_from_db()
    assert run.state == RunState.SENDING
    assert (campaign.state, campaign.next_at) == (CampaignState.SCHEDULED, None)


def test_what_was_taken_back_meanwhile_stays_a_draft() -> None:
    campaign, user = live(), builders.user(*RIGHTS)
    draft = lifecycle.rewrite(campaign, user=user, at=clock.now())
    lifecycle.unschedule(campaign, user=user, at=clock.now())

    launch(draft, user)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFT
    with pytest.raises(lifecycle.WrongState):
        lifecycle.rewrite(campaign, user=user, at=clock.now())


def test_the_pages_lead_from_the_live_one_to_the_draft_and_back() -> None:
    campaign, marketer = live(), signed_in("Marketer")
    page = f"/admin/campaigns/campaign/{campaign.pk}/"
    assert "Write a new version" in marketer.get(f"{page}change/").content.decode()

    answer = marketer.post(f"{page}rewrite/")

    draft = Campaign.objects.get(replaces=campaign)
    assert answer.url == f"/admin/campaigns/campaign/{draft.pk}/change/"
    written = marketer.get(answer.url).content.decode()
    assert f"{page}change/" in written
    assert "Open its new version" in marketer.get(f"{page}change/").content.decode()
    assert signed_in("Analyst").post(f"{page}rewrite/").status_code == 302
    assert Campaign.objects.count() == 2
