"""A primer from blank to a funnel: built, shown on a website, accepted, counted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Primer, PrimerCount
from devices import credentials
from devices.models import Application, ConsentEvent, Installation, TopicPreference
from tests import builders
from tests.browser.keyboard import Keyboard
from tests.browser.visiting import troubles, visit
from tests.campaigns.api.test_primers import Phone
from tests.simulators import RunningSimulator

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    running = RunningSimulator(tmp_path_factory.mktemp("simulator"))
    yield running
    running.stop()


@pytest.fixture
def shop(simulator: RunningSimulator, settings: Any, tmp_path: Path) -> Application:
    """An application with keys for browsers and a topic, and the demonstration."""
    (tmp_path / "simulator").symlink_to(simulator.folder)
    settings.SIMULATOR, settings.VAR = simulator.address, tmp_path
    application = builders.application()
    secret = simulator.vapid_secret("shop")
    credentials.store(application, "webpush", "production", secret, actor=None)
    builders.topic(key="sales", name="Sales", default_on=False)
    return application


@pytest.fixture
def visitor(chromium: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """Somebody's browser, that will say yes to this site's notifications."""
    context = chromium.new_context(base_url=live_server.url, locale="en-GB")
    context.set_default_timeout(15_000)
    yield context
    context.close()


def build(page: Page) -> None:
    """What a marketer does with a blank page."""
    page.goto("/admin/campaigns/primer/")
    expect(page.get_by_role("heading", name="No primers yet")).to_be_visible()
    assert troubles(page) == []
    keys = Keyboard(page)
    keys.follow("New primer")
    keys.write("Internal name", "Boots")
    keys.follow("Create the draft")
    expect(page.get_by_text("It can go live when nothing must be")).to_be_visible()
    keys.write("Title", "Shall we tell you?")
    keys.write("Text", "Once, when the price drops.")
    keys.write("Benefit 1", "No other messages")
    keys.write("Button that accepts", "Tell me")
    keys.write("Button for later", "Not now")
    keys.pick("On websites", "Modal")
    keys.tick("Sales")
    keys.write("After the event", "price_alert")
    keys.tick("Not in the first session")
    # The browser's own picker of colours is no page of ours.
    page.locator("[name=ink]").fill("#dddddd")
    checks = page.locator("#checks")
    expect(checks).to_contain_text("contrast of 1.3 to 1")
    frames = page.locator(".ps-primer-frames")
    expect(frames.get_by_text("Shall we tell you?").first).to_be_visible()
    keys.follow("Save and go live")
    expect(page.get_by_text("Fix what must be fixed first")).to_be_visible()
    page.locator("[name=ink]").fill("#222222")
    expect(checks).to_contain_text("Nothing keeps it from going live.")
    keys.follow("Save and go live")
    expect(page.get_by_text("Live: devices that ask get it")).to_be_visible()
    assert troubles(page) == []


def phones_answer() -> None:
    """Two simulated phones ask by the API: one says yes, one says later."""
    for name, answers in (
        ("phone-yes", ("shown", "accepted", "granted")),
        ("phone-later", ("shown", "later")),
    ):
        phone = Phone(installation_id=name, token=name)
        drawn = phone.ask().json()["primer"]
        for answer in answers:
            assert phone.tell(drawn, answer).status_code == 200


@pytest.mark.journey
def test_a_primer_goes_from_blank_to_a_counted_yes(
    chromium: Browser, visitor: BrowserContext, live_server: LiveServer, shop: Any
) -> None:
    with visit(chromium, live_server.url, "Marketer") as page:
        build(page)
    primer = Primer.objects.get()

    site = visitor.new_page()
    site.goto("/demo/")
    ask = site.get_by_role("button", name="Tell me when the price drops")
    ask.focus()
    site.keyboard.press("Enter")
    dialog = site.get_by_role("dialog", name="Shall we tell you?")
    expect(dialog).to_be_visible()
    assert troubles(site) == []
    yes, later = (dialog.get_by_role("button", name=n) for n in ("Tell me", "Not now"))
    size_of_yes, size_of_later = (each.bounding_box() for each in (yes, later))
    assert size_of_yes["width"] == size_of_later["width"]
    assert size_of_yes["height"] == size_of_later["height"]
    topic = dialog.get_by_label("Sales")
    expect(topic).not_to_be_checked()
    site.keyboard.press("Tab")
    expect(topic).to_be_focused()
    site.keyboard.press("Space")
    expect(topic).to_be_checked()
    visitor.grant_permissions(["notifications"], origin=live_server.url)
    yes.focus()
    site.keyboard.press("Enter")
    expect(
        site.get_by_text("Thank you. We write when the price drops.")
    ).to_be_visible()
    expect(dialog).to_be_hidden()

    device = Installation.objects.get()
    assert (device.platform, device.permission) == ("web", "granted")
    assert TopicPreference.objects.get().is_on
    proofs = set(ConsentEvent.objects.values_list("text_version", flat=True))
    assert proofs == {f"prm_{primer.public_id.hex} v{primer.version}"}
    counts = dict(PrimerCount.objects.values_list("kind", "total"))
    assert counts == {"shown": 1, "accepted": 1, "granted": 1}
    phones_answer()
    with visit(chromium, live_server.url, "Analyst") as page:
        page.goto(f"/admin/campaigns/primer/{primer.pk}/answers/")
        expect(page.get_by_text("it was shown 3 times: 2 said yes")).to_be_visible()
        assert troubles(page) == []


def test_a_visitor_who_closes_it_is_left_alone(
    visitor: BrowserContext, live_server: LiveServer, shop: Application
) -> None:
    builders.primer(state="live", web_layout="slide", wait_days=14)
    site = visitor.new_page()
    asked: list[str] = []
    site.expose_function("noted", lambda: asked.append("the browser asked"))
    site.goto("/demo/")
    site.evaluate("void (Notification.requestPermission = () => noted())")
    button = site.get_by_role("button", name="Tell me when the price drops")

    button.click()
    dialog = site.get_by_role("dialog", name="Never miss a lower price")
    expect(dialog).to_be_visible()
    site.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    expect(site.get_by_text("You can ask for it again later.")).to_be_visible()
    assert dict(PrimerCount.objects.values_list("kind", "total")) == {
        "shown": 1,
        "later": 1,
    }
    button.click()
    expect(site.get_by_text("the days to wait are not over")).to_be_visible()
    assert asked == []
