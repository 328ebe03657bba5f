"""What the ledger and the gateway's journal say of a run in the end."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

from campaigns.delivery import recount
from campaigns.models import Outcome
from campaigns.models.reasons import Reason
from tests import checker
from tests.chaos import site
from tests.chaos.course import Course

LINE = (
    "audience",
    "accepted",
    "failed",
    "unknown",
    "skipped",
    "stranded",
    "duplicates",
)
SUMS = (*LINE, "kills", "on_wire", "stops", "restarts", "purges", "late", "requests")
WORST = ("unknown", "stranded", "duplicates", "on_wire", "given_up", "seconds")


def judge(course: Course) -> dict[str, Any]:
    """One run, by the ledger's rows and the journal; see checker.py for the words."""
    run = course.run
    rows = recount.from_rows(run.pk)
    tallies = recount.from_tallies(run.pk, audience=run.audience)
    with psycopg.connect(**connection.get_connection_params()) as judging:
        judgement = checker.check(judging, site.JOURNAL, str(run.public_id))
    facts = asdict(judgement) | {"audience": judgement.deliveries}
    given_up = Outcome.objects.filter(run_id=run.pk, reason=Reason.INTERNAL_ERROR)
    return {
        **{name: facts[name] for name in LINE},
        "kills": course.done["KILLS"],
        "on_wire": judgement.unknown_seen,
        "stops": course.done["STOPS"],
        "restarts": course.done["RESTARTS"],
        "purges": course.done["PURGES"],
        "late": course.late,
        "given_up": given_up.count(),
        "finished": run.state == "finished" and not course.stuck,
        "tallies_agree": rows == tallies,
        "journal_agrees": judgement.agrees,
        **_pace(str(run.public_id)),
    }


def is_good(found: dict[str, Any]) -> bool:
    return (
        found["finished"]
        and found["tallies_agree"]
        and found["journal_agrees"]
        and not found["duplicates"]
        and not found["stranded"]
    )


def line_of(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The line of one ordinary run, or the totals and the worst of several."""
    total = {name: sum(each[name] for each in found) for name in SUMS}
    extras = ("stops", "restarts", "purges")
    if len(found) == 1 and not any(total[name] for name in extras):
        return {name: total[name] for name in (*LINE, "kills", "on_wire")}
    return {
        "runs": len(found),
        "finished": sum(each["finished"] for each in found),
        "tallies_agree": sum(each["tallies_agree"] for each in found),
        "journal_agrees": sum(each["journal_agrees"] for each in found),
        **total,
        "worst": {name: max(each[name] for each in found) for name in WORST},
    }


def _pace(run: str) -> dict[str, Any]:
    """Requests, and seconds from the first to the last, by the journal."""
    first = last = None
    count = 0
    for request in checker.requests_of(site.JOURNAL, run):
        first, last, count = first or request["at"], request["at"], count + 1
    if first is None or last is None:
        return {"requests": 0, "seconds": 0.0}
    length = datetime.fromisoformat(last) - datetime.fromisoformat(first)
    return {"requests": count, "seconds": round(length.total_seconds(), 1)}
