"""Browsers that subscribed at the simulator, and pushes for them."""

import json
from typing import Any

from devices.gateways.base import Push, Subscription
from devices.simulator import webpush_browsers
from devices.simulator.webpush_browsers import CHROME, EDGE, FIREFOX, SAFARI
from tests.simulators import RunningSimulator

HOSTS = {"google": CHROME, "mozilla": FIREFOX, "apple": SAFARI, "windows": EDGE}


def push_to(
    simulator: RunningSimulator,
    name: str,
    reference: int = 1,
    *,
    host: str = CHROME,
    key: str = "",
    **changes: Any,
) -> Push:
    """A valid push to a browser of this name; ``key`` is the one it subscribed with."""
    made = simulator.subscription(name, host=host, key=key)
    given: dict[str, Any] = {
        "title": "Hello",
        "body": "A text",
        "token": made.endpoint,
        "subscription": Subscription(made.p256dh, made.auth, key),
    }
    return Push(reference=reference, **(given | changes))


def endpoint_of(simulator: RunningSimulator, name: str, host: str = CHROME) -> str:
    return webpush_browsers.subscription(simulator.folder, name, host=host).endpoint


def public_key(secret: str, place: int = 0) -> str:
    return str(json.loads(secret)["keys"][place]["public"])
