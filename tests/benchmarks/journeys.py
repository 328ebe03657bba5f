"""The whole way of a push: claimed, read, rendered, sent, recorded."""

import time
from dataclasses import dataclass, replace
from typing import Any

from tests.benchmarks import sizes
from tests.benchmarks.figures import Sample
from tests.benchmarks.ground import Ground, postgres_seconds
from tests.benchmarks.wires import Wire

CORES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One run sent by its workers, and what every side of it used."""

    rows: int
    cpu: float
    wall: float
    memory: float
    postgres: float
    gateway: float

    @property
    def facts(self) -> dict[str, float]:
        return {
            "wall /s": self.rows / self.wall,
            "PostgreSQL us": 1e6 * self.postgres / self.rows,
            "gateway %": 100 * self.gateway / self.wall,
            "MiB": self.memory,
        }


def end_to_end(ground: Ground, wire: Wire, *, kind: str = "names") -> Sample:
    """Pushes a CPU second of one worker on the first processor."""
    passage = sent(ground, wire, kind=kind, rows=sizes.upto(200_000))
    return Sample(value=passage.rows / passage.cpu, facts=passage.facts)


def distinct(ground: Ground, wire: Wire) -> Sample:
    """The same when no two messages are equal."""
    return end_to_end(ground, wire, kind="distinct")


def wall(ground: Ground, wire: Wire) -> Sample:
    """Pushes a second by two workers, wherever the system puts them."""
    rows = sizes.upto(200_000)
    passage = sent(ground, wire, kind="names", rows=rows, workers=2, pinned=False)
    parts = {"workers": passage.cpu, "PostgreSQL": passage.postgres}
    parts["gateway"] = passage.gateway
    shares = {name: 100 * used / passage.wall for name, used in parts.items()}
    total = sum(shares.values())
    spoken = ", ".join(f"{name} {share:.0f} %" for name, share in shares.items())
    limit = "the processors" if total > 85 * CORES else "waiting, not the processors"
    note = f"Limited by {limit}: {spoken} of {100 * CORES} %."
    facts = passage.facts | {"CPU us": 1e6 * passage.cpu / rows}
    return Sample(value=passage.rows / passage.wall, facts=facts, note=note)


def sent(
    ground: Ground,
    wire: Wire,
    *,
    kind: str,
    rows: int,
    workers: int = 1,
    pinned: bool = True,
) -> Passage:
    """One run, launched, sent by so many workers, and proved complete."""
    audience = sizes.audience_for(rows)
    ground = replace(ground, port=wire.port)
    ground.perform("audiences", audience)
    run = ground.perform("runs", "launch", audience, kind, rows)
    place = 0 if pinned else None
    steps = [
        ground.begin("working", run["run"], processor=place) for _each in range(workers)
    ]
    for step in steps:
        step.wait_until_ready()
    before, postgres = wire.told(), postgres_seconds(ground.folder)
    began = time.perf_counter()
    for step in steps:
        step.go()
    used = [step.end() for step in steps]
    seconds = time.perf_counter() - began
    after, postgres = wire.told(), postgres_seconds(ground.folder) - postgres
    require_complete(ground, run, after["pushes"] - before["pushes"])
    return Passage(
        rows=run["rows"],
        cpu=sum(each["cpu"] for each in used),
        wall=max(each["wall"] for each in used) if workers == 1 else seconds,
        memory=max(each["memory"] for each in used),
        postgres=postgres,
        gateway=after["cpu"] - before["cpu"],
    )


def require_complete(ground: Ground, run: dict[str, Any], came: int) -> None:
    """End the program unless ledger, tallies and gateway agree that all was sent."""
    found = ground.perform("runs", "judge", run["run"])
    if not (found["complete"] and found["agree"] and came == found["audience"]):
        raise SystemExit(f"This run is not complete; {came} pushes came: {found}")
