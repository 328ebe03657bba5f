"""Each reader's language and zone: chosen once, and used by every page."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models.states import RunState
from pushsite import reader
from pushsite.models import Profile
from tests import builders
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db
MINE = "/admin/pushsite/profile/mine/"


def live_page(client: Client) -> str:
    run = builders.run(
        state=RunState.FINISHED, due_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    )
    there = reverse("admin:campaigns_run_live", args=[run.pk])
    return client.get(there).content.decode()


def test_times_are_printed_as_the_readers_clocks_show_them() -> None:
    marketer = signed_in("Marketer")
    assert "1 July 2026" in live_page(marketer)
    marketer.post(MINE, {"language": "", "zone": "Europe/Paris"})
    page = live_page(marketer)
    assert "2 July 2026" in page
    assert "Europe/Paris" in page


def test_the_zone_of_one_reader_is_not_the_next_ones() -> None:
    signed_in("Marketer").post(MINE, {"language": "", "zone": "Asia/Tokyo"})
    assert "1 July 2026" in live_page(signed_in("Marketer"))


def test_the_language_that_was_chosen_wins_over_the_browsers() -> None:
    marketer = signed_in("Marketer")
    marketer.post(MINE, {"language": "fr", "zone": ""})
    del marketer.cookies["django_language"]
    page = marketer.get("/admin/", headers={"accept-language": "en"})
    assert '<html lang="fr"' in page.content.decode()


def test_without_a_choice_the_browser_decides() -> None:
    page = signed_in("Marketer").get("/admin/", headers={"accept-language": "fr"})
    assert '<html lang="fr"' in page.content.decode()


def test_the_switch_in_the_menu_is_kept_for_the_next_browser() -> None:
    marketer = signed_in("Marketer")
    marketer.post("/language/setlang/", {"language": "fr", "next": "/admin/"})
    assert reader.of(marketer.user).language == "fr"
    other = Client()
    other.force_login(marketer.user)
    assert '<html lang="fr"' in other.get("/admin/").content.decode()


def test_the_switch_leaves_the_zone_alone() -> None:
    marketer = signed_in("Marketer")
    marketer.post(MINE, {"language": "", "zone": "Asia/Tokyo"})
    marketer.post("/language/setlang/", {"language": "fr", "next": "/admin/"})
    assert reader.of(marketer.user).zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"language": "", "zone": "Paris"}, "No such time zone"),
        ({"language": "tlh", "zone": ""}, "Choose one of the languages"),
    ],
)
def test_a_wrong_choice_is_said_and_nothing_is_kept(
    given: dict[str, str], sentence: str
) -> None:
    page = signed_in("Marketer").post(MINE, given).content.decode()
    assert sentence in page
    assert not Profile.objects.exists()


def test_a_choice_is_taken_back_by_emptying_it() -> None:
    marketer = signed_in("Marketer")
    marketer.post(MINE, {"language": "fr", "zone": "Asia/Tokyo"})
    marketer.post(MINE, {"language": "", "zone": ""})
    chosen = reader.of(marketer.user)
    assert (chosen.language, chosen.zone) == ("", "")


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get(MINE).status_code == 302
    client.post("/language/setlang/", {"language": "fr", "next": "/"})
    assert not Profile.objects.exists()


def test_a_phone_that_calls_the_api_costs_no_query_of_ours(
    client: Client, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        client.get("/api/v1/nowhere")


def test_the_switch_takes_no_language_that_we_do_not_speak() -> None:
    marketer = signed_in("Marketer")
    asked = {"language": "de", "next": "/admin/"}
    assert marketer.post("/language/setlang/", asked).status_code == 302
    assert reader.of(marketer.user).language == ""
