"""A website of one plain page gets pushes: docs/web.md's steps, with their times.

First ``make up``, then ``python -m docs.walkthrough.website`` with the same PORT and
PUSHSITE_VAR (docs/driving.py). The page is served by ``python -m http.server`` on
another port, so it is another origin. One thing is played: no browser of a script
has a push service, so the simulator's subscription stands in its place, and what
the simulator decrypted is handed to Chromium's service worker as a push service would.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from docs.driving import SITE, VAR, chromium, desk, saved, sign_in
from docs.walkthrough.campaign import Walk, walked

PORT = int(os.environ.get("WEBSITE_PORT", "8090"))
WEBSITE = f"http://localhost:{PORT}"
SW = """self.PUSHSITE_SERVER = "$SITE";
importScripts(self.PUSHSITE_SERVER + "/static/pushsite/push/sw.js");
"""
PAGE = """<!DOCTYPE html>
<html lang="en">
<title>Our website</title>
<script src="$SITE/static/pushsite/push/pushsite.js" defer></script>
<script src="/news.js" defer></script>
<h1>Winter boots</h1>
<p>We write about twice a month. <button id="news" hidden>Yes, send me news</button></p>
<p><button id="price-alert">Tell me when the price drops</button></p>
<p id="thanks" hidden>Thank you.</p>
"""
NEWS = """Pushsite.init({ key: "$KEY" });
document.addEventListener("pushsite", ({ detail }) => {
  document.getElementById("news").hidden = !detail.supported || detail.subscribed;
});
document.getElementById("news").addEventListener("click", () => Pushsite.subscribe());
document.getElementById("price-alert").addEventListener("click", async () => {
  const { answer } = await Pushsite.primer("price_alert");
  if (answer === "granted") document.getElementById("thanks").hidden = false;
});
"""
# The browser's own push service, played by the simulator.
PLAYED = """
const made = () => JSON.parse(localStorage.getItem("made") || "null");
const subscription = (it) => ({
  endpoint: it.endpoint,
  options: { applicationServerKey: Pushsite.bytesOf(it.key).buffer },
  getKey: (name) => Pushsite.bytesOf(it[name]).buffer,
  async unsubscribe() { localStorage.removeItem("made"); return true; },
});
PushManager.prototype.getSubscription = async () => made() && subscription(made());
PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
  const text = String.fromCharCode(...new Uint8Array(applicationServerKey));
  const key = btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  localStorage.setItem("made", JSON.stringify({ ...(await simulated(key)), key }));
  return subscription(made());
};
"""
SHOWN = """async () => {
  for (let turn = 0; turn < 100; turn += 1) {
    const [shown] = await self.registration.getNotifications();
    if (shown) return shown.title;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}"""
# Only a hand on a real screen may open a window: so what the worker opens is noted.
CLICK = """async () => {
  const [notification] = await self.registration.getNotifications();
  const event = new NotificationEvent("notificationclick", { notification });
  const opened = [], work = [];
  event.waitUntil = (each) => work.push(each);
  self.clients.openWindow = async (address) => { opened.push(address); };
  self.dispatchEvent(event);
  await Promise.all(work);
  return opened;
}"""


class Website:
    """The steps of one walk, with two visitors: one subscribes, one gets a primer."""

    key: str
    endpoint: str
    page: Page

    def __init__(self, visitor: BrowserContext, other: BrowserContext) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="website-"))
        self.visitor, self.other = visitor, other
        self.server: subprocess.Popen[bytes] | None = None

    def copy_the_public_key(self, walk: Walk) -> None:
        sign_in(walk.page)
        walk.page.get_by_role("link", name="Applications and credentials").click()
        walk.page.get_by_role("link", name="Sample shop").first.click()
        self.key = walk.page.locator("#public-key").inner_text()

    def put_three_files(self, walk: Walk) -> None:
        for name, text in (("sw.js", SW), ("index.html", PAGE), ("news.js", NEWS)):
            body = text.replace("$SITE", SITE).replace("$KEY", self.key)
            (self.folder / name).write_text(body)
            walk.signs += len(body)
        command = [sys.executable, "-m", "http.server", str(PORT)]
        self.server = subprocess.Popen(  # noqa: S603 - our own words
            [*command, "--bind", "127.0.0.1", "--directory", str(self.folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def subscribe_as_a_visitor(self, walk: Walk) -> None:
        self.page = opened(self.visitor)
        grant(self.visitor)
        button = self.page.get_by_role("button", name="Yes, send me news")
        button.click()
        expect(button).to_be_hidden()
        self.endpoint = self.page.evaluate("JSON.parse(localStorage.made).endpoint")

    def say_yes_to_a_primer(self, walk: Walk) -> None:
        page = opened(self.other)
        page.get_by_role("button", name="Tell me when the price drops").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        walk.told.append(f"The primer: {dialog.get_by_role('heading').inner_text()}")
        grant(self.other)
        dialog.get_by_role("button", name="Tell me").click()
        expect(page.get_by_text("Thank you.")).to_be_visible()

    def launch_to_who_came_today(self, walk: Walk) -> None:
        page = walk.page
        page.goto(f"{SITE}/admin/campaigns/segment/add/?recipe=new")
        walk.type("Name", "Came today")
        page.locator(".ps-rule input[type=number]").fill("1")
        expect(page.locator(".ps-sums strong").first).to_be_visible()
        walk.press("Save")
        page.goto(f"{SITE}/admin/campaigns/campaign/add/")
        walk.press("Begin: Offer")
        walk.type("Internal name", "Welcome")
        walk.type("Title", "Welcome")
        walk.type("Where a tap goes", "https://shop.example/boots")
        page.get_by_role("radio", name="A segment").check()
        page.locator("#segment").select_option(label="Came today")
        page.get_by_role("radio", name="Now, when you launch it").check()
        saved(page)
        walk.press("Review and launch")
        page.locator("#launch button").click()
        page.wait_for_url(re.compile("/run/"))

    def see_the_push(self, walk: Walk) -> None:
        """After the thirty seconds in which the launch can be taken back."""
        walk.page.get_by_role("link", name="See the results").click(timeout=180_000)
        sent = [each for each in journal() if each["token"] == self.endpoint]
        deliver(self.page, json.dumps(sent[-1]["body"]))
        title = self.visitor.service_workers[0].evaluate(SHOWN)
        walk.told.append(f"Shown by the browser: {title}")

    def click_it(self, walk: Walk) -> None:
        opened = self.visitor.service_workers[0].evaluate(CLICK)
        walk.page.reload()
        said = walk.page.locator(".ps-headline").inner_text().strip()
        walk.told += [f"Opened by the click: {', '.join(opened)}", said]

    def steps(self) -> list[Callable[[Walk], None]]:
        return [
            *(self.copy_the_public_key, self.put_three_files),
            *(self.subscribe_as_a_visitor, self.say_yes_to_a_primer),
            *(self.launch_to_who_came_today, self.see_the_push, self.click_it),
        ]


def opened(context: BrowserContext) -> Page:
    """The website in a visitor's browser, whose push service is the simulator."""
    page = context.new_page()
    ask = context.request
    page.expose_function(
        "simulated",
        lambda key: ask.post(f"{SITE}/demo/subscription/", form={"key": key}).json(),
    )
    page.add_init_script(PLAYED)
    page.goto(WEBSITE)
    return page


def grant(context: BrowserContext) -> None:
    """The visitor's yes to the browser's own question."""
    context.grant_permissions(["notifications"], origin=WEBSITE)


def journal() -> list[dict[str, Any]]:
    lines = (VAR / "simulator" / "journal.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


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
            "origin": WEBSITE,
            "registrationId": found[-1]["registrationId"],
            "data": text,
        },
    )
    session.detach()


if __name__ == "__main__":
    with chromium() as browser:
        website = Website(
            browser.new_context(locale="en-GB"), browser.new_context(locale="en-GB")
        )
        try:
            sys.stdout.write(walked(desk(browser), website.steps()))
        finally:
            if website.server:
                website.server.terminate()
