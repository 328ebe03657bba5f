"""How fast events are taken in, beside all that they keep up to date."""

from tests.benchmarks import sizes
from tests.benchmarks.figures import Sample
from tests.benchmarks.ground import Ground
from tests.benchmarks.wires import Wire

CALLS = 200


def ingest(ground: Ground, wire: Wire | None) -> Sample:
    """Events a second by one process: 200 requests of 1,000 events of one server."""
    calls = min(CALLS, max(1, sizes.upto(CALLS * 1_000) // 1_000))
    found = ground.perform("ingesting", calls)
    return Sample(
        value=found["a second"],
        facts={
            "p95 ms of a request": round(found["p95"]),
            "events": found["events"],
            "events a processor second": round(found["a processor second"]),
        },
    )
