"""Every key in turn, again and again, with the library beside it."""

import statistics
import sys
from collections import defaultdict
from contextlib import ExitStack

from tests.benchmarks import ground, library, sizes, wires
from tests.benchmarks.figures import Baseline, Figure, Sample
from tests.benchmarks.ground import Ground
from tests.benchmarks.keys import KEYS, Key
from tests.benchmarks.library import Rate
from tests.benchmarks.wires import Wire

Road = tuple[str, int, str]
"""How the library sent: kind of push, the gateway's delay, one by one or in bulk."""


class Bench:
    """What is measured so far, on a site with its gateways."""

    def __init__(
        self, names: list[str], site: Ground, opened: dict[int, Wire], *, alone: bool
    ) -> None:
        self.alone = alone
        self.names = names
        self.site = site
        self.opened = opened
        self.samples: dict[str, list[Sample]] = defaultdict(list)
        self.rates: dict[Road, list[Rate]] = defaultdict(list)

    def turn(self, number: int) -> None:
        """Every key once, and what the library is compared by."""
        for name in self.names:
            key = KEYS[name]
            if not key.runs or number <= key.runs:
                _say(f"{name}: run {number} ...")
                wire = self.opened[key.delay_ms]
                self.samples[name].append(key.measure(self.site, wire))
        for kind, delay_ms, way in self._roads():
            _say(f"library, {kind}, {way}, {delay_ms} ms: run {number} ...")
            rate = library.sent(self.site, self.opened[delay_ms], kind, way)
            self.rates[kind, delay_ms, way].append(rate)

    def figure(self, name: str) -> Figure:
        key = KEYS[name]
        return Figure(
            unit=key.unit,
            digits=key.digits,
            samples=self.samples[name],
            baseline=self._baseline(key) if key.library and not self.alone else None,
        )

    def _roads(self) -> list[Road]:
        roads = [
            (key.library, key.delay_ms, way)
            for key in map(KEYS.__getitem__, self.names)
            if key.library and not self.alone
            for way in library.ways(key.library)
            if way == "device" or not key.by_wall
        ]
        return list(dict.fromkeys(roads))

    def _baseline(self, key: Key) -> Baseline:
        device, bulk = (
            self._median(key, (key.library, key.delay_ms, way))
            for way in ("device", "bulk")
        )
        assert device is not None
        return Baseline(device=device, bulk=bulk, note=key.library_note)

    def _median(self, key: Key, road: Road) -> float | None:
        found = [each.wall if key.by_wall else each.cpu for each in self.rates[road]]
        return statistics.median(found) if found else None


def measured(names: list[str], *, alone: bool = False) -> dict[str, Figure]:
    """Each key's figure, of RUNS turns; ``alone``: of one, without the library."""
    with ExitStack() as stack:
        site = stack.enter_context(ground.opened(sizes.FOLDER / "site"))
        delays = {KEYS[name].delay_ms for name in names}
        opened = {
            delay: stack.enter_context(wires.open_wire(site.keys, delay_ms=delay))
            for delay in delays
        }
        bench = Bench(names, site, opened, alone=alone)
        for number in range(1, 2 if alone else sizes.RUNS + 1):
            bench.turn(number)
    return {name: bench.figure(name) for name in names}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
