"""Our pages in both themes, both languages, and on a narrow phone."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from campaigns.models.states import CampaignState, RunState
from tests import builders
from tests.browser.visiting import troubles, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
LOOKS = [("en", "light", 1280), ("fr", "dark", 360), ("fr", "light", 768)]


def furnish() -> list[str]:
    """A site in use, and the addresses of its pages."""
    builders.credential(check_ok=False, check_sentence="The key was refused.")
    builders.installation(builders.person(attributes={"first_name": "Léa"}))
    builders.segment(name="Active in Paris")
    draft = builders.campaign(name="Autumn arrivals")
    done = builders.campaign(name="Summer", state=CampaignState.FINISHED)
    builders.run(done, state=RunState.FINISHED)
    campaign = f"/admin/campaigns/campaign/{draft.pk}/"
    return [
        "/admin/",
        "/admin/campaigns/campaign/",
        "/admin/campaigns/campaign/add/",
        f"/admin/campaigns/campaign/{done.pk}/change/",
        *(f"{campaign}{page}/" for page in ("change", "test", "review")),
    ]


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_our_pages_keep_nobody_out(
    chromium: Browser, live_server: LiveServer, language: str, theme: str, width: int
) -> None:
    looks = {"language": language, "theme": theme, "width": width}
    with visit(chromium, live_server.url, "Administrator", **looks) as page:
        for address in furnish():
            page.goto(address)
            assert troubles(page) == [], address
