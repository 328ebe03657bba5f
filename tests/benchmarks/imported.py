"""What an administrator waits for: a million people from a file."""

from tests.benchmarks import sizes
from tests.benchmarks.figures import Sample
from tests.benchmarks.ground import Ground
from tests.benchmarks.wires import Wire

ROWS = 1_000_000


def people(ground: Ground, wire: Wire | None) -> Sample:
    """Seconds to check and run an import of 1,000,000 new people with attributes."""
    rows = sizes.upto(ROWS)
    found = ground.perform("importing", rows)
    if found["new"] != rows:
        raise SystemExit(f"This import did not bring everybody: {found}")
    kept = {name: found[name] for name in ("upload", "check", "run", "MiB")}
    return Sample(value=found["seconds"], facts={"rows": rows, **kept})
