"""A run over three push services, over a real wire, when one of them is in trouble.

The others finish; no device is switched off; the run says what waits and since when.
"""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.delivery import channels, diagnosis, send, snapshot
from campaigns.delivery.pace import Pace
from campaigns.models import Lane, Parked, Run
from campaigns.reports import run as reports
from devices import credentials, registration
from devices.gateways import registry
from devices.models import Credential, Installation, Person
from tests import builders, crowds
from tests.campaigns.delivery.ledgers import assert_conserved
from tests.simulators import RunningSimulator

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

EACH = 220
TOPIC = "com.example.shop"
SERVICES = {"fcm": "android", "apns": "ios", "webpush": "web"}


@pytest.fixture
def simulator(tmp_path, settings):
    (tmp_path / "simulator").mkdir()
    running = RunningSimulator(tmp_path / "simulator")
    settings.VAR, settings.SIMULATOR = tmp_path, running.address
    yield running
    registry.sender_for(registry.configured_wire()).close()
    running.stop()


@pytest.fixture
def pace(tmp_path):
    return Pace(flights=tmp_path / "flight", lease=30.0)


def a_run(simulator, **names: str) -> Run:
    """A frozen run to EACH devices of each service, named so in the simulator."""
    shop = builders.application()
    secrets = {
        "fcm": simulator.service_account(),
        "apns": simulator.apns_key(TOPIC),
        "webpush": simulator.vapid_secret(),
    }
    for service, secret in secrets.items():
        credentials.store(shop, service, "production", secret, actor=None)
        name = names.get(service, service)
        owners = crowds.people(shop, EACH, preference="opted_in")
        registration.import_many(
            shop,
            [
                device(simulator, service, f"{name}-{n}", owner)
                for n, owner in enumerate(owners)
            ],
        )
    run = builders.run(builders.campaign())
    while snapshot.freeze_slice(run.pk):
        pass
    Run.objects.filter(pk=run.pk).update(state="sending", started_at=timezone.now())
    run.refresh_from_db()
    return run


def device(
    simulator, service: str, name: str, owner: Person
) -> registration.BulkDevice:
    token, facts = name, {}
    if service == "apns":
        token = simulator.apns_token(name)
    if service == "webpush":
        made = simulator.subscription(name)
        token, facts = made.endpoint, {"p256dh": made.p256dh, "auth": made.auth}
    return registration.BulkDevice(
        person_id=owner.pk,
        key=name,
        token=token,
        platform=SERVICES[service],
        permission="granted",
        model="",
        os_version="",
        app_version="",
        locale="en",
        zone="UTC",
        registered_at=builders.NOW - timedelta(days=30),
        seen_at=builders.NOW,
        gateway=service,
        **facts,
    )


def work(pace, channel=channels.channel) -> None:
    send.work(30.0, pace=pace, channel=channel)


def asked(simulator) -> Counter:
    """Requests that the services got, without those for tokens of our own."""
    return Counter(
        each["gateway"]
        for each in simulator.journal()
        if each["gateway"] != "auth" and each["token"]
    )


def accepted(run: Run) -> dict[str, int]:
    return {row.gateway: row.accepted for row in reports.numbers(run).by_gateway}


def untouched() -> bool:
    rows = Installation.objects
    gone = rows.exclude(retired_at=None) | rows.exclude(suspended_at=None)
    return not gone.exists()


FAULTS = [
    ("fcm", "mismatch", "another Firebase project"),
    ("fcm", "forbidden", "refused our key"),
    ("apns", "BadDeviceToken", "sandbox"),
    ("apns", "DeviceTokenNotForTopic", "bundle id"),
    ("apns", "TopicDisallowed", "refused our key"),
    ("webpush", "UnauthorizedRegistration", "another key pair"),
]


@pytest.mark.parametrize(("service", "script", "words"), FAULTS)
@pytest.mark.fault("F40")
def test_a_wrong_key_stops_its_own_service_within_200_sends(
    simulator, pace, service, script, words
):
    run = a_run(simulator, **{service: script})

    work(pace)

    assert 0 < asked(simulator)[service] <= 200
    others = {kind: EACH for kind in SERVICES if kind != service}
    assert accepted(run) == {**others, service: 0}
    paused = Credential.objects.exclude(paused_at=None).get()
    assert paused.gateway == service
    assert words in paused.why_paused
    assert "Administrator" in paused.why_paused
    assert untouched()
    assert_conserved(run)


@pytest.mark.parametrize("service", ["fcm", "apns", "webpush"])
def test_a_refused_message_pauses_the_run_within_200_sends(simulator, pace, service):
    run = a_run(simulator, **{service: "payload"})

    work(pace)

    run.refresh_from_db()
    assert run.state == "paused"
    assert "Marketer" in run.why
    assert asked(simulator)[service] <= 200
    assert not Credential.objects.exclude(paused_at=None).exists()
    assert untouched()
    assert_conserved(run)


@pytest.mark.fault("F43")
def test_with_one_service_down_the_others_finish_and_the_page_tells_both_truths(
    simulator, pace, client
):
    run = a_run(simulator)
    account = f"app:{Credential.objects.get(gateway='apns').account}"
    simulator.script(account, "ServiceUnavailable")

    work(pace)

    assert accepted(run) == {"fcm": EACH, "apns": 0, "webpush": EACH}
    assert asked(simulator)["apns"] <= 50
    run.refresh_from_db()
    (finding,) = [
        each
        for each in diagnosis.diagnose(run, at=timezone.now())
        if "Apple" in each.sentence
    ]
    assert re.search(rf"since \d\d:\d\d .*{EACH} devices wait", finding.sentence)
    client.force_login(builders.user("campaigns.view_run"))
    page = client.get(reverse("admin:campaigns_run_live", args=[run.pk]))
    assert f"{EACH} devices wait" in page.content.decode()

    simulator.script(account, None)
    later(hours=1)
    work(pace)

    assert accepted(run) == dict.fromkeys(SERVICES, EACH)
    run.refresh_from_db()
    assert run.state == "finished"
    assert untouched()
    assert_conserved(run)


@pytest.mark.fault("F38")
def test_a_service_that_stays_out_of_reach_ends_as_expired(simulator, pace):
    run = a_run(simulator)

    def channel(application, kind, environment):
        if kind != "apns":
            return channels.channel(application, kind, environment)
        dead = simulator.wire(simulator="127.0.0.1:1")
        return registry.open_gateway(kind, simulator.apns_key(TOPIC), dead)

    work(pace, channel)
    assert accepted(run) == {"fcm": EACH, "apns": 0, "webpush": EACH}
    assert Lane.objects.get(gateway="apns").trouble == "unreachable"

    Run.objects.update(started_at=timezone.now() - timedelta(days=2))
    later(hours=1)
    work(pace, channel)

    run.refresh_from_db()
    assert run.state == "finished"
    numbers = {row.gateway: row for row in reports.numbers(run).by_gateway}
    assert numbers["apns"].skipped == EACH
    assert_conserved(run)


def later(**time: int) -> None:
    """Everything that waits has waited for so long."""
    passed = timedelta(**time)
    Lane.objects.exclude(held_until=None).update(held_until=timezone.now() - passed)
    Parked.objects.update(due=timezone.now() - passed)
