"""What a marketer waits for: counts, lists and explanations of a million people."""

from tests.benchmarks import sizes
from tests.benchmarks.figures import Sample
from tests.benchmarks.ground import Ground
from tests.benchmarks.wires import Wire

PEOPLE, EVENTS = 1_000_000, 30
"""Of the sample, and for each of them."""

CALLS = 200


def estimate(ground: Ground, wire: Wire | None) -> Sample:
    """Milliseconds in which 95 of 100 rules are counted from a sample."""
    return _asked(ground, "estimate")


def exact_count(ground: Ground, wire: Wire | None) -> Sample:
    """The same over everybody, with the devices by platform."""
    return _asked(ground, "exact_count")


def people_list(ground: Ground, wire: Wire | None) -> Sample:
    """Milliseconds in which 95 of 100 searches of people are drawn."""
    return _asked(ground, "people_list")


def explain(ground: Ground, wire: Wire | None) -> Sample:
    """Milliseconds in which 95 of 100 rules are explained for one person."""
    return _asked(ground, "explain")


def _asked(ground: Ground, what: str) -> Sample:
    people = sizes.upto(PEOPLE)
    found = ground.perform("asking", what, people, people * EVENTS, CALLS)
    facts = {name: found[name] for name in ("median", "most", "people")}
    return Sample(value=found["p95"], facts=facts | {"calls": CALLS})
