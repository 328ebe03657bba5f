"""Runs over the real wire: real keys, real tokens, frozen by the real snapshot."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.db.models import F
from django.utils import timezone

from campaigns.delivery import send, snapshot
from campaigns.delivery.pace import Pace
from campaigns.delivery.send import Channel
from campaigns.models import ChannelRate, Lane, Parked, Run
from campaigns.reports import run as reports
from devices import credentials, registration
from devices.gateways import registry
from devices.models import Credential, Installation, Person, Preference
from devices.models.consents import PreferenceState
from tests import builders, checker
from tests.campaigns.delivery.ledgers import prove
from tests.simulators import RunningSimulator

TOPIC = "com.example.shop"
PLATFORM = {"fcm": "android", "apns": "ios", "webpush": "web"}


@contextmanager
def standing_in(folder: Path, settings: Any) -> Iterator[RunningSimulator]:
    """A simulator that this site sends to, with its connections closed at the end."""
    (folder / "simulator").mkdir(parents=True, exist_ok=True)
    running = RunningSimulator(folder / "simulator")
    settings.VAR, settings.SIMULATOR = folder, running.address
    yield running
    registry.sender_for(registry.configured_wire()).close()
    running.stop()


def a_run(
    simulator: RunningSimulator,
    names: Mapping[str, list[str]],
    *,
    proved: bool = True,
    **campaign: Any,
) -> Run:
    """A frozen run that is being sent to these devices: names by push service.

    ``proved``: every service has answered well before, so that its lane is open.
    """
    for service, each in names.items():
        enrol(simulator, service, each)
    run = builders.run(builders.campaign(**campaign))
    while snapshot.freeze_slice(run.pk):
        pass
    Run.objects.filter(pk=run.pk).update(state="sending", started_at=timezone.now())
    run.refresh_from_db()
    if proved:
        prove(run)
    return run


def enrol(simulator: RunningSimulator, service: str, names: list[str]) -> None:
    """A person of the shop with one device for each name, and the shop's key."""
    shop = builders.application()
    if not shop.credentials.filter(gateway=service).exists():
        secret = secret_of(simulator, service)
        credentials.store(shop, service, "production", secret, actor=None)
    people = Person.objects.bulk_create(
        Person(
            application=shop,
            external_id=f"{service}-{name}",
            bucket=n % 10_000,
            created_at=timezone.now() - timedelta(days=30),
        )
        for n, name in enumerate(names)
    )
    Preference.objects.bulk_create(
        Preference(
            person=each,
            state=PreferenceState.OPTED_IN,
            changed_at=timezone.now() - timedelta(days=1),
            source="test",
        )
        for each in people
    )
    registration.import_many(
        shop,
        [
            device(simulator, service, name, person)
            for name, person in zip(names, people, strict=True)
        ],
    )


def secret_of(simulator: RunningSimulator, service: str) -> str:
    if service == "fcm":
        return simulator.service_account()
    if service == "apns":
        return simulator.apns_key(TOPIC)
    return simulator.vapid_secret()


def device(
    simulator: RunningSimulator, service: str, name: str, person: Person
) -> registration.BulkDevice:
    token, keys = name, {}
    if service == "apns":
        token = simulator.apns_token(name)
    if service == "webpush":
        made = simulator.subscription(name)
        token, keys = made.endpoint, {"p256dh": made.p256dh, "auth": made.auth}
    return registration.BulkDevice(
        person_id=person.pk,
        key=f"{service}-{name}",
        token=token,
        platform=PLATFORM[service],
        permission="granted",
        model="",
        os_version="",
        app_version="",
        locale="en",
        zone="UTC",
        registered_at=timezone.now() - timedelta(days=30),
        seen_at=timezone.now() - timedelta(days=1),
        gateway=service,
        **keys,
    )


def over(running: RunningSimulator, /, **changes: Any) -> Channel:
    """Channels over a wire of other settings: keywords are those of Wire."""
    wire = running.wire(**changes)

    def channel(application: int, kind: str, environment: str) -> Any:
        return registry.open_gateway(kind, secret_of(running, kind), wire)

    return channel


def work(pace: Pace, channel: Channel | None = None, seconds: float = 60.0) -> bool:
    if channel is None:
        return send.work(seconds, pace=pace)
    return send.work(seconds, pace=pace, channel=channel)


def later(**time: int) -> None:
    """Everything that waits has waited for so long."""
    passed = timezone.now() - timedelta(**time)
    Lane.objects.exclude(held_until=None).update(held_until=passed)
    Parked.objects.update(due=passed)
    delta = timedelta(**time)
    ChannelRate.objects.exclude(held_until=None).update(
        slowed_at=F("slowed_at") - delta,
        held_until=F("held_until") - delta,
        recovers_at=F("recovers_at") - delta,
    )


def requests(simulator: RunningSimulator, run: Run) -> list[dict[str, Any]]:
    """What the push services got of a run, in order."""
    path = simulator.folder / "journal.jsonl"
    if not path.exists():
        return []
    return list(checker.requests_of(path, str(run.public_id)))


def counts(simulator: RunningSimulator, run: Run) -> Counter[str]:
    """How many requests each push service got."""
    return Counter(each["gateway"] for each in requests(simulator, run))


def came_at(request: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(request["at"])


def judged(simulator: RunningSimulator, run: Run) -> checker.Judgement:
    """The checker's word: the journal against the ledger."""
    journal = simulator.folder / "journal.jsonl"
    with psycopg.connect(**connection.get_connection_params()) as judge:
        return checker.check(judge, journal, str(run.public_id))


def accepted(run: Run) -> dict[str, int]:
    """Pushes that each service took, as the run's page counts them."""
    return {row.gateway: row.accepted for row in reports.numbers(run).by_gateway}


def untouched() -> bool:
    """Whether no device was retired, suspended or switched off."""
    rows = Installation.objects
    gone = rows.exclude(retired_at=None) | rows.exclude(suspended_at=None)
    links = ("gcm", "apns", "webpush")
    off = any(rows.filter(**{f"{link}__active": False}).exists() for link in links)
    return not (gone.exists() or off)


def paused() -> dict[str, str]:
    """Push services that are paused, with the sentence that says why."""
    rows = Credential.objects.exclude(paused_at=None)
    return {each.gateway: each.why_paused for each in rows}
