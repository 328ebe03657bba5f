"""What a writer waits for: the preview of what is typed, and a dry run of everybody."""

from tests.benchmarks import sizes
from tests.benchmarks.figures import Sample
from tests.benchmarks.ground import Ground
from tests.benchmarks.wires import Wire

CALLS = 200


def preview(ground: Ground, wire: Wire | None) -> Sample:
    """Milliseconds in which 95 of 100 previews are made, beside 1,000,000 people."""
    rows = sizes.upto(sizes.BIG_AUDIENCE)
    ground.perform("audiences", rows)
    found = ground.perform("writing", "preview", rows, CALLS)
    return Sample(value=found["all"], facts=found["by_kind"] | {"calls": CALLS})


def dry_run(ground: Ground, wire: Wire | None) -> Sample:
    """Seconds to render the message for all of 1,000,000 people, by one process."""
    rows = sizes.upto(sizes.BIG_AUDIENCE)
    ground.perform("audiences", rows)
    found = ground.perform("writing", "dry_run", rows)
    if found["reached"] != found["wanted"]:
        raise SystemExit(f"This dry run did not reach everybody: {found}")
    return Sample(value=found["seconds"], facts={"people": found["people"]})
