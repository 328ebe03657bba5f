"""Campaigns of 200 that go out through django-push-notifications' own functions.

Over the real pipeline and the simulator, and judged by the journal.
"""

import time
from collections import Counter
from pathlib import Path

import pytest
from django.utils import timezone
from push_notifications.models import APNSDevice, GCMDevice, WebPushDevice

from campaigns.delivery import send
from campaigns.delivery.pace import Pace
from campaigns.models import Delivery, Outcome, Run
from campaigns.models.reasons import Reason
from devices import credentials, registration
from devices.models import Application, Installation, Person
from tests import builders, checker
from tests.simulators import RunningSimulator

pytestmark = [
    pytest.mark.library,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
ROWS = 200
DEAD, MISMATCHED, REFUSED, BROKEN = 7, 5, 3, 2
PLATFORM = {"fcm": "android", "apns": "ios", "webpush": "web"}
LIBRARY = {"fcm": GCMDevice, "apns": APNSDevice, "webpush": WebPushDevice}


def names() -> list[str]:
    """Mostly fine devices, and some of each misfortune."""
    special = ["dead"] * DEAD + ["mismatch"] * MISMATCHED + ["payload"] * REFUSED
    special += ["dropped"] * BROKEN
    kinds = special + ["fine"] * (ROWS - len(special))
    return [f"{kind}-{n}" for n, kind in enumerate(kinds)]


def secret_of(simulator: RunningSimulator, gateway: str) -> str:
    made = {
        "fcm": lambda: simulator.service_account("library"),
        "apns": lambda: simulator.apns_key("com.example.library"),
        "webpush": lambda: simulator.vapid_secret("library"),
    }
    return made[gateway]()


def address_of(simulator: RunningSimulator, gateway: str, name: str) -> dict[str, str]:
    if gateway == "fcm":
        return {"token": name}
    if gateway == "apns":
        return {"token": simulator.apns_token(name)}
    made = simulator.subscription(name)
    return {"token": made.endpoint, "p256dh": made.p256dh, "auth": made.auth}


def sending(simulator: RunningSimulator, gateway: str) -> Run:
    """A run in state sending over ROWS registered devices of one gateway."""
    application = builders.application(send_with="library")
    secret = secret_of(simulator, gateway)
    credentials.store(application, gateway, "production", secret, actor=None)
    devices = registered(simulator, application, gateway)
    run = builders.run(
        builders.campaign(
            application=application, purpose="transactional", link="https://s.example/"
        ),
        state="sending",
        started_at=timezone.now(),
        **dict.fromkeys(("audience", "people", "devices"), ROWS),
    )
    Delivery.objects.bulk_create(
        Delivery(
            run_id=run.pk,
            seq=seq,
            person_id=device.person_id,
            installation_id=device.pk,
            token_hash=bytes(device.token_hash),
        )
        for seq, device in enumerate(devices, start=1)
    )
    builders.batch(run, hi=ROWS, gateway=gateway, due=timezone.now())
    return run


def registered(
    simulator: RunningSimulator, application: Application, gateway: str
) -> list[Installation]:
    at = timezone.now()
    people = Person.objects.bulk_create(
        Person(application=application, external_id=name, bucket=1, created_at=at)
        for name in names()
    )
    registration.import_many(
        application,
        [
            registration.BulkDevice(
                person_id=person.pk,
                key=person.external_id,
                platform=PLATFORM[gateway],
                gateway=gateway,
                permission="granted",
                model="Device",
                os_version="15",
                app_version="1.0",
                locale="en",
                zone="UTC",
                registered_at=at,
                seen_at=at,
                **address_of(simulator, gateway, person.external_id),
            )
            for person in people
        ],
    )
    return list(Installation.objects.filter(person__in=people).order_by("pk"))


@pytest.fixture(params=["fcm", "apns", "webpush"])
def sent(
    request: pytest.FixtureRequest, simulator: RunningSimulator, site: Path
) -> tuple[str, Run]:
    """A run of one gateway, sent to its end."""
    run = sending(simulator, request.param)
    pace, until = Pace(flights=site / "flights"), time.monotonic() + 60
    pace.flights.mkdir()
    while run.state != "finished" and time.monotonic() < until:
        send.work(10.0, pace=pace)
        run.refresh_from_db()
    return request.param, run


def test_each_is_sent_to_once_the_ledger_is_complete_and_only_the_dead_are_off(
    simulator: RunningSimulator, sent: tuple[str, Run]
) -> None:
    gateway, run = sent

    rows = [
        (None if row.token_hash is None else bytes(row.token_hash), row.person_id, last)
        for row in Delivery.objects.filter(run_id=run.pk)
        for last in [
            Outcome.objects.filter(run_id=run.pk, seq=row.seq)
            .order_by("-attempt")
            .values_list("reason", flat=True)
            .first()
            or 0
        ]
    ]
    journal = simulator.folder / "journal.jsonl"
    judgement = checker.judge(rows, checker.requests_of(journal, str(run.public_id)))
    told = Counter(Reason(reason).name for _hash, _person, reason in rows)
    assert run.state == "finished"
    assert judgement.agrees, judgement
    assert judgement.duplicates == 0
    assert judgement.accepted == ROWS - DEAD - MISMATCHED - REFUSED - BROKEN
    assert told["TOKEN_DEAD"] == DEAD
    assert told["WRONG_SENDER"] == MISMATCHED
    assert told["MESSAGE_REFUSED"] == REFUSED
    assert judgement.unknown == BROKEN, gateway
    off = LIBRARY[gateway].objects.filter(active=False)
    retired = Installation.objects.exclude(retired_at=None)
    assert off.count() == retired.count() == DEAD
    assert all(each.key.startswith("dead-") for each in retired)
