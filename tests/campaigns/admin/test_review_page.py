"""What stands on the review beside its checks, and what is behind each number."""

import re

import pytest
from django.utils import timezone

from campaigns.delivery import lifecycle
from campaigns.models import Campaign, HouseStyle
from devices.models import AuditEvent
from tests import builders
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready() -> Campaign:
    builders.credential()
    builders.installation(
        builders.person(locale="en", external_id="=1+1", attributes={"city": "Paris"})
    )
    builders.installation(builders.person(locale="fr", external_id="lea"))
    return builders.campaign(body="In {{ city | or_skip }}")


def address(campaign: Campaign, page: str = "review") -> str:
    return f"/admin/campaigns/campaign/{campaign.pk}/{page}/"


def test_each_number_leads_to_people_on_a_page_and_in_a_file(ready: Campaign) -> None:
    ready.translations = [
        {"locale": "de", "title": "Hallo", "body": "Da", "source": ""}
    ]
    ready.save()
    reviewer = signed_in("Reviewer")
    page = reviewer.get(address(ready)).content.decode()
    assert "?missing=city" in page
    assert "?all=yes" in page
    people = address(ready, "people")

    assert "lea" in reviewer.get(f"{people}?missing=city").content.decode()
    assert "=1+1" not in reviewer.get(f"{people}?missing=city").content.decode()
    assert "lea" in reviewer.get(f"{people}?others=yes").content.decode()
    both = reviewer.get(f"{people}?all=yes").content.decode()
    assert "lea" in both
    assert "=1+1" in both

    file = reviewer.get(f"{people}?all=yes&as=csv")
    assert file.headers["content-type"].startswith("text/csv")
    assert "'=1+1" in file.content.decode()
    assert AuditEvent.objects.filter(action="took a list of people").count() == 1


def test_what_changed_since_the_last_launch_is_told(ready: Campaign) -> None:
    marketer = signed_in("Marketer")
    assert "Changed since the last launch" not in (
        marketer.get(address(ready)).content.decode()
    )
    builders.run(ready)
    copy = lifecycle.duplicate(ready, user=marketer.user, at=timezone.now())
    same = marketer.get(address(copy)).content.decode()
    assert "it says the same to the same audience" in same

    Campaign.objects.filter(pk=copy.pk).update(
        title="Hello again", platforms={"ios": {"subtitle": "Now"}}, ttl=3_600
    )
    page = marketer.get(address(copy))
    changes = {
        each.label: (each.before, each.after) for each in page.context["since"].changes
    }
    assert changes == {
        "Title": ("Hello", "Hello again"),
        "iPhone and iPad, Subtitle": ("–", "Now"),
        "Valid for": ("1 day", "1 hour"),
    }


def test_each_check_leads_to_a_field_that_the_compose_page_has(
    ready: Campaign,
) -> None:
    builders.topic()
    Campaign.objects.filter(pk=ready.pk).update(
        title="OPEN THIS NOW PLEASE", purpose="transactional", body="50% off today",
        platforms={"ios": {"subtitle": "BUY NOW OR NEVER AGAIN"}},
        link="https://shop.example/", schedule={},
        translations=[{"locale": "fr", "title": "!!", "body": "VITE ET ENCORE VITE",
                       "source": ""}],
    )  # fmt: skip
    marketer = signed_in("Marketer")
    review = marketer.get(address(ready)).content.decode()
    compose = marketer.get(address(ready, "change")).content.decode()
    named = set(re.findall(r'/change/#([^"]+)"', review))

    assert {"title", "fr.body", "ios:subtitle", "purpose", "topic", "ttl"} <= named
    assert {each for each in named if f'id="{each}"' not in compose} == set()


def test_how_long_a_text_gets_is_told_by_real_people(ready: Campaign) -> None:
    marketer = signed_in("Marketer")
    form = {"title": "Hello", "body": 'In {{ city | default: "Rome, Italy" }}'}
    told = marketer.post(address(ready, "lengths"), form).json()["lengths"]
    assert told["title"] == "5 characters"
    assert told["body"].startswith("8 to 14 characters, 11 in the middle: over 2")


def test_the_house_style_is_set_down_by_who_may(ready: Campaign) -> None:
    there = "/admin/campaigns/housestyle/"
    wanted = {
        "names": "iPhone\r\n\r\niPhone",
        "avoided": "cheap",
        "sites": "Shop.Example",
    }
    signed_in("Marketer").post(there, wanted)
    assert not HouseStyle.objects.exists()

    administrator = signed_in("Administrator")
    refused = administrator.post(there, wanted | {"sites": "https://shop"})
    assert "not the name of a site" in refused.content.decode()
    assert "cheap" in refused.content.decode()
    administrator.post(there, wanted)
    house = HouseStyle.objects.get()
    assert (house.names, house.avoided, house.sites) == (
        ["iPhone"],
        ["cheap"],
        ["shop.example"],
    )
    page = signed_in("Marketer").get(there).content.decode()
    assert "changing it takes another role" in page
