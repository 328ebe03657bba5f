"""Runs over real tokens and a real key, for workers that run as processes."""

import shutil
from datetime import datetime
from pathlib import Path

import psycopg
from django.db import connection
from django.utils import timezone

from campaigns.delivery import recount
from campaigns.models import Delivery, Run, Switch
from campaigns.models.states import BatchState
from devices import credentials, registration
from devices.models import Credential, Installation, Person
from tests import builders, checker
from tests.simulators import RunningSimulator

ANSWER_SECONDS = 0.1


def meet(simulator: RunningSimulator, var: Path) -> None:
    """Let the processes of a data folder trust the simulator's certificate."""
    (var / "simulator").mkdir(parents=True)
    shutil.copy(simulator.ca_path, var / "simulator")


def sending(
    simulator: RunningSimulator, *, rows: int, batch: int, name: str = "t"
) -> Run:
    """A run in state sending: one device each for ``rows`` people of their own."""
    application = builders.application()
    if not application.credentials.exists():
        key = simulator.service_account("shop")
        credentials.store(application, "fcm", "production", key, actor=None)
    devices = people_with_devices(rows, name=name)
    simulator.answer_slowly([f"{name}-{n}" for n in range(rows)], ANSWER_SECONDS)
    run = builders.run(
        state="sending",
        started_at=timezone.now(),
        **dict.fromkeys(("audience", "people", "devices"), rows),
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
    for lo in range(0, rows, batch):
        builders.batch(run, lo=lo, hi=min(rows, lo + batch), due=timezone.now())
    return run


def people_with_devices(rows: int, *, name: str) -> list[Installation]:
    application, at = builders.application(), timezone.now()
    people = Person.objects.bulk_create(
        Person(
            application=application,
            external_id=f"{name}-{n}",
            bucket=n % 10_000,
            created_at=at,
        )
        for n in range(rows)
    )
    registration.import_many(
        application,
        [
            registration.BulkDevice(
                person_id=person.pk,
                key=person.external_id,
                token=person.external_id,
                platform="android",
                permission="granted",
                model="Phone",
                os_version="15",
                app_version="1.0",
                locale="en",
                zone="UTC",
                registered_at=at,
                seen_at=at,
            )
            for person in people
        ],
    )
    return list(Installation.objects.filter(person__in=people).order_by("pk"))


def requests(simulator: RunningSimulator, run: Run) -> int:
    """How many requests of a run the gateway has seen."""
    return len(list(checker.requests_of(journal(simulator), str(run.public_id))))


def last_request(simulator: RunningSimulator, run: Run) -> datetime:
    """When the gateway had the latest request of a run."""
    found = checker.requests_of(journal(simulator), str(run.public_id))
    return max(datetime.fromisoformat(each["at"]) for each in found)


def owners(run: Run, state: BatchState | None = None) -> set[int]:
    """The pids that hold, or held, batches of a run."""
    batches = run.batches.exclude(owner="")
    if state is not None:
        batches = batches.filter(state=state)
    return {
        int(owner.rpartition(":")[2])
        for owner in set(batches.values_list("owner", flat=True))
    }


def is_finished(run: Run) -> bool:
    run.refresh_from_db()
    return run.state == "finished"


def state(run: Run) -> str:
    """What a run that does not finish stands at, and what may hold it."""
    run.refresh_from_db()
    rows = [
        *Run.objects.filter(pk=run.pk).values("state", "reason", "stopping"),
        *run.batches.values("state", "owner", "until", "due", "done", "next", "hi"),
        *Switch.objects.values("is_on", "reason"),
        *Credential.objects.values("gateway", "paused_at", "pause_reason"),
    ]
    return "\n".join(map(str, rows))


def judged(simulator: RunningSimulator, run: Run) -> checker.Judgement:
    """The checker's word on a run whose tallies equal its rows."""
    run.refresh_from_db()
    tallies = recount.from_tallies(run.pk, audience=run.audience)
    assert tallies == recount.from_rows(run.pk)
    with psycopg.connect(**connection.get_connection_params()) as judge:
        return checker.check(judge, journal(simulator), str(run.public_id))


def journal(simulator: RunningSimulator) -> Path:
    return simulator.folder / "journal.jsonl"
