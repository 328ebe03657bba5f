"""One process that sends to a gateway and tells what it cost.

What is sent is personal and written before: the clock starts with the first body that
is made and stops with the last answer.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from campaigns.delivery import collector
from devices.gateways import registry
from devices.gateways.base import Gateway, Push, Subscription, Verdict
from devices.gateways.wire import Wire
from devices.simulator import accounts, apns_accounts, webpush_browsers
from tests.benchmarks.working import peak

CHUNK = 500
WARM_UP = 2_000
FIRST_NAMES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Requests, CPU seconds (user and system, all threads), wall seconds, peak MiB."""

    requests: int
    cpu: float
    wall: float
    memory: float


def main(
    kind: str, port: str, folder: str, count: str, connections: str, streams: str
) -> dict[str, Any]:
    """Send ``count`` pushes of a kind to the gateway at ``port``."""
    wire = Wire(
        simulator=f"127.0.0.1:{port}",
        ca_file=str(Path(folder) / "ca.pem"),
        window=int(connections) * int(streams),
        connections=int(connections),
        streams=int(streams),
    )
    secret, pushes = KINDS[kind](Path(folder))
    gateway = registry.open_gateway(kind, secret, wire)
    send(gateway, pushes(0, WARM_UP), wire.window)
    collector.calm()
    made = list(chunked(pushes(WARM_UP, int(count))))
    return asdict(measured(gateway, made, wire.window))


def measured(gateway: Gateway, chunks: list[tuple[Push, ...]], window: int) -> Cost:
    """Send prepared chunks, two open at a time, as the pipeline does."""
    before, began = time.process_time(), time.perf_counter()
    count = send(gateway, (push for chunk in chunks for push in chunk), window)
    wall, used = time.perf_counter() - began, time.process_time() - before
    return Cost(
        requests=count,
        cpu=used,
        wall=wall,
        memory=peak(),
    )


def send(gateway: Gateway, pushes: Iterator[Push], window: int) -> int:
    """Keep a chunk more open than fits on the wire; how many were accepted."""
    accepted = 0
    for chunk in chunked(pushes):
        while gateway.in_flight > max(CHUNK, window):
            accepted += taken(gateway)
        gateway.submit(chunk, fence=allowed)
    while gateway.in_flight:
        accepted += taken(gateway)
    return accepted


def chunked(pushes: Iterable[Push]) -> Iterator[tuple[Push, ...]]:
    left = iter(pushes)
    while chunk := tuple(islice(left, CHUNK)):
        yield chunk


def taken(gateway: Gateway) -> int:
    results = gateway.poll(1.0)
    refused = [each for each in results if each.verdict is not Verdict.ACCEPTED]
    if refused:
        raise SystemExit(f"not accepted: {refused[0]}")
    return len(results)


def allowed(reference: int) -> bool:
    """The fence of a run that goes on."""
    return True


def words(number: int) -> dict[str, str]:
    """A message with a first name and a value of its own; some 400 bytes as a body."""
    name = f"Anna-{number % FIRST_NAMES}"
    return {
        "title": f"{name}, your winter favourites are 20 % off until Sunday",
        "body": f"Code WINTER-{number:07} is yours alone: it works in every shop.",
        "link": f"https://shop.example.com/sale?c={number}",
    }


Pushes = Callable[[int, int], Iterator[Push]]


def fcm(folder: Path) -> tuple[str, Pushes]:
    secret = accounts.service_account(folder, "demo")

    def pushes(start: int, count: int) -> Iterator[Push]:
        for n in range(start, start + count):
            token = f"f{n:08}:" + "a" * 140
            yield Push(reference=n, token=token, collapse="r1", **words(n))

    return secret, pushes


def apns(folder: Path) -> tuple[str, Pushes]:
    secret = apns_accounts.apns_key(folder, "com.example.shop")

    def pushes(start: int, count: int) -> Iterator[Push]:
        for n in range(start, start + count):
            yield Push(reference=n, token=f"{n:064x}", collapse="r1", **words(n))

    return secret, pushes


def webpush(folder: Path) -> tuple[str, Pushes]:
    """A few hundred subscriptions in turn: each message has its own key anyway."""
    secret = webpush_browsers.vapid_secret(folder)
    made = [webpush_browsers.subscription(folder, f"bench-{n}") for n in range(200)]

    def pushes(start: int, count: int) -> Iterator[Push]:
        for n in range(start, start + count):
            endpoint, p256dh, auth = made[n % len(made)]
            keys = Subscription(p256dh, auth)
            yield Push(
                reference=n,
                token=endpoint,
                subscription=keys,
                collapse="r1",
                **words(n),
            )

    return secret, pushes


KINDS = {"fcm": fcm, "apns": apns, "webpush": webpush}
