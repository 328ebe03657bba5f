"""Beginning with a use case: looked at, fitted, begun as a draft."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.http import QueryDict
from django.test import Client

from campaigns.admin import when
from campaigns.cases.shelf import CASES
from campaigns.models import Campaign, Segment
from campaigns.review import checks
from tests import builders
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db
NEW = "/admin/campaigns/campaign/add/"


def address(key: str) -> str:
    return f"/admin/campaigns/campaign/cases/{key}/"


@pytest.fixture
def marketer() -> Client:
    builders.application()
    return signed_in("Marketer")


def posted_as(fields: dict[str, Any]) -> QueryDict:
    """The fields as a browser posts them."""
    made = QueryDict(mutable=True)
    for name, value in fields.items():
        made.setlist(name, value if isinstance(value, list) else [value])
    return made


def begin(client: Client, key: str, **answers: str) -> Campaign:
    answer = client.post(address(key), {"do": "begin", **answers})
    assert answer.status_code == 302
    return Campaign.objects.latest("pk")


def test_the_page_offers_every_use_case_and_says_what_some_wait_for(
    marketer: Client,
) -> None:
    page = marketer.get(NEW).content.decode()
    for case in CASES.values():
        assert str(case.name) in page
    assert page.count("Not yet possible.") == 2
    assert f'href="{address("update")}"' not in page
    assert marketer.get(address("update")).status_code == 404


@pytest.mark.parametrize("key", [key for key, case in CASES.items() if case.is_ready])
def test_a_use_case_begins_a_draft_in_two_languages(marketer: Client, key: str) -> None:
    case = CASES[key]
    assert str(case.name) in marketer.get(address(key)).content.decode()

    draft = begin(marketer, key)

    assert (draft.state, draft.use_case, draft.locale) == ("draft", key, "en")
    assert draft.title == case.copy["en"].title
    (french,) = draft.translations
    assert (french["locale"], french["body"]) == ("fr", case.copy["fr"].body)
    page = marketer.get(f"/admin/campaigns/campaign/{draft.pk}/change/")
    assert page.context["case"] == case
    assert page.context["errors"] == {}
    assert page.context["doubts"] == []


def test_what_is_answered_is_in_the_segment(marketer: Client) -> None:
    looked = marketer.post(address("cart"), {"do": "look", "cart": "basket_add"})
    assert "“basket_add”" in looked.context["audience"]
    assert not Campaign.objects.exists()

    draft = begin(marketer, "cart", cart="basket_add")

    names = [each["name"] for each in draft.segment.rule["rules"]]
    assert names == ["basket_add", "purchase"]
    assert draft.schedule["every"]["frequency"] == "daily"


def test_the_same_use_case_again_takes_the_same_segment(marketer: Client) -> None:
    first, again = begin(marketer, "lapsing"), begin(marketer, "lapsing")
    assert first.segment == again.segment
    other = begin(marketer, "cart"), begin(marketer, "cart", cart="basket_add")
    assert [each.segment.name for each in other] == [
        "Cart left since yesterday",
        "Cart left since yesterday (2)",
    ]


def test_an_event_that_cannot_be_one_is_said_and_nothing_is_begun(
    marketer: Client,
) -> None:
    answer = marketer.post(address("cart"), {"do": "begin", "cart": "not an event!"})
    assert "choose an event" in answer.content.decode()
    assert not Campaign.objects.exists()
    assert not Segment.objects.exists()


def test_a_french_marketer_begins_in_french(marketer: Client) -> None:
    answer = marketer.post(
        address("urgent"), {"do": "begin"}, headers={"accept-language": "fr"}
    )
    assert answer.status_code == 302
    draft = Campaign.objects.get()
    assert (draft.locale, draft.title) == ("fr", "Service interrompu")
    assert draft.purpose == "transactional"
    assert draft.audience == "everyone"


def test_the_review_doubts_a_use_case_that_became_another(marketer: Client) -> None:
    draft = begin(marketer, "streak")
    Campaign.objects.filter(pk=draft.pk).update(ttl=7 * 86_400)
    found = checks.problems(Campaign.objects.get(), at=builders.NOW)
    assert any("out of date" in str(each.sentence) for each in found)


def test_who_may_not_make_campaigns_begins_none(marketer: Client) -> None:
    for group in Group.objects.exclude(name__in=("Marketer", "Administrator")):
        client = signed_in(group.name)
        assert client.post(address("urgent"), {"do": "begin"}).status_code == 403
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("key", ["lapsing", "first_purchase"])
def test_opening_a_draft_of_a_use_case_changes_nothing_of_its_schedule(
    marketer: Client, key: str
) -> None:
    draft = begin(marketer, key)
    there = f"/admin/campaigns/campaign/{draft.pk}/change/"
    shown = marketer.get(there).context["when"]
    assert shown["kind"] == "recurring"
    place, every = draft.schedule, draft.schedule["every"]
    posted = {
        "when_kind": "recurring",
        "when_start": place["start"],
        "when_time": place["time"],
        "when_zone": place["zone"],
        "when_frequency": every["frequency"],
        "when_interval": str(every["interval"]),
        "when_weekdays": every.get("weekdays", []),
        "when_end": "never",
    }
    assert when.read(posted_as(posted)) == draft.schedule
