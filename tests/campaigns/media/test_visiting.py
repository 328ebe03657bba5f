"""Whether a link opens is found out past the guard, and told in words."""

from ipaddress import ip_network

import pytest

from campaigns.media import visiting
from campaigns.models import LinkVisit
from campaigns.review import checks
from tests import builders
from tests.builders import NOW
from tests.campaigns.media.websites import leads_to, sends, website

HERE = [ip_network("127.0.0.1/32")]


def test_links_that_open_lead_on_to_a_sign_in_or_nowhere() -> None:
    pages = {
        "/sale": sends(b"<html>" * 10_000),
        "/old": leads_to("/sale"),
        "/mine": leads_to("/account/login?next=/mine"),
        "/account/login": sends(b"<form>"),
        "/round": leads_to("/round"),
    }
    with website(pages) as site:
        found = {
            path: visiting.visit(f"{site.address}{path}", networks=HERE)
            for path in ("/sale", "/old", "/mine", "/round", "/none", "/account/login")
        }

    assert found["/sale"] == found["/old"] == visiting.Visit()
    assert found["/account/login"] == visiting.Visit()
    assert found["/mine"].needs_signin
    assert "404" in found["/none"].trouble
    assert "on and on" in found["/round"].trouble


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://127.0.0.1/", "private network"),
        ("https://169.254.169.254/latest/", "private network"),
        ("file:///etc/passwd", "no address"),
    ],
)
def test_nothing_private_is_ever_visited(address: str, words: str) -> None:
    assert words in visiting.visit(address).trouble


@pytest.mark.django_db
def test_what_came_of_a_visit_stands_in_the_review() -> None:
    builders.credential()
    builders.installation()
    with website({"/in": leads_to("/login"), "/login": sends(b"x")}) as site:
        links = [f"{site.address}/{each}" for each in ("gone", "in")]
        app = builders.application()
        visiting.all_of(app.pk, links, networks=HERE, at=NOW)
    for visit, path in zip(
        LinkVisit.objects.order_by("id"), ("gone", "in"), strict=True
    ):
        LinkVisit.objects.filter(pk=visit.pk).update(
            address=f"https://shop.example/{path}"
        )
    draft = builders.campaign(
        link="https://shop.example/gone",
        buttons=[{"label": "In", "link": "https://shop.example/in"}],
    )

    found = {each.code: each for each in checks.problems(draft, at=NOW)}

    assert "the site answered “404”" in str(found["links.broken"].sentence)
    assert found["links.signin"].field == "buttons"
    assert "links.unchecked" not in found
