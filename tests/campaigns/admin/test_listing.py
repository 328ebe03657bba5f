"""The list of campaigns."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.admin import listing
from campaigns.models import Batch, Campaign, LeftOut, Run
from campaigns.models.reasons import Reason
from campaigns.models.states import CampaignState, RunState
from tests import builders
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db
LIST = "/admin/campaigns/campaign/"


def names(tab: str = "", *, words: str = "", before: str = "") -> list[str]:
    found = listing.page(listing.tab(tab), words=words, before=before)
    return [line.campaign.name for line in found.lines]


def test_tabs_divide_campaigns_by_what_they_do() -> None:
    builders.campaign(name="written")
    builders.campaign(name="planned", state=CampaignState.SCHEDULED)
    builders.campaign(name="put away", state=CampaignState.ARCHIVED)
    going = builders.campaign(name="going", state=CampaignState.SCHEDULED)
    builders.run(going, state=RunState.SENDING)

    assert names("drafts") == ["written"]
    assert names("running") == ["going"]
    assert names("archived") == ["put away"]
    assert "put away" not in names()


def test_a_page_continues_where_the_one_before_ended() -> None:
    for number in range(listing.PAGE + 3):
        builders.campaign(name=f"number {number}")

    first = listing.page(listing.tab(""), words="", before="")
    rest = names(before=first.older)

    assert len(first.lines) == listing.PAGE
    assert rest == ["number 2", "number 1", "number 0"]


def test_a_position_that_makes_no_sense_shows_the_first_page() -> None:
    builders.campaign(name="only")
    assert names(before="2026-01-01~x") == ["only"]
    assert names(before="' OR 1=1") == ["only"]


def test_search_looks_in_names_and_titles() -> None:
    builders.campaign(name="Autumn")
    builders.campaign(name="Winter", title="After autumn")
    builders.campaign(name="Spring")
    assert set(names(words="AUTUMN")) == {"Autumn", "Winter"}


def test_the_status_is_that_of_the_current_run() -> None:
    campaign = builders.campaign(state=CampaignState.SCHEDULED)
    builders.run(campaign, state=RunState.PAUSED)
    (line,) = listing.page(listing.tab(""), words="", before="").lines
    assert str(line.status.word) == "Paused"


def test_accepted_is_the_sum_of_the_tallies() -> None:
    run = builders.run(people=12)
    for accepted in (3, 4):
        builders.batch(run, hi=5, accepted=accepted)
    (line,) = listing.page(listing.tab(""), words="", before="").lines
    assert (line.reach, line.accepted) == (12, 7)


def test_the_list_asks_as_often_for_25_campaigns_as_for_one() -> None:
    marketer = signed_in("Marketer")
    builders.run(builders.campaign())
    marketer.get(LIST)
    with CaptureQueriesContext(connection) as one:
        marketer.get(LIST)
    for _number in range(24):
        builders.run(builders.campaign())
    with CaptureQueriesContext(connection) as many:
        marketer.get(LIST)

    assert len(many) == len(one)
    assert not [q for q in many if "count(*)" in q["sql"].lower()]


def test_an_empty_list_offers_where_to_begin() -> None:
    builders.application()
    page = signed_in("Marketer").get(LIST).content.decode()
    assert "No campaign yet" in page
    assert 'value="blank"' in page


def test_text_from_a_title_is_escaped() -> None:
    builders.campaign(title="<script>alert(1)</script>")
    page = signed_in("Marketer").get(LIST).content.decode()
    assert "<script>alert(1)" not in page


def test_the_button_begins_a_draft_and_looking_begins_none() -> None:
    marketer = signed_in("Marketer")
    shop = builders.application()
    marketer.get(LIST + "add/")
    assert not Campaign.objects.exists()

    answer = marketer.post(LIST + "add/", {"application": shop.pk, "point": "reminder"})

    draft = Campaign.objects.get()
    assert answer.headers["location"] == f"{LIST}{draft.pk}/change/"
    assert (draft.state, draft.owner) == (CampaignState.DRAFT, marketer.user)
    assert draft.schedule["every"]["frequency"] == "weekly"


def test_an_analyst_begins_duplicates_and_archives_nothing() -> None:
    analyst = signed_in("Analyst")
    campaign = builders.campaign()
    assert analyst.get(LIST).status_code == 200
    assert analyst.get(LIST + "add/").status_code == 403
    for action in ("duplicate", "archive"):
        analyst.post(f"{LIST}{campaign.pk}/{action}/")
    assert Campaign.objects.get().state == CampaignState.DRAFT


def test_a_run_in_the_past_and_one_to_come_are_told_apart() -> None:
    soon = builders.NOW + timedelta(hours=1)
    builders.campaign(name="soon", state=CampaignState.SCHEDULED, next_at=soon)
    done = builders.campaign(name="done", state=CampaignState.FINISHED)
    builders.run(done, state=RunState.FINISHED)
    lines = listing.page(listing.tab(""), words="", before="").lines
    assert {line.campaign.name: line.coming for line in lines} == {
        "soon": True,
        "done": False,
    }
    assert Batch.objects.count() == 0


@pytest.mark.parametrize(
    ("state", "page"),
    [(RunState.SENDING, "live"), (RunState.FINISHED, "results")],
)
def test_a_run_is_opened_where_it_says_something(state: RunState, page: str) -> None:
    run = builders.run(state=state)
    client = signed_in("Marketer")
    link = f'href="/admin/campaigns/run/{run.pk}/{page}/"'
    Campaign.objects.update(state=CampaignState.FINISHED)

    for address in (LIST, f"{LIST}{run.campaign_id}/change/"):
        assert link in client.get(address).content.decode(), address


def test_the_first_line_reads_as_somebody_unknown_reads_it() -> None:
    builders.campaign(title='Hello {{ first_name | default: "there" }}')
    builders.campaign(title="", body="Only a text")
    builders.campaign(title="Broken {{ first_name")
    lines = listing.page(listing.tab(""), words="", before="").lines
    assert [line.said for line in lines] == [
        "Broken {{ first_name",
        "Only a text",
        "Hello there",
    ]


def test_a_line_names_its_languages_once() -> None:
    said = {"title": "Bonjour", "body": "Nouveau"}
    builders.campaign(translations=[{"locale": "fr", **said}, {"locale": "en", **said}])
    (line,) = listing.page(listing.tab(""), words="", before="").lines
    assert line.languages == ["en", "fr"]


def test_a_run_on_its_way_shows_how_far_it_is() -> None:
    run = builders.run(state=RunState.SENDING, audience=110)
    LeftOut.objects.create(run=run, reason=Reason.UNSUBSCRIBED, rows=10)
    builders.batch(run, hi=100, accepted=40, failed=5)
    (line,) = listing.page(listing.tab(""), words="", before="").lines
    assert line.done == 45
    Run.objects.update(state=RunState.FINISHED)
    (line,) = listing.page(listing.tab(""), words="", before="").lines
    assert line.done is None


def test_every_starting_point_with_a_text_shows_it_on_a_phone() -> None:
    builders.application()
    page = signed_in("Marketer").get(LIST + "add/").content.decode()
    assert page.count("pv-figure") == 3
    assert "Hello there, our new arrivals are here." in page
