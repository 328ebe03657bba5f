"""Events as a customer's server reports them: asked of the API as a server asks it.

Whole requests by one process: reading the key and the JSON, the statements, the
triggers that add events up, the answer for each. Without the socket.
"""

import random
import time
from datetime import datetime, timedelta
from typing import Any

import orjson
import psutil
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from devices import attributes, identity
from devices.models import Application, Event

BATCH = 1_000
PEOPLE = 50_000
NAMES = ("opened", "viewed", "added_to_cart", "searched", "purchase")


def main(calls: str) -> dict[str, Any]:
    """Events a second, and milliseconds of 95 of a hundred calls."""
    application = shop()
    clear(application)
    people = [f"bench-{number}" for number in range(PEOPLE)]
    attributes.ids_of(application, people, timezone.now())
    server = Client(SERVER_NAME="localhost")
    bearer = {"Authorization": f"Bearer {key(application)}"}
    drawn = random.Random(1)
    bodies = [batch(number, drawn, timezone.now()) for number in range(int(calls))]
    took, before = [], spent()
    for body in bodies:
        began = time.perf_counter()
        answer = server.post(
            "/api/v1/events", body, content_type="application/json", headers=bearer
        )
        took.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise SystemExit(f"Not kept: {answer.status_code} {answer.content[:200]!r}")
    worked = spent() - before
    kept = Event.objects.filter(application=application).count()
    if kept != BATCH * len(bodies):
        raise SystemExit(f"{kept} of {BATCH * len(bodies)} events are there")
    late = sorted(took)[int(0.95 * (len(took) - 1))]
    return {
        "a second": kept / sum(took),
        "p95": 1e3 * late,
        "events": kept,
        "a processor second": kept / worked,
    }


def spent() -> float:
    """Processor seconds of this process and of its PostgreSQL backend."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        both = (psutil.Process(), psutil.Process(cursor.fetchone()[0]))
    return sum(sum(each.cpu_times()[:2]) for each in both)


def shop() -> Application:
    slug = "bench-ingest"
    return Application.objects.get_or_create(slug=slug, name="Ingest")[0]


def clear(application: Application) -> None:
    """Without what another run left; its triggers have nothing to say."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in ("devices_event", "devices_eventtally"):
            cursor.execute(
                f"DELETE FROM {table} WHERE application_id = %s",
                [application.pk],
            )


def key(application: Application) -> str:
    application.server_keys.all().delete()
    made = identity.make(
        application,
        "benchmark",
        ["events:write"],
        expires_at=None,
        actor=None,
        at=timezone.now(),
    )
    return made.secret


def batch(number: int, drawn: random.Random, at: datetime) -> bytes:
    """1,000 events of people who are there."""
    return orjson.dumps(
        {"events": [one(number, place, drawn, at) for place in range(BATCH)]}
    )


def one(number: int, place: int, drawn: random.Random, at: datetime) -> dict[str, Any]:
    name = drawn.choice(NAMES)
    bought = {"amount": drawn.randrange(100, 20_000) / 100, "currency": "EUR"}
    return {
        "id": f"{number}-{place}",
        "name": name,
        "at": (at - timedelta(seconds=drawn.randrange(86_400))).isoformat(),
        "person": f"bench-{drawn.randrange(PEOPLE)}",
        "properties": {"product": f"P{drawn.randrange(500)}"}
        | (bought if name == "purchase" else {}),
    }
