"""The page of simulated phones, as staff see it."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from devices.simulator.phones import NAMED, token_for
from tests import builders
from tests.devices.conftest import OpenGateway, push
from tests.simulators import RunningSimulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(
    client: Client, simulator: RunningSimulator, settings: Any, tmp_path: Path
) -> Client:
    """A signed-in member of staff on a site that sends to the simulator."""
    settings.SIMULATOR, settings.VAR = simulator.address, tmp_path
    (tmp_path / "simulator").mkdir()
    shutil.copy(simulator.ca_path, tmp_path / "simulator" / "ca.pem")
    client.force_login(builders.user())
    return client


def page(staff: Client, name: str = "phones", **query: str) -> str:
    answer = staff.get(reverse(name), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_phone_shows_what_it_got_and_never_its_token(
    staff: Client, open_gateway: OpenGateway
) -> None:
    token = token_for("Zoé's Pixel")
    values = {"n": "1.2.seal"}
    hostile = push(token, title="<b>Sale</b>", link="shop://p/1", data=values)
    open_gateway().send([hostile])

    text = page(staff, search=token_for("Zoé's Pixel").split("-")[1])

    assert "&lt;b&gt;Sale&lt;/b&gt;" in text
    assert "Opens shop://p/1" in text
    assert 'data-n="1.2.seal"' in text
    assert token not in text


def test_the_list_alone_is_asked_for_while_the_page_is_open(
    staff: Client, open_gateway: OpenGateway
) -> None:
    open_gateway().send([push(token_for("list alone"), title="Fresh")])

    text = page(staff, "phones_newest", search="list alone")

    assert "Fresh" in text
    assert "<html" not in text


def test_a_search_without_a_match_says_what_to_do(staff: Client) -> None:
    assert "No phone with this name or code" in page(staff, search="no such phone")


def test_a_simulator_that_does_not_answer_is_explained(
    staff: Client, settings: Any
) -> None:
    settings.SIMULATOR = "127.0.0.1:9"

    assert "The simulator does not answer" in page(staff)


def test_a_site_that_sends_to_real_phones_says_so(staff: Client, settings: Any) -> None:
    settings.SIMULATOR = ""

    assert "This site sends to real phones" in page(staff)


@pytest.mark.parametrize("name", ["phones", "phones_newest"])
def test_only_staff_see_phones(staff: Client, name: str) -> None:
    staff.force_login(builders.user(is_staff=False))

    assert staff.get(reverse(name)).status_code == 302


def test_the_sidebar_leads_there_only_while_the_simulator_is_used(
    staff: Client, settings: Any
) -> None:
    link = f'href="{reverse("phones")}"'
    assert link in page(staff)

    settings.SIMULATOR = ""
    assert link not in staff.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("name", ["Ana", "Zoé's Pixel 9", "日本語", "", "x" * 200])
def test_any_name_makes_a_token_that_fcm_takes_and_the_page_can_name(name: str) -> None:
    token = token_for(name)

    assert NAMED.fullmatch(token)
    assert len(token) < 80
    assert token != token_for(name)
