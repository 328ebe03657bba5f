"""The calendar: past runs and coming occurrences, in the reader's zone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.models.states import CampaignState, RunState
from tests import builders
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db
CALENDAR = "/admin/campaigns/run/calendar/"
NEXT_YEAR = timezone.now().year + 1


def weekly(**changes: object) -> Campaign:
    """Every Monday of next year at nine in Berlin, from the first Monday of March."""
    start = next(
        day
        for day in (date(NEXT_YEAR, 3, 1) + timedelta(days=n) for n in range(7))
        if day.weekday() == 0
    )
    schedule = {
        "kind": "recurring",
        "start": start.isoformat(),
        "time": "09:00",
        "zone": "Europe/Berlin",
        "every": {"frequency": "weekly", "weekdays": ["monday"]},
        "excluded": [],
    }
    facts = {
        "name": "Every Monday",
        "state": CampaignState.SCHEDULED,
        "schedule": schedule,
        "next_at": datetime(start.year, 3, start.day, 8, tzinfo=UTC),
    }
    return builders.campaign(**facts | changes)


def days(client: Client, **asked: object) -> dict[date, list[str]]:
    """The names on each day that is shown as the month's own."""
    weeks = client.get(CALENDAR, asked).context["weeks"]
    return {
        day.date: [item.name for item in day.items]
        for week in weeks
        for day in week
        if day.items and not day.outside
    }


def text(client: Client, **asked: object) -> str:
    return client.get(CALENDAR, asked).content.decode()


def test_a_recurring_campaign_is_on_each_of_its_days() -> None:
    weekly()
    found = days(signed_in("Marketer"), day=f"{NEXT_YEAR}-04-10")
    assert len(found) in (4, 5)
    assert {day.weekday() for day in found} == {0}


def test_a_run_is_shown_with_its_word_and_leads_to_its_page() -> None:
    at = datetime(2026, 7, 1, 8, tzinfo=UTC)
    run = builders.run(state=RunState.FINISHED, due_at=at)
    page = text(signed_in("Marketer"), day="2026-07-20")
    assert run.campaign.name in page
    assert "Completed" in page
    assert f"/admin/campaigns/run/{run.pk}/results/" in page


def test_a_day_begins_at_the_readers_midnight() -> None:
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    builders.run(state=RunState.FINISHED, due_at=late)
    marketer = signed_in("Marketer")
    assert list(days(marketer, day="2026-07-20")) == [date(2026, 7, 1)]
    marketer.post(
        "/admin/pushsite/profile/mine/", {"language": "", "zone": "Europe/Paris"}
    )
    assert list(days(marketer, day="2026-07-20")) == [date(2026, 7, 2)]
    assert "Europe/Paris" in text(marketer)


def test_what_has_a_run_already_is_not_shown_a_second_time() -> None:
    campaign = weekly()
    builders.run(campaign, state=RunState.FINISHED, due_at=campaign.next_at)
    Campaign.objects.update(next_at=campaign.next_at + timedelta(days=7))
    found = days(signed_in("Marketer"), day=f"{NEXT_YEAR}-03-15")
    assert found[campaign.next_at.date()] == ["Every Monday"]


def test_two_campaigns_on_one_day_are_flagged() -> None:
    weekly()
    marketer = signed_in("Marketer")
    asked = f"{NEXT_YEAR}-04-10"
    assert "may reach the same people" not in text(marketer, day=asked)
    weekly(name="Another one")
    assert "2 campaigns on this day may reach the same people." in text(
        marketer, day=asked
    )


def test_campaigns_of_two_brands_on_one_day_are_no_overlap() -> None:
    weekly()
    weekly(application=builders.application(name="Other"))
    page = text(signed_in("Marketer"), day=f"{NEXT_YEAR}-04-10")
    assert "may reach the same people" not in page


def test_a_month_without_anything_says_so() -> None:
    builders.run(state=RunState.FINISHED, due_at=datetime(2026, 6, 9, tzinfo=UTC))
    page = text(signed_in("Marketer"), day="2026-07-20")
    assert "Nothing was sent and nothing is planned this month." in page
    assert "The month before, 1 run was sent." in page


@pytest.mark.parametrize("view", ["month", "week", "list", "nonsense", ""])
@pytest.mark.parametrize("day", ["2026-12-31", "never", "0001-01-01", "9999-12-31"])
def test_every_address_shows_a_calendar(view: str, day: str) -> None:
    page = signed_in("Marketer").get(CALENDAR, {"view": view, "day": day})
    assert page.status_code == 200


def test_a_week_and_a_list_show_the_same_day() -> None:
    builders.run(state=RunState.FINISHED, due_at=datetime(2026, 7, 1, 8, tzinfo=UTC))
    marketer = signed_in("Marketer")
    for view in ("month", "week", "list"):
        assert list(days(marketer, view=view, day="2026-07-01")) == [date(2026, 7, 1)]


def test_a_campaign_begun_on_a_day_starts_on_it() -> None:
    shop = builders.application()
    marketer = signed_in("Marketer")
    page = marketer.get("/admin/campaigns/campaign/add/", {"day": "2027-03-09"})
    assert "It is planned for Tuesday 9 March 2027" in page.content.decode()
    marketer.post(
        "/admin/campaigns/campaign/add/",
        {"application": shop.pk, "point": "blank", "day": "2027-03-09"},
    )
    schedule = Campaign.objects.get().schedule
    assert (schedule["kind"], schedule["start"]) == ("once", "2027-03-09")


def test_an_analyst_is_offered_no_new_campaign() -> None:
    assert "New campaign" not in text(signed_in("Analyst"))


def test_who_has_no_role_sees_no_calendar() -> None:
    assert signed_in().get(CALENDAR).status_code == 403


def test_a_month_costs_the_same_however_full(django_assert_max_num_queries) -> None:
    for number in range(12):
        weekly(name=f"Weekly {number}")
    marketer = signed_in("Marketer")
    with django_assert_max_num_queries(12):
        marketer.get(CALENDAR, {"day": f"{NEXT_YEAR}-04-10"})
