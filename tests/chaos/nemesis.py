"""What the chaos does to a running site, and what it asks of it."""

import os
import random
import signal
import uuid
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from campaigns.delivery import lifecycle, recount
from campaigns.models import Campaign, Outcome, Run
from campaigns.models.reasons import Reason
from campaigns.review import funnel
from tests import checker


def launch() -> Run:
    """The sample campaign, to its whole audience, now."""
    campaign = Campaign.objects.filter(state="draft").order_by("pk").first()
    assert campaign is not None
    at = timezone.now()
    people = funnel.counted(campaign, at=at).reached_people
    run = lifecycle.launch_now(
        campaign,
        user=get_user_model().objects.get(is_superuser=True),
        launch_key=uuid.uuid4(),
        version=campaign.version,
        counted_people=people,
        confirmed_people=people,
        at=at,
    )
    Run.objects.filter(pk=run.pk).update(countdown_until=timezone.now())
    return run


def is_over(run: Run) -> bool:
    run.refresh_from_db()
    return run.state in ("finished", "stopped") and not run.stopping


def progress(run: Run) -> float:
    """The share of the audience that has its outcome."""
    if not run.audience:
        return 0.0
    tallies = recount.from_tallies(run.pk, audience=run.audience)
    return 1 - tallies.waiting / run.audience


def kill_one(run: Run, chance: random.Random) -> bool:
    """kill -9 the owner of a leased batch; False when none is being sent."""
    owners = list(
        run.batches.filter(state=1).exclude(owner="").values_list("owner", flat=True)
    )
    if not owners:
        return False
    victim = int(chance.choice(owners).rpartition(":")[2])
    with suppress(ProcessLookupError):
        if chance.random() < 0.2:
            os.killpg(os.getpgid(victim), signal.SIGKILL)
        else:
            os.kill(victim, signal.SIGKILL)
        return True
    return False


def verdict(run: Run, journal: Path, kills: int) -> dict[str, Any]:
    """What the ledger and the journal say in the end."""
    rows = recount.from_rows(run.pk)
    tallies = recount.from_tallies(run.pk, audience=run.audience)
    with psycopg.connect(**connection.get_connection_params()) as judge:
        judgement = checker.check(judge, journal, str(run.public_id))
    lost = Outcome.objects.filter(run_id=run.pk, reason=Reason.WORKER_LOST).count()
    facts = asdict(judgement)
    return {
        "audience": facts.pop("deliveries"),
        **{k: facts[k] for k in ("accepted", "failed", "unknown", "skipped")},
        "stranded": facts["stranded"],
        "duplicates": facts["duplicates"],
        "kills": kills,
        "on_wire": lost,
        "state": run.state,
        "tallies_agree": rows == tallies,
        "agrees": judgement.agrees and rows == tallies,
    }
