"""Runs for the benchmarks: launched, frozen, and judged when they are over."""

import time
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from campaigns.delivery import (
    clock,
    lifecycle,
    partitions,
    preparing,
    reach,
    recount,
    snapshot,
)
from campaigns.models import Campaign, Run
from devices.models import Application
from tests.benchmarks.audiences import people_of, slug

FIELDS = {"names": ("first_name", "city"), "distinct": ("nickname", "code")}
"""What two texts of a message read: 5,000 first names and 500 cities, or values that
nobody shares."""

WAITS = """
SELECT coalesce(wait_event_type || ':' || wait_event, 'running'), count(*)
  FROM pg_stat_activity
 WHERE state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend'
 GROUP BY 1
"""

PATIENCE = 300
"""Seconds that other processes get to finish a run."""

FORGET = """
TRUNCATE campaigns_run CASCADE;
TRUNCATE campaigns_delivery, campaigns_outcome
"""


def main(what: str, *words: str) -> Any:
    """One of STEPS, with its words."""
    return STEPS[what](*words)


def forget() -> None:
    """An empty ledger, whatever earlier benchmarks left."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET)


def launch(audience: str, kind: str, rows: str) -> dict[str, Any]:
    """A run to an audience of so many devices, ready to be sent to ``rows`` of them.

    The product's own steps, up to the moment at which send workers are woken. Where
    ``rows`` are fewer, its snapshot ends at the first slice that holds enough.
    """
    run = countdown(int(audience), kind)
    lifecycle.begin_preparing(run.pk, at=clock.now())
    partitions.ensure_partitions(run.pk)
    while snapshot.freeze_slice(run.pk):
        run.refresh_from_db()
        if run.audience >= int(rows):
            break
    partitions.analyze(run.pk)
    Run.objects.filter(pk=run.pk).update(confirmed_people=reach.people(run.pk))
    lifecycle.begin_sending(run.pk, at=clock.now())
    run.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    return {"run": run.pk, "rows": run.audience}


def freeze(audience: str) -> dict[str, Any]:
    """Seconds from the end of the undo window until a whole audience may be sent to.

    As the control worker's task does it. The run is forgotten afterwards.
    """
    run = countdown(int(audience), "names")
    began, before = time.perf_counter(), time.process_time()
    lifecycle.begin_preparing(run.pk, at=clock.now())
    while preparing.prepare(run.pk, seconds=5, at=clock.now()):
        pass
    seconds, used = time.perf_counter() - began, time.process_time() - before
    run.refresh_from_db()
    frozen = sum(batch.hi - batch.lo for batch in run.batches.all())
    found = {"state": run.state, "rows": run.audience, "batches": frozen}
    forget()
    return found | {"people": run.people, "seconds": seconds, "cpu": used}


def start(audience: str) -> dict[str, Any]:
    """Launch for processes that wait; ``at`` is the Unix time of the launch's return.

    There is no undo window, so what the tick does at its end is done at once.
    """
    run = countdown(int(audience), "names")
    at = time.time()
    lifecycle.begin_preparing(run.pk, at=clock.now())
    return {"run": run.pk, "rows": int(audience), "at": at}


def await_end(run_id: str) -> dict[str, Any]:
    """Wait until other processes have finished a run; what became of it.

    ``waits`` counts what PostgreSQL's busy sessions waited for, or "running".
    """
    ends = time.monotonic() + PATIENCE
    waits: Counter[str] = Counter()
    while not Run.objects.filter(pk=run_id, state="finished").exists():
        if time.monotonic() > ends:
            break
        with connection.cursor() as cursor:
            cursor.execute(WAITS)
            waits.update(dict(cursor.fetchall()))
        time.sleep(0.1)
    return judge(run_id) | {"waits": dict(waits.most_common(6))}


def countdown(audience: int, kind: str) -> Run:
    """A run that was just launched and whose undo window is over."""
    people = people_of(audience)
    run = lifecycle.launch_now(
        campaign(audience, kind),
        user=get_user_model().objects.get(username="bench"),
        launch_key=uuid.uuid4(),
        version=1,
        counted_people=people,
        confirmed_people=people,
        at=timezone.now(),
    )
    Run.objects.filter(pk=run.pk).update(countdown_until=clock.now())
    return run


def campaign(audience: int, kind: str) -> Campaign:
    """A draft with two Liquid fields; some 400 bytes as a request's body."""
    one, other = FIELDS[kind]
    return Campaign.objects.create(
        application=Application.objects.get(slug=slug(audience)),
        name=f"Benchmark, {kind}",
        title=f'{{{{ {one} | default: "there" }}}}, winter favourites are 20 % off',
        body=f'Until Sunday, at {{{{ {other} | default: "your city" }}}} and online.',
        link="https://shop.example.com/sale",
        audience="everyone",
        schedule={"kind": "now"},
    )


def judge(run_id: str) -> dict[str, Any]:
    """Whether the ledger is complete, by its rows and by its tallies.

    ``ended`` is the Unix time of the run's end.
    """
    run = Run.objects.get(pk=run_id)
    rows = recount.from_rows(run.pk)
    tallies = recount.from_tallies(run.pk, audience=run.audience)
    return {
        "state": run.state,
        "ended": run.finished_at.timestamp() if run.finished_at else 0.0,
        "audience": run.audience,
        "accepted": rows.accepted,
        "agree": rows == tallies,
        "complete": run.state == "finished" and rows.accepted == run.audience,
    }


STEPS: dict[str, Callable[..., Any]] = {
    "await": await_end,
    "forget": forget,
    "freeze": freeze,
    "judge": judge,
    "launch": launch,
    "start": start,
}
