"""Launches, audiences and starts that are broken off in the middle."""

import http.client
import re
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from campaigns.delivery import clock, lifecycle
from campaigns.models import Campaign, Delivery, Run
from campaigns.schedule import form, instants
from devices.models import Person
from tests import builders
from tests.faults.striking import struck, until_gone
from tests.journeys import processes, runs
from tests.journeys.hosts import SECONDS, Hosts
from tests.journeys.processes import Process, Site
from tests.simulators import RunningSimulator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

PEOPLE = 45_000
"""Three slices of an audience (campaigns.delivery.snapshot.PEOPLE is 20,000)."""


class Browser:
    """Somebody who is signed in at a web process and presses a button."""

    def __init__(self, site: Site, user: User) -> None:
        self.site, self.port = site, processes.free_port()
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={session}"

    def web(self) -> Process:
        """A web process as `make up` starts it; waits until it answers."""
        words = ("-m", "granian", "--interface", "wsgi", "--workers", "1", "--no-ws")
        place = ("--host", "127.0.0.1", "--port", str(self.port))
        command = (processes.MANAGE[0], *words, *place, "pushsite.wsgi:application")
        web = self.site.start(*command, name="web")
        processes.wait(self._answers, seconds=SECONDS, site=self.site)
        return web

    def read(self, path: str) -> str:
        with urllib.request.urlopen(self._request(path), timeout=60) as answer:
            token = re.search(r"csrftoken=(\w+)", answer.headers.get("set-cookie", ""))
            if token:
                self.cookies += f"; csrftoken={token[1]}"
            return answer.read().decode()

    def press(self, path: str, fields: dict[str, str]) -> str:
        """The address that the answer leads to."""
        request = self._request(path)
        request.data = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.url

    def _request(self, path: str) -> urllib.request.Request:
        address = f"http://127.0.0.1:{self.port}{path}"
        return urllib.request.Request(address, headers={"Cookie": self.cookies})

    def _answers(self) -> bool:
        try:
            self.read("/admin/login/")
        except (urllib.error.URLError, http.client.HTTPException, OSError):
            return False
        return True


@pytest.fixture
def ready() -> Campaign:
    """A draft that may be launched, to one person with one phone."""
    builders.credential()
    builders.installation()
    return builders.campaign()


@pytest.mark.fault("F12")
@pytest.mark.parametrize(("seam", "launched"), [("launching", 0), ("launched", 1)])
def test_a_launch_whose_web_process_is_killed_is_one_run_when_pressed_again(
    host: Hosts, ready: Campaign, seam: str, launched: int
):
    site = host("here", SEAM=f"{seam}:kill")
    browser = Browser(site, builders.user(is_superuser=True, is_staff=True))
    web = browser.web()
    path = f"/admin/campaigns/campaign/{ready.pk}/review/"
    page = browser.read(path)
    names = "launch_key|counted|csrfmiddlewaretoken"
    fields = dict(re.findall(rf'name="({names})" value="([^"]+)"', page))

    with pytest.raises((urllib.error.URLError, http.client.HTTPException, OSError)):
        browser.press(path, fields)
    until_gone({struck(site, seam)}, site)
    assert Run.objects.count() == launched

    web.kill()
    browser.web()
    shown = browser.press(path, fields)

    run = Run.objects.get()
    assert f"/{run.pk}/" in shown
    ready.refresh_from_db()
    assert ready.state == "scheduled"


@pytest.mark.fault("F13")
def test_an_audience_whose_writer_is_killed_between_two_slices_is_written_once(
    host: Hosts,
):
    application = builders.application()
    builders.installation()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO devices_person (application_id, external_id, bucket, locale,"
            " country, zone, attributes, created_at)"
            " SELECT %s, 'many-' || n, n %% 10000, 'en', '', '', '{}', now()"
            " FROM generate_series(1, %s) n",
            [application.pk, PEOPLE],
        )
    campaign = builders.campaign()
    run = builders.run(campaign, state="preparing", due_at=clock.now())
    here = host("here", SEAM="freezing:kill")
    here.control_worker()
    until_gone({struck(here, "freezing")}, here)

    processes.wait(
        lambda: Run.objects.get(pk=run.pk).state not in ("preparing",),
        seconds=SECONDS,
        site=here,
        state=lambda: runs.state(run),
    )

    run.refresh_from_db()
    assert run.state in ("sending", "finished"), run.reason
    rows = Delivery.objects.filter(run_id=run.pk)
    assert run.people == Person.objects.count() == PEOPLE + 1
    assert rows.count() == run.audience == PEOPLE + 1
    assert rows.values("person_id").distinct().count() == PEOPLE + 1


@pytest.fixture
def overdue() -> Campaign:
    """Promised for a moment that passed 20 minutes ago, with nothing running."""
    at = clock.now()
    moment = at - timedelta(minutes=20)
    schedule = {
        "kind": "once",
        "start": f"{moment:%Y-%m-%d}",
        "time": f"{moment:%H:%M:%S}",
        "zone": "UTC",
    }
    return lifecycle.schedule(
        builders.campaign(schedule=schedule),
        user=builders.user("campaigns.launch_campaign"),
        version=1,
        counted_people=0,
        confirmed_people=None,
        at=moment - timedelta(hours=1),
    )


@pytest.mark.fault("F11")
def test_what_was_due_while_everything_was_down_is_missed_and_waits_for_a_person(
    host: Hosts, simulator: RunningSimulator, overdue: Campaign
):
    builders.credential()
    builders.installation()
    grace = instants.grace(
        form.from_json(overdue.schedule),
        instants.Occurrence(
            slot=overdue.next_slot, local=overdue.next_at, instant=overdue.next_at
        ),
    )
    assert grace < timedelta(minutes=20)
    here = host("here")
    here.beat()
    here.control_worker()
    here.send_worker()
    processes.wait(lambda: overdue.runs.exists(), seconds=SECONDS, site=here)

    run = overdue.runs.get()
    assert (run.state, run.reason != "") == ("missed", True)
    processes.wait(lambda: here.ended("campaigns.tick") > 2, seconds=60, site=here)
    assert overdue.runs.count() == 1
    assert simulator.journal() == []
