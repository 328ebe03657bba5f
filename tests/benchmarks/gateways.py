"""A gateway alone: pushes that were written before, to the wire and back."""

from tests.benchmarks import sizes
from tests.benchmarks.figures import Sample
from tests.benchmarks.ground import Ground
from tests.benchmarks.wires import Wire

CONNECTIONS, STREAMS = 4, 100


def fcm(ground: Ground, wire: Wire) -> Sample:
    return _rate(sent(ground, wire, "fcm", sizes.upto(200_000)))


def apns(ground: Ground, wire: Wire) -> Sample:
    return _rate(sent(ground, wire, "apns", sizes.upto(200_000)))


def webpush(ground: Ground, wire: Wire) -> Sample:
    """Each message with a key of its own."""
    return _rate(sent(ground, wire, "webpush", sizes.upto(50_000)))


def latency(ground: Ground, wire: Wire) -> Sample:
    """Pushes a second of one process, when each answer takes its time."""
    cost = sent(ground, wire, "fcm", sizes.upto(100_000), connections=16)
    facts = cost["facts"] | {"CPU us": 1e6 * cost["cpu"] / cost["requests"]}
    return Sample(value=cost["requests"] / cost["wall"], facts=facts)


def _rate(cost: dict) -> Sample:
    return Sample(value=cost["requests"] / cost["cpu"], facts=cost["facts"])


def sent(
    ground: Ground, wire: Wire, kind: str, count: int, *, connections: int = CONNECTIONS
) -> dict:
    """What a process on the first processor used; every push came."""
    before = wire.told()
    place = (kind, wire.port, ground.keys)
    cost = ground.perform("sending", *place, count, connections, STREAMS, processor=0)
    after = wire.told()
    if after["pushes"] - before["pushes"] < cost["requests"]:
        raise SystemExit(f"{kind}: {cost['requests']} accepted, and fewer came")
    facts = {
        "wall /s": cost["requests"] / cost["wall"],
        "gateway %": 100 * (after["cpu"] - before["cpu"]) / cost["wall"],
        "MiB": cost["memory"],
    }
    return cost | {"facts": facts}
