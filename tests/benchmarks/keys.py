"""The keys of var/bench.json: what each measures, in what unit."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.benchmarks import gateways, journeys
from tests.benchmarks.figures import Sample
from tests.benchmarks.ground import Ground
from tests.benchmarks.wires import Wire

Measure = Callable[[Ground, Wire], Sample]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """``delay_ms`` is how long its gateway takes to answer, ``runs`` how often it is
    measured at most (0: as often as all)."""

    measure: Measure
    unit: str
    delay_ms: int = 0
    digits: int = 0
    runs: int = 0


SENDER = "pushes a CPU second of the sender"
WORKER = "pushes a CPU second of the worker"

KEYS = {
    "fcm_send": Key(measure=gateways.fcm, unit=SENDER),
    "apns_send": Key(measure=gateways.apns, unit=SENDER),
    "webpush_send": Key(measure=gateways.webpush, unit=SENDER),
    "end_to_end": Key(measure=journeys.end_to_end, unit=WORKER),
    "end_to_end_distinct": Key(measure=journeys.distinct, unit=WORKER),
    "end_to_end_wall": Key(measure=journeys.wall, unit="pushes a second"),
    "latency_50ms": Key(measure=gateways.latency, unit="pushes a second", delay_ms=50),
}
