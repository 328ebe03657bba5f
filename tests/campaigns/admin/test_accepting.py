"""Ambers are accepted by name, and ask again when what they are about changes."""

import re
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign, CheckAcceptance, Segment
from campaigns.review import accepting, checks
from devices.models import AuditEvent
from tests import builders
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Campaign:
    """One that shouts in its title, to one person with one phone."""
    builders.credential()
    builders.installation()
    return builders.campaign(title="OPEN THIS NOW PLEASE", segment=builders.segment())


def address(campaign: Campaign, page: str = "review") -> str:
    return f"/admin/campaigns/campaign/{campaign.pk}/{page}/"


def open_keys(client: Client, campaign: Campaign) -> set[str]:
    page = client.get(address(campaign))
    return {each.key for each in page.context["looks"]}


def accept(client: Client, campaign: Campaign, key: str, **more: Any) -> Any:
    return client.post(address(campaign, "accept"), {"key": key, **more})


def test_who_accepted_it_and_when_is_shown_until_the_field_changes(
    draft: Campaign,
) -> None:
    marketer = signed_in("Marketer")
    key = "style.capitals@title"
    assert key in open_keys(marketer, draft)

    answer = accept(marketer, draft, key)

    assert answer.headers["location"].endswith("/review/#checks")
    assert key not in open_keys(marketer, draft)
    page = marketer.get(address(draft)).content.decode()
    assert f"Accepted by {marketer.user}" in page
    assert AuditEvent.objects.filter(action="accepted a check").count() == 1

    Campaign.objects.filter(pk=draft.pk).update(link="https://shop.example/")
    assert key not in open_keys(marketer, draft)
    Campaign.objects.filter(pk=draft.pk).update(body="Another text.")
    assert key in open_keys(marketer, draft)


def test_another_count_is_the_same_question_and_another_rule_a_new_one(
    draft: Campaign,
) -> None:
    marketer = signed_in("Marketer")
    key = "audience.share@segment"
    accept(marketer, draft, key)
    builders.installation(builders.person(country="JP"))
    assert key not in open_keys(marketer, draft)

    narrower = [{"field": "bucket", "operator": "between", "value": [0, 9_998]}]
    Segment.objects.update(rule={"version": 1, "match": "all", "rules": narrower})
    assert key in open_keys(marketer, draft)


def test_an_acceptance_can_be_taken_back(draft: Campaign) -> None:
    marketer = signed_in("Marketer")
    accept(marketer, draft, "style.capitals@title")
    accept(marketer, draft, "style.capitals@title", do="again")
    assert "style.capitals@title" in open_keys(marketer, draft)


def test_nobody_accepts_what_is_not_asked_or_without_a_role(draft: Campaign) -> None:
    accept(signed_in("Analyst"), draft, "style.capitals@title")
    accept(signed_in("Marketer"), draft, "made.up@title")
    accept(signed_in("Marketer"), draft, "")
    assert not CheckAcceptance.objects.exists()
    page = signed_in("Analyst").get(address(draft)).content.decode()
    assert address(draft, "accept") not in page


def test_launching_accepts_what_was_seen_and_nothing_that_came_later(
    draft: Campaign,
) -> None:
    marketer = signed_in("Marketer")
    page = marketer.get(address(draft))
    seen = {each.key for each in page.context["looks"]}
    pairs = re.findall(
        r'name="(launch_key|counted)" value="([^"]+)"', page.content.decode()
    )
    builders.topic()  # asks for a topic from now on

    marketer.post(address(draft), dict(pairs))

    kept = CheckAcceptance.objects.filter(user=marketer.user)
    assert {each.key for each in kept} == seen
    assert "topic@topic" not in seen


def test_every_field_that_a_check_names_can_be_marked() -> None:
    draft = builders.campaign(
        translations=[{"locale": "fr", "title": "A", "body": "B", "source": ""}],
        platforms={"ios": {"subtitle": "Now"}},
    )
    fields = (
        *("title", "fr.body", "fr.ios:title", "ios:subtitle", "segment", "schedule"),
        *("languages", "test", "", "asset", "buttons", "purpose", "ttl", "topic"),
    )
    marks = {
        each: accepting.mark(
            draft, checks.Problem(severity="look", sentence="Look.", field=each)
        )
        for each in fields
    }

    assert len(set(marks.values())) == len(fields)
    draft.translations[0]["body"] = "C"
    changed = accepting.mark(
        draft, checks.Problem(severity="look", sentence="Look.", field="fr.body")
    )
    assert changed != marks["fr.body"]
