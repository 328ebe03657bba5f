"""The keys of var/bench.json: what each measures, in what unit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.benchmarks import (
    beginnings,
    crowds,
    gateways,
    imported,
    ingests,
    journeys,
    previews,
)
from tests.benchmarks.figures import Sample
from tests.benchmarks.ground import Ground

Measure = Callable[[Ground, Any], Sample]
"""On a site and its gateway, which is None for a key that needs none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """``delay_ms`` is how long its gateway takes to answer, ``runs`` how often it is
    measured at most (0: as often as all). ``library`` is the kind of push that the
    library is measured with, in requests a CPU second, or a second where ``by_wall``.
    """

    measure: Measure
    unit: str
    delay_ms: int = 0
    digits: int = 0
    runs: int = 0
    library: str = ""
    by_wall: bool = False
    library_note: str = ""
    needs_gateway: bool = True


SENDER = "pushes a CPU second of the sender"
WORKER = "pushes a CPU second of the worker"
BY_WALL = "pushes a second"
CALLS = "milliseconds, 95 of 100 calls"
NO_PIPELINE = (
    "The library has no pipeline: its figure is one call a device, with nothing read, "
    "rendered or recorded."
)

KEYS = {
    "fcm_send": Key(measure=gateways.fcm, unit=SENDER, library="fcm"),
    "apns_send": Key(measure=gateways.apns, unit=SENDER, library="apns"),
    "webpush_send": Key(measure=gateways.webpush, unit=SENDER, library="webpush"),
    "end_to_end": Key(
        measure=journeys.end_to_end,
        unit=WORKER,
        library="fcm",
        library_note=NO_PIPELINE,
    ),
    "end_to_end_distinct": Key(
        measure=journeys.distinct, unit=WORKER, library="fcm", library_note=NO_PIPELINE
    ),
    "end_to_end_wall": Key(
        measure=journeys.wall,
        unit=BY_WALL,
        library="fcm",
        by_wall=True,
        library_note=NO_PIPELINE,
    ),
    "latency_50ms": Key(
        measure=gateways.latency,
        unit=BY_WALL,
        delay_ms=50,
        library="fcm",
        by_wall=True,
    ),
    "snapshot": Key(
        measure=beginnings.snapshot, unit="seconds", digits=1, needs_gateway=False
    ),
    "first_push": Key(measure=beginnings.first_push, unit="seconds", digits=2),
    "memory": Key(measure=journeys.memory, unit="MiB", runs=1),
    "scaling": Key(
        measure=journeys.scaling, unit="dearest / cheapest", digits=2, runs=3
    ),
    "preview": Key(
        measure=previews.preview,
        unit="milliseconds, 95 of 100 calls",
        digits=1,
        needs_gateway=False,
    ),
    "dry_run": Key(
        measure=previews.dry_run, unit="seconds", digits=1, needs_gateway=False
    ),
    "estimate": Key(
        measure=crowds.estimate, unit=CALLS, digits=1, runs=1, needs_gateway=False
    ),
    "exact_count": Key(
        measure=crowds.exact_count, unit=CALLS, digits=1, runs=1, needs_gateway=False
    ),
    "people_list": Key(
        measure=crowds.people_list, unit=CALLS, digits=1, runs=1, needs_gateway=False
    ),
    "explain": Key(
        measure=crowds.explain, unit=CALLS, digits=1, runs=1, needs_gateway=False
    ),
    "ingest": Key(measure=ingests.ingest, unit="events a second", needs_gateway=False),
    "import": Key(
        measure=imported.people,
        unit="seconds for 1,000,000 rows",
        digits=1,
        runs=1,
        needs_gateway=False,
    ),
}
