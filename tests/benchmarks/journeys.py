"""The whole way of a push: claimed, read, rendered, sent, recorded."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import psutil

from tests.benchmarks import sizes
from tests.benchmarks.figures import Sample
from tests.benchmarks.ground import Ground, Step, postgres_seconds
from tests.benchmarks.wires import Wire

CORES = 2
LOOK_EVERY = 0.1

WARM_UP = 1_000
"""Pushes at least of the run that a worker sends before it is measured: one slice."""


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


def memory(ground: Ground, wire: Wire) -> Sample:
    """The peak resident set of one worker over a long run, in MiB."""
    looked: list[tuple[int, float]] = []
    passage = sent(
        ground,
        wire,
        kind="names",
        rows=sizes.upto(1_000_000),
        look=lambda steps: look(steps[0], wire, looked),
    )
    first = looked[0][0] if looked else 0
    facts = {
        f"MiB at {share} %": next(
            (size for came, size in looked if came - first >= passage.rows * part),
            passage.memory,
        )
        for share, part in ((10, 0.1), (50, 0.5), (100, 0.99))
    }
    return Sample(value=passage.memory, facts=facts | {"pushes": passage.rows})


def look(step: Step, wire: Wire, looked: list[tuple[int, float]]) -> None:
    """Note (pushes that came, resident MiB) until the worker ends."""
    process = psutil.Process(step.popen.pid)
    with suppress(psutil.NoSuchProcess):
        while step.popen.poll() is None:
            resident = process.memory_info().rss / 2**20
            looked.append((wire.told()["pushes"], resident))
            time.sleep(LOOK_EVERY)


def scaling(ground: Ground, wire: Wire) -> Sample:
    """CPU of a push in the dearest of three sizes, over that in the cheapest."""
    largest = sizes.upto(1_000_000)
    costs = {}
    for rows in (largest // 100, largest // 10, largest):
        passage = sent(ground, wire, kind="names", rows=rows)
        costs[f"CPU us at {rows:,}"] = 1e6 * passage.cpu / passage.rows
    return Sample(value=max(costs.values()) / min(costs.values()), facts=costs)


def sent(
    ground: Ground,
    wire: Wire,
    *,
    kind: str,
    rows: int,
    workers: int = 1,
    pinned: bool = True,
    look: Callable[[list[Step]], None] = lambda steps: None,
) -> Passage:
    """One run, launched, sent by so many workers, and proved complete.

    ``look`` may watch the workers until they end.
    """
    ground = replace(ground, port=wire.port)
    audience = sizes.audience_for(rows)
    ground.perform("audiences", audience)
    warm = ground.perform("runs", "launch", audience, kind, WARM_UP)
    place = 0 if pinned else None
    steps = [
        ground.begin("working", warm["run"], processor=place)
        for _each in range(workers)
    ]
    for step in steps:
        step.wait_until_ready()
    run = ground.perform("runs", "launch", audience, kind, rows)
    before, postgres = wire.told(), postgres_seconds(ground.folder)
    began = time.perf_counter()
    for step in steps:
        step.go(run["run"])
    look(steps)
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
