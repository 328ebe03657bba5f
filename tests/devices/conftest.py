"""What tests of devices share: one running simulator, and gateways that lead there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from devices.gateways import vapid
from devices.gateways.apns import ApnsGateway
from devices.gateways.apns_credential import parse_apns
from devices.gateways.base import Push
from devices.gateways.fcm import FcmGateway
from devices.gateways.http import Sender
from devices.gateways.oauth import parse_service_account
from devices.gateways.patience import PatientSender
from devices.gateways.webpush import WebPushGateway
from tests.simulators import RunningSimulator

OpenGateway = Callable[..., FcmGateway]
OpenApns = Callable[..., ApnsGateway]
OpenWebPush = Callable[..., WebPushGateway]


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    """Tests share it: use tokens of your own."""
    running = RunningSimulator(tmp_path_factory.mktemp("simulator"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def old_simulator(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningSimulator]:
    """A simulator that speaks HTTP/1.1 only."""
    folder = tmp_path_factory.mktemp("old_simulator")
    running = RunningSimulator(folder, versions=["http/1.1"])
    yield running
    running.stop()


@pytest.fixture
def open_sender(simulator: RunningSimulator) -> Iterator[Callable[..., Sender]]:
    """Makes a sender to the simulator; keywords are those of Wire."""
    senders: list[Sender] = []

    def make(
        to: RunningSimulator = simulator,
        maker: Callable[..., Sender] = Sender,
        **changes: Any,
    ) -> Sender:
        senders.append(maker(to.wire(**changes)))
        return senders[-1]

    yield make
    for sender in senders:
        sender.close()


@pytest.fixture
def open_gateway(
    simulator: RunningSimulator, open_sender: Callable[..., Sender]
) -> OpenGateway:
    """Makes an FCM gateway of the project "demo"; keywords are those of Wire."""

    def make(
        to: RunningSimulator = simulator, project: str = "demo", **changes: Any
    ) -> FcmGateway:
        credential = parse_service_account(to.service_account(project))
        return FcmGateway(credential, open_sender(to, **changes))

    return make


@pytest.fixture
def open_apns(
    simulator: RunningSimulator, open_sender: Callable[..., Sender]
) -> OpenApns:
    """Makes an APNs gateway; keywords are those of ApnsGateway, then those of Wire."""

    def make(
        secret: str = "",
        *,
        topic: str = "com.example.shop",
        kept: tuple[str, ...] = ("environment", "tokens", "clock"),
        **changes: Any,
    ) -> ApnsGateway:
        own = {name: changes.pop(name) for name in kept if name in changes}
        credential = parse_apns(secret or simulator.apns_key(topic))
        return ApnsGateway(
            credential, open_sender(maker=PatientSender, **changes), **own
        )

    return make


@pytest.fixture
def open_webpush(
    simulator: RunningSimulator, open_sender: Callable[..., Sender]
) -> OpenWebPush:
    """Makes a Web Push gateway with keys of its own; keywords are those of Wire."""

    def make(
        to: RunningSimulator = simulator, secret: str = "", **changes: Any
    ) -> WebPushGateway:
        credential = vapid.parse(secret or to.vapid_secret())
        return WebPushGateway(credential, open_sender(to, **changes))

    return make


def push(token: str, reference: int = 1, **changes: Any) -> Push:
    """A valid push to a token."""
    texts = {"title": "Hello", "body": "A text"}
    return Push(reference=reference, token=token, **(texts | changes))
