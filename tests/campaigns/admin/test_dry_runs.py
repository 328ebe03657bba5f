"""The page of checks on real people: what it says, and who may start what."""

import pytest
from django.urls import reverse

from campaigns.delivery import bell
from campaigns.dry_run import working
from campaigns.models import Campaign, DryRun
from tests import builders
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Campaign:
    builders.credential()
    for name in ("Ana", "Léa"):
        builders.installation(builders.person(attributes={"first_name": name}))
    builders.installation(builders.person())
    return builders.campaign(
        title="Hello {{ first_name | or_skip }}",
        body="The winter is here. " * 8,
        audience="everyone",
    )


def address(name: str, draft: Campaign) -> str:
    return reverse(f"admin:campaigns_campaign_{name}", args=[draft.pk])


def test_real_people_are_rendered_and_named_only_to_those_who_see_people(
    draft: Campaign,
) -> None:
    seen = signed_in("Marketer").get(address("check", draft)).content.decode()
    assert "2 of 3 people would get it." in seen
    assert "“first_name” is missing and has no default, for 1 device" in seen
    assert "Android, closed: the text is cut for 2 devices" in seen
    assert "?person=" in seen
    told = signed_in("Analyst").get(address("check", draft)).content.decode()
    assert "2 of 3 people would get it." in told
    assert "?person=" not in told


def test_a_dry_run_is_rung_for_and_shown_when_it_is_done(
    draft: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple[str, int]] = []
    monkeypatch.setattr(bell, "ring", lambda task, key: rung.append((task, key)))
    marketer = signed_in("Marketer")
    marketer.post(address("dry_run", draft))
    asked = DryRun.objects.get()
    assert rung == [(bell.DRY_RUN, asked.pk)]
    part = address("check", draft) + "?part=state"
    assert 'data-waiting="yes"' in marketer.get(part).content.decode()

    working.work(asked.pk, seconds=9, at=asked.asked_at)

    done = marketer.get(part).content.decode()
    assert 'data-waiting="no"' in done
    assert "It took 1 second." in done
    assert "2 of 3 people would get it." in done


def test_a_dry_run_of_an_older_text_says_so(draft: Campaign) -> None:
    asked = working.ask(draft, user=builders.user(), at=builders.NOW)
    working.work(asked.pk, seconds=9, at=builders.NOW)
    Campaign.objects.filter(pk=draft.pk).update(version=draft.version + 1)
    page = signed_in("Marketer").get(address("check", draft)).content.decode()
    assert "The message was changed since" in page


@pytest.mark.parametrize("name", ["dry_run", "dry_run_stop"])
def test_whoever_may_only_look_starts_and_stops_nothing(
    draft: Campaign, name: str
) -> None:
    assert signed_in("Analyst").post(address(name, draft)).status_code == 403
    assert not DryRun.objects.exists()


def test_an_unfinished_message_is_sent_back(draft: Campaign) -> None:
    Campaign.objects.filter(pk=draft.pk).update(title="{{ first_name")
    page = signed_in("Marketer").post(address("dry_run", draft), follow=True)
    assert "The message is not complete" in page.content.decode()
    assert not DryRun.objects.exists()
