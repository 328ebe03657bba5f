"""Every key in turn, again and again, with the library beside it."""

import statistics
import sys
from collections import defaultdict
from contextlib import ExitStack

from tests.benchmarks import ceilings, ground, library, sizes, wires
from tests.benchmarks.figures import Baseline, Figure, Sample
from tests.benchmarks.ground import Ground
from tests.benchmarks.keys import KEYS, Key
from tests.benchmarks.library import Rate
from tests.benchmarks.wires import Wire

Road = tuple[str, int, str]
"""How the library sent: kind of push, the gateway's delay, one by one or in bulk."""


class Bench:
    """What is measured so far, on a site with its gateways.

    ``missing`` says why there is no gateway, and ``no_library`` why no library.
    """

    def __init__(self, names: list[str], site: Ground, *, alone: bool) -> None:
        self.names = names
        self.site = site
        self.no_library = "" if sizes.WITH_LIBRARY and not alone else "not asked for"
        self.missing = ""
        self.opened: dict[int, Wire] = {}
        self.samples: dict[str, list[Sample]] = defaultdict(list)
        self.rates: dict[Road, list[Rate]] = defaultdict(list)

    def open_wires(self, stack: ExitStack) -> None:
        """A gateway for each delay that is asked for."""
        try:
            for delay in dict.fromkeys(KEYS[name].delay_ms for name in self.names):
                wire = wires.open_wire(self.site.keys, delay_ms=delay)
                self.opened[delay] = stack.enter_context(wire)
        except wires.NotBuilt as missing:
            self.missing = str(missing)

    def turn(self, number: int) -> None:
        """Every key once, and what the library is compared by."""
        for name in self.names:
            key = KEYS[name]
            can = key.delay_ms in self.opened or not key.needs_gateway
            if can and (not key.runs or number <= key.runs):
                say(f"{name}: run {number} ...")
                wire = self.opened.get(key.delay_ms)
                self.samples[name].append(key.measure(self.site, wire))
        if not self.missing and not self.no_library:
            self._turn_library(number)

    def figure(self, name: str) -> Figure:
        key, samples = KEYS[name], self.samples[name]
        return Figure(
            unit=key.unit,
            digits=key.digits,
            samples=samples,
            baseline=self._baseline(key) if key.library else None,
            missing="" if samples else self.missing,
        )

    def _turn_library(self, number: int) -> None:
        for kind, delay_ms, way in self._roads():
            say(f"library, {kind}, {way}, {delay_ms} ms: run {number} ...")
            try:
                rate = library.sent(self.site, self.opened[delay_ms], kind, way)
            except library.NotInstalled as missing:
                self.no_library = str(missing)
                say(self.no_library)
                return
            self.rates[kind, delay_ms, way].append(rate)

    def _roads(self) -> list[Road]:
        roads = [
            (key.library, key.delay_ms, way)
            for key in map(KEYS.__getitem__, self.names)
            if key.library
            for way in library.ways(key.library)
            if way == "device" or not key.by_wall
        ]
        return list(dict.fromkeys(roads))

    def _baseline(self, key: Key) -> Baseline | None:
        device, bulk = (
            self._median(key, (key.library, key.delay_ms, way))
            for way in ("device", "bulk")
        )
        if device is None:
            return None
        failed = sum(
            each.failed
            for (kind, delay_ms, _way), rates in self.rates.items()
            if (kind, delay_ms) == (key.library, key.delay_ms)
            for each in rates
        )
        notes = [key.library_note]
        if failed:
            notes.append(f"{failed} calls of the library failed; they count as sent.")
        return Baseline(device=device, bulk=bulk, note=" ".join(filter(None, notes)))

    def _median(self, key: Key, road: Road) -> float | None:
        found = [each.wall if key.by_wall else each.cpu for each in self.rates[road]]
        return statistics.median(found) if found else None


def measured(names: list[str], *, alone: bool = False) -> dict[str, Figure]:
    """Each key's figure, of RUNS turns; ``alone``: of one, without the library."""
    with ExitStack() as stack:
        site = stack.enter_context(ground.opened(sizes.FOLDER / "site"))
        bench = Bench(names, site, alone=alone)
        bench.open_wires(stack)
        if bench.opened and not alone:
            print(ceilings.told(bench.opened[min(bench.opened)]), flush=True)
        for number in range(1, 2 if alone else sizes.RUNS + 1):
            bench.turn(number)
    return {name: bench.figure(name) for name in names}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
