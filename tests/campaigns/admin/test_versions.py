"""Going back: what was saved, by whom, and how it is taken up again."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from campaigns.models import Campaign
from campaigns.models.states import CampaignState
from tests import builders
from tests.campaigns.admin.posting import form
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db


def address(campaign: Campaign, page: str = "versions") -> str:
    return f"/admin/campaigns/campaign/{campaign.pk}/{page}/"


def save(client: Client, draft: Campaign, **changes: object) -> None:
    now = Campaign.objects.get(pk=draft.pk)
    client.post(address(draft, "change"), form(now, **changes))


def test_the_page_tells_who_changed_what(client: Client) -> None:
    draft = builders.campaign(title="Hello")
    lea, max_ = signed_in("Marketer"), signed_in("Marketer")
    save(lea, draft, title="Good morning")
    save(max_, draft, body="Come in.", ttl=3600)

    lines = lea.get(address(draft)).context["lines"]

    told = [(each.saved.author, each.changed) for each in lines]
    assert told[0] == (max_.user, ["Text", "Valid for"])
    assert told[1] == (lea.user, ["Title"])
    assert [each.saved.fields["title"] for each in lines][-1] == "Hello"


def test_a_draft_that_nobody_changed_says_so() -> None:
    page = signed_in("Marketer").get(address(builders.campaign()))
    assert "No earlier version" in page.content.decode()


def test_a_version_is_shown_beside_the_draft_and_taken_up_again() -> None:
    topic = builders.topic()
    draft = builders.campaign(title="Hello", topic=topic)
    marketer = signed_in("Marketer")
    save(marketer, draft, title="Good morning", topic="")
    first = draft.saved_drafts.last()

    page = marketer.get(address(draft), {"version": first.pk})
    shown = {
        each.label: (each.mine, each.theirs) for each in page.context["differences"]
    }
    assert shown == {
        "Title": ("Hello", "Good morning"),
        "Topic": (topic.name, "–"),
    }
    posted = {"saved": first.pk, "version": 2}
    marketer.post(address(draft, "restore"), posted)

    now = Campaign.objects.get(pk=draft.pk)
    assert (now.title, now.topic, now.version) == ("Hello", topic, 3)
    assert [each.fields["title"] for each in draft.saved_drafts.all()] == [
        "Hello",
        "Good morning",
        "Hello",
    ]
    assert draft.saved_drafts.first().restored == first.version


def test_what_somebody_saved_meanwhile_is_not_restored_over() -> None:
    draft = builders.campaign(title="Hello")
    marketer = signed_in("Marketer")
    save(marketer, draft, title="Good morning")
    save(signed_in("Marketer"), draft, title="Good evening")
    first = draft.saved_drafts.last()

    answer = marketer.post(address(draft, "restore"), {"saved": first.pk, "version": 2})

    said = [str(each) for each in get_messages(answer.wsgi_request)]
    assert "changed since" in said[-1]
    assert Campaign.objects.get(pk=draft.pk).title == "Good evening"


def test_a_topic_that_is_gone_is_named_and_the_rest_comes_back() -> None:
    topic = builders.topic()
    draft = builders.campaign(title="Hello", topic=topic)
    marketer = signed_in("Marketer")
    save(marketer, draft, title="Good morning", topic="")
    topic.delete()
    first = draft.saved_drafts.last()

    answer = marketer.post(address(draft, "restore"), {"saved": first.pk, "version": 2})

    said = [str(each) for each in get_messages(answer.wsgi_request)]
    assert Campaign.objects.get(pk=draft.pk).title == "Hello"
    assert "“Topic” was deleted since" in said[-1]


def test_a_version_of_another_campaign_is_not_found() -> None:
    mine, other = builders.campaign(), builders.campaign()
    marketer = signed_in("Marketer")
    save(marketer, other, title="Elsewhere")
    foreign = {"saved": other.saved_drafts.last().pk, "version": 1}
    assert marketer.post(address(mine, "restore"), foreign).status_code == 404


def test_a_scheduled_campaign_shows_its_versions_and_restores_none() -> None:
    draft = builders.campaign(title="Hello")
    marketer = signed_in("Marketer")
    save(marketer, draft, title="Good morning")
    Campaign.objects.filter(pk=draft.pk).update(state=CampaignState.SCHEDULED)
    first = draft.saved_drafts.last()

    page = marketer.get(address(draft), {"version": first.pk})
    marketer.post(address(draft, "restore"), {"saved": first.pk, "version": 2})

    assert not page.context["may_restore"]
    assert Campaign.objects.get(pk=draft.pk).title == "Good morning"


def test_who_may_only_look_restores_nothing() -> None:
    draft = builders.campaign(title="Hello")
    save(signed_in("Marketer"), draft, title="Good morning")
    first = draft.saved_drafts.last()
    analyst = signed_in("Analyst")

    assert analyst.get(address(draft)).status_code == 200
    answer = analyst.post(address(draft, "restore"), {"saved": first.pk, "version": 2})
    assert answer.status_code == 403
