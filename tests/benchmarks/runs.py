"""Runs for the benchmarks: launched, frozen, and judged when they are over."""

import time
import uuid
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from campaigns.delivery import clock, lifecycle, partitions, reach, recount, snapshot
from campaigns.models import Campaign, Run
from devices.models import Application
from tests.benchmarks.audiences import people_of, slug

FIELDS = {"names": ("first_name", "city"), "distinct": ("nickname", "code")}
"""What two texts of a message read: 5,000 first names and 500 cities, or values that
nobody shares."""

FORGET = """
TRUNCATE campaigns_run CASCADE;
TRUNCATE campaigns_delivery, campaigns_outcome
"""


def main(what: str, *words: str) -> Any:
    if what == "forget":
        return forget()
    if what == "launch":
        return launch(int(words[0]), words[1], int(words[2]))
    return judge(int(words[0]))


def forget() -> None:
    """An empty ledger, whatever earlier benchmarks left."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET)


def launch(audience: int, kind: str, rows: int) -> dict[str, Any]:
    """A run to an audience of so many devices, ready to be sent to ``rows`` of them.

    The product's own steps, up to the moment at which send workers are woken. Where
    ``rows`` are fewer, its snapshot ends at the first slice that holds enough.
    """
    run = countdown(audience, kind)
    lifecycle.begin_preparing(run.pk, at=clock.now())
    partitions.ensure_partitions(run.pk)
    began = time.perf_counter()
    while snapshot.freeze_slice(run.pk):
        run.refresh_from_db()
        if run.audience >= rows:
            break
    partitions.analyze(run.pk)
    seconds = time.perf_counter() - began
    Run.objects.filter(pk=run.pk).update(confirmed_people=reach.people(run.pk))
    lifecycle.begin_sending(run.pk, at=clock.now())
    run.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    return {"run": run.pk, "rows": run.audience, "seconds": seconds, "state": run.state}


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


def judge(run_id: int) -> dict[str, Any]:
    """Whether the ledger is complete, by its rows and by its tallies."""
    run = Run.objects.get(pk=run_id)
    rows = recount.from_rows(run_id)
    tallies = recount.from_tallies(run_id, audience=run.audience)
    return {
        "state": run.state,
        "audience": run.audience,
        "accepted": rows.accepted,
        "agree": rows == tallies,
        "complete": run.state == "finished" and rows.accepted == run.audience,
    }
