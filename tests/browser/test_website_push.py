"""A website's whole road in a real Chromium: subscribe, get a push, click, be counted.

The browser's own push service is the one thing that is not real: none exists in a
test. The demonstration page gives the simulator's subscription in its place, and
what the simulator decrypted is handed to Chromium's service worker through its
debugging protocol, as a push service would.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Worker, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.delivery import send, snapshot
from campaigns.delivery.pace import Pace
from campaigns.models import Run
from devices import credentials, registration
from devices.gateways import vapid
from devices.models import Application, Installation
from tests import builders
from tests.browser.visiting import troubles
from tests.simulators import RunningSimulator

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SOON = 15_000


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    running = RunningSimulator(tmp_path_factory.mktemp("simulator"))
    yield running
    running.stop()


@pytest.fixture
def shop(simulator: RunningSimulator, settings: Any, tmp_path: Path) -> Application:
    """An application with keys for browsers, on a site that sends to the simulator."""
    (tmp_path / "simulator").symlink_to(simulator.folder)
    settings.SIMULATOR, settings.VAR = simulator.address, tmp_path
    application = builders.application()
    secret = simulator.vapid_secret("shop")
    credentials.store(application, "webpush", "production", secret, actor=None)
    return application


@pytest.fixture
def visitor(chromium: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """Somebody's browser, in which this site may show notifications."""
    site = live_server.url
    context = chromium.new_context(base_url=site, locale="en-GB")
    context.grant_permissions(["notifications"], origin=site)
    context.set_default_timeout(SOON)
    yield context
    context.close()


def subscribe(visitor: BrowserContext) -> Page:
    page = visitor.new_page()
    page.goto("/demo/")
    page.get_by_role("button", name="Yes, send me messages").click()
    expect(page.get_by_text("This browser gets our messages.")).to_be_visible()
    return page


def pair(page: Page) -> None:
    """Type the code that a colleague sees: then this browser gets tests."""
    colleague = builders.user("campaigns.send_test")
    shop = builders.application()
    code = registration.offer(shop, colleague, timezone.now()).code
    page.get_by_label("To send tests to this browser").fill(code)
    page.get_by_role("button", name="Pair this browser").click()
    expect(page.get_by_text("This browser gets tests now.")).to_be_visible()
    assert Installation.objects.get().tester == colleague


def send_campaign(tmp_path: Path, **words: Any) -> Run:
    """Freeze the audience and send, by the product's own gateway."""
    run = builders.run(builders.campaign(**words))
    while snapshot.freeze_slice(run.pk):
        pass
    Run.objects.filter(pk=run.pk).update(state="sending", started_at=timezone.now())
    send.work(60.0, pace=Pace(flights=tmp_path / "flights"))
    run.refresh_from_db()
    return run


def deliver(page: Page, text: str) -> None:
    """Give Chromium's service worker a push, as its push service would."""
    session = page.context.new_cdp_session(page)
    found: list[Any] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    while not found:
        page.wait_for_timeout(50)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": found[-1]["scopeURL"].rstrip("/"),
            "registrationId": found[-1]["registrationId"],
            "data": text,
        },
    )
    session.detach()


def notifications(worker: Worker, *, wanted: int = 1) -> list[dict[str, Any]]:
    """What the browser shows for the site, once there are so many."""
    shown: list[dict[str, Any]] = worker.evaluate(SHOWN, wanted)
    return shown


SHOWN = """async (wanted) => {
  let shown = [];
  for (let turn = 0; turn < 100 && shown.length < wanted; turn += 1) {
    shown = await self.registration.getNotifications();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return shown.map(({ title, body, image, tag, actions }) =>
    ({ title, body, image, tag, actions: actions.map((a) => [a.action, a.title]) }));
}"""

# Only a hand on a real screen may open a window, and an event made by a script may
# not be prolonged: so the test notes what the worker opens, and waits in its place.
CLICK = """async (action) => {
  const [notification] = await self.registration.getNotifications();
  const event = new NotificationEvent("notificationclick", { notification, action });
  const opened = [], prolonged = [];
  event.waitUntil = (work) => prolonged.push(work);
  self.clients.openWindow = async (address) => { opened.push(address); };
  self.dispatchEvent(event);
  await Promise.all(prolonged);
  const left = await self.registration.getNotifications();
  return { opened, prolonged: prolonged.length, left: left.length };
}"""


def receipts(run: Run) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, kind FROM campaigns_receipt WHERE run_id = %s", [run.pk]
        )
        return cursor.fetchall()


def test_a_visitor_subscribes_gets_a_push_and_the_click_is_counted(
    visitor: BrowserContext,
    shop: Application,
    simulator: RunningSimulator,
    tmp_path: Path,
) -> None:
    page = subscribe(visitor)
    device = Installation.objects.get()
    expect(page.get_by_role("button", name="Send me no more")).to_be_focused()
    pair(page)
    assert troubles(page) == []
    assert (device.platform, device.gateway) == ("web", "webpush")
    assert (device.permission, device.locale) == ("granted", "en-GB")
    endpoint = device.webpush.registration_id

    page.goto("about:blank")
    run = send_campaign(
        tmp_path,
        title="Half price",
        body="Until tonight.",
        link="https://shop.example/sale",
        image="https://shop.example/sale.png",
        buttons=[
            {"label": "See it", "link": "https://shop.example/sale/shoes"},
            {"label": "Not now"},
        ],
    )
    [sent] = simulator.journal(token=endpoint)
    assert (sent["run"], sent["status"]) == (str(run.public_id), 201)

    deliver(page, json.dumps(sent["body"]))
    [worker] = visitor.service_workers
    [shown] = notifications(worker)
    assert (shown["title"], shown["body"]) == ("Half price", "Until tonight.")
    assert shown["image"] == "https://shop.example/sale.png"
    assert [label for _action, label in shown["actions"]] == ["See it", "Not now"]

    clicked = worker.evaluate(CLICK, shown["actions"][0][0])

    assert clicked["opened"] == ["https://shop.example/sale/shoes"]
    assert (clicked["prolonged"], clicked["left"]) == (1, 0)
    assert receipts(run) == [(1, "opened")]


def test_a_click_without_a_network_is_reported_when_there_is_one(
    visitor: BrowserContext,
    shop: Application,
    simulator: RunningSimulator,
    tmp_path: Path,
) -> None:
    page = subscribe(visitor)
    page.goto("about:blank")
    run = send_campaign(tmp_path, link="https://shop.example/")
    [sent] = simulator.journal(token=Installation.objects.get().webpush.registration_id)
    deliver(page, json.dumps(sent["body"]))
    [worker] = visitor.service_workers
    notifications(worker)
    worker.evaluate(
        "self.real = self.fetch, self.fetch = () => Promise.reject(new Error('')), 0"
    )

    clicked = worker.evaluate(CLICK, "")
    assert clicked["opened"] == ["https://shop.example/"]
    assert receipts(run) == []
    worker.evaluate("self.fetch = self.real, 0")
    with page.expect_response("**/api/v1/receipts", timeout=SOON):
        page.goto("/demo/")

    assert receipts(run) == [(1, "opened")]


def test_whatever_arrives_something_is_shown(
    visitor: BrowserContext, shop: Application
) -> None:
    page = subscribe(visitor)
    texts = ["", "no JSON", "null", "7", '{"notification": {"title": 7}}', "[]"]

    for text in texts:
        deliver(page, text)

    [worker] = visitor.service_workers
    shown = notifications(worker, wanted=len(texts))
    assert [each["title"] for each in shown] == ["localhost"] * len(texts)


def test_a_browser_subscribes_anew_when_the_keys_were_rotated(
    visitor: BrowserContext, shop: Application
) -> None:
    page = subscribe(visitor)
    before = Installation.objects.select_related("webpush").get()
    old = vapid.parse(credentials.open_secret(shop.credentials.get()))
    rotated = replace(old, keys=(vapid.new_key(), *old.keys))
    secret = vapid.secret_of(rotated)
    credentials.store(shop, "webpush", "production", secret, actor=None)
    page.evaluate("Pushsite.keep({ checked_at: 0 })")

    with page.expect_response("**/api/v1/devices", timeout=SOON):
        page.reload()

    after = Installation.objects.get()
    assert before.vapid_key == old.keys[0].public
    assert after.vapid_key == rotated.keys[0].public
    assert after.webpush.registration_id != before.webpush.registration_id
    assert after.pk == before.pk


def test_a_permission_that_was_withdrawn_is_told_at_the_next_page(
    visitor: BrowserContext, shop: Application
) -> None:
    page = subscribe(visitor)
    visitor.clear_permissions()

    with page.expect_response("**/api/v1/devices/dev_*", timeout=SOON):
        page.reload()

    assert Installation.objects.get().permission != "granted"


def test_a_visitor_who_wants_no_more_is_forgotten(
    visitor: BrowserContext, shop: Application
) -> None:
    page = subscribe(visitor)
    page.get_by_role("button", name="Send me no more messages").click()
    expect(page.get_by_text("This browser gets no messages yet.")).to_be_visible()
    assert not Installation.objects.get().webpush.active

    page.get_by_role("button", name="Yes, send me messages").click()
    expect(page.get_by_text("This browser gets our messages.")).to_be_visible()
    assert Installation.objects.get().webpush.active


def test_a_new_subscription_of_the_browser_s_own_reaches_the_server(
    visitor: BrowserContext, shop: Application, simulator: RunningSimulator
) -> None:
    subscribe(visitor)
    key = credentials.web_key(shop)
    made = simulator.subscription("phone-renewed", key=key)
    [worker] = visitor.service_workers

    worker.evaluate(RENEWED, made._asdict())

    device = Installation.objects.get()
    assert device.webpush.registration_id == made.endpoint
    assert device.vapid_key == key


RENEWED = """async (made) => {
  const event = new Event("pushsubscriptionchange"), prolonged = [];
  event.waitUntil = (work) => prolonged.push(work);
  const getKey = (name) => self.Pushsite.bytesOf(made[name]);
  event.newSubscription = { endpoint: made.endpoint, getKey };
  self.dispatchEvent(event);
  await Promise.all(prolonged);
}"""


def test_pages_of_other_sites_may_make_the_calls_of_the_script_and_no_others(
    chromium: Browser, shop: Application, live_server: LiveServer
) -> None:
    context = chromium.new_context(base_url=live_server.url, bypass_csp=True)
    page = context.new_page()
    page.goto("/demo/")
    other = live_server.url.replace("localhost", "127.0.0.1")
    assert not page.url.startswith(other)
    asked = """([address, key]) => fetch(address, { headers: { authorization: key } })
        .then((answer) => answer.json(), () => "kept from us")"""

    bearer = f"Bearer {shop.public_key}"
    key = page.evaluate(asked, [f"{other}/api/v1/web", bearer])
    refused = page.evaluate(asked, [f"{other}/api/v1/openapi.json", bearer])
    context.close()

    assert key == {"vapid_key": credentials.web_key(shop)}
    assert refused == "kept from us"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "This browser gets no messages yet."), ("fr", "ne reçoit pas encore")],
)
def test_the_demonstration_is_for_everybody(
    chromium: Browser,
    live_server: LiveServer,
    shop: Application,
    language: str,
    words: str,
) -> None:
    context = chromium.new_context(
        base_url=live_server.url,
        locale=language,
        viewport={"width": 360, "height": 700},
    )
    page = context.new_page()
    page.goto("/demo/")

    expect(page.locator("#demo-said")).to_contain_text(words)
    assert page.locator("html").get_attribute("lang") == language
    page.keyboard.press("Tab")
    assert page.locator(":focus").evaluate("element => element.id") == "demo-subscribe"
    assert troubles(page) == []
    context.close()


def test_what_arrives_is_shown_while_the_demonstration_is_open(
    visitor: BrowserContext, shop: Application, tmp_path: Path
) -> None:
    page = subscribe(visitor)

    send_campaign(tmp_path, title="While you look")

    expect(page.get_by_text("While you look")).to_be_visible()
    [worker] = visitor.service_workers
    assert notifications(worker)[0]["title"] == "While you look"
