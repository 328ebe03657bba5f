"""One campaign sent by 1, 2 and 4 send processes over RabbitMQ.

`python -m tests.benchmarks.workers [1 2 4]`: the rate from the first push to the run's
end, what each side uses of the processors meanwhile, and what PostgreSQL's sessions
wait for. COUNT (200,000) pushes, a node of RabbitMQ of its own on loopback, everything
on this machine. Prints a table.
"""

import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

import psutil

from tests.benchmarks import ground, sizes, wires
from tests.benchmarks.beginnings import first_came, processes
from tests.benchmarks.ground import Ground, postgres_seconds
from tests.benchmarks.journeys import require_complete
from tests.benchmarks.wires import Wire
from tests.faults import rabbit

HEADS = (
    "send processes",
    "pushes /s",
    "worker CPU us",
    "PostgreSQL us",
    "RabbitMQ us",
    "gateway us",
    "processors in use",
    "sessions of PostgreSQL, by what they waited for",
)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended from outside."))
    if not rabbit.is_here():
        raise SystemExit("Install rabbitmq-server, then run this again.")
    counts = [int(word) for word in sys.argv[1:]] or [1, 2, 4]
    node = rabbit.Rabbit()
    node.start()
    try:
        with (
            ground.opened(sizes.FOLDER / "site") as site,
            wires.open_wire(site.keys, pinned_to=None) as wire,
        ):
            live = replace(site, port=wire.port, broker=node.address())
            lines = [measured(live, wire, node, count) for count in counts]
    except wires.NotBuilt as missing:
        raise SystemExit(str(missing)) from missing
    finally:
        node.stop()
    print(f"| {' | '.join(HEADS)} |\n{'|---' * len(HEADS)}|")
    print("\n".join(f"| {' | '.join(line)} |" for line in lines))


def measured(site: Ground, wire: Wire, node: rabbit.Rabbit, workers: int) -> list[str]:
    """One line of the table: one run by so many send processes."""
    rows = sizes.upto(200_000)
    site.perform("audiences", rows)
    with processes(site, workers) as started:
        senders = psutil.Process(started["send"].popen.pid).children(recursive=True)
        pushes = wire.told()["pushes"]
        run = site.perform("runs", "start", rows)
        first = first_came(wire)
        before = _used(site, wire, node, senders)
        found = site.perform("runs", "await", run["run"])
        after = _used(site, wire, node, senders)
    used = {name: after[name] - before[name] for name in before}
    require_complete(site, run, round(after["pushes"] - pushes))
    sent, seconds = used.pop("pushes"), found["ended"] - first
    costs = [f"{1e6 * each / sent:.1f}" for each in used.values()]
    busy = sum(used.values()) / seconds
    waits = ", ".join(f"{name} {times}" for name, times in found["waits"].items())
    rate = f"{rows / seconds:,.0f}"
    return [str(workers), rate, *costs, f"{busy:.2f}", waits]


def _used(
    site: Ground, wire: Wire, node: rabbit.Rabbit, senders: Iterable[psutil.Process]
) -> dict[str, float]:
    """CPU seconds so far of every side, and the pushes that came."""
    told = wire.told()
    return {
        "workers": _seconds(senders),
        "PostgreSQL": postgres_seconds(site.folder),
        "RabbitMQ": _seconds(node.processes()),
        "gateway": told["cpu"],
        "pushes": told["pushes"],
    }


def _seconds(processes: Iterable[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            used = process.cpu_times()
            total += used.user + used.system
    return total


if __name__ == "__main__":
    main()
