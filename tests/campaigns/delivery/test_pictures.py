"""An uploaded picture on its way: in each push as its phone wants it, and fetchable."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone
from PIL import Image

from campaigns.delivery import send, snapshot
from campaigns.delivery.pace import Pace
from campaigns.models import Run
from devices import credentials, registration
from devices.gateways import registry
from devices.models import Application
from tests import builders, pictures
from tests.campaigns.delivery.ledgers import state_counts
from tests.simulators import RunningSimulator

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def simulator(
    tmp_path: Path, media_root: Path, settings: Any
) -> Iterator[RunningSimulator]:
    (tmp_path / "simulator").mkdir()
    running = RunningSimulator(tmp_path / "simulator")
    settings.VAR, settings.SIMULATOR = tmp_path, running.address
    yield running
    registry.sender_for(registry.configured_wire()).close()
    running.stop()


def devices(simulator: RunningSimulator) -> dict[str, dict[str, Any]]:
    """A device of every kind: its platform, gateway and address, by a name."""
    browser = simulator.subscription("browser")
    return {
        "android": {"platform": "android", "gateway": "fcm", "token": "pixel"},
        "ios by fcm": {"platform": "ios", "gateway": "fcm", "token": "ios-phone"},
        "ios": {
            "platform": "ios",
            "gateway": "apns",
            "token": simulator.apns_token("phone"),
        },
        "browser": {
            "platform": "web",
            "gateway": "webpush",
            "token": browser.endpoint,
            "p256dh": browser.p256dh,
            "auth": browser.auth,
        },
        "windows": {
            "platform": "windows",
            "gateway": "wns",
            "token": simulator.wns_channel("desktop"),
        },
    }


def registered(shop: Application, name: str, address: dict[str, Any]) -> None:
    device = registration.BulkDevice(
        person_id=builders.person(preference="opted_in").pk,
        key=name,
        permission="granted",
        model="",
        os_version="",
        app_version="",
        locale="en",
        zone="UTC",
        registered_at=builders.NOW - timedelta(days=30),
        seen_at=builders.NOW,
        **address,
    )
    registration.import_many(shop, [device])


def sent(tmp_path: Path, **message: Any) -> Run:
    run = builders.run(builders.campaign(**message))
    while snapshot.freeze_slice(run.pk):
        pass
    Run.objects.filter(pk=run.pk).update(state="sending", started_at=timezone.now())
    send.work(30.0, pace=Pace(flights=tmp_path / "flights"))
    return run


def fetched(client: Client, address: str) -> tuple[str, tuple[int, int]]:
    """The type and size in pixels of what a phone gets from this address."""
    answer = client.get("/m/" + address.removeprefix(site.MEDIA_URL))
    assert answer.status_code == 200, address
    return answer["Content-Type"], Image.open(BytesIO(answer.content)).size


def test_every_kind_of_device_gets_the_picture_in_its_own_size(
    simulator: RunningSimulator, tmp_path: Path, client: Client
) -> None:
    shop = builders.application()
    secrets = {
        "fcm": simulator.service_account(),
        "apns": simulator.apns_key("com.example.shop"),
        "webpush": simulator.vapid_secret(),
        "wns": simulator.wns_secret(),
    }
    for gateway, secret in secrets.items():
        credentials.store(shop, gateway, "production", secret, actor=None)
    places = devices(simulator)
    for name, address in places.items():
        registered(shop, name, address)
    picture = pictures.uploaded((2000, 1500))

    run = sent(tmp_path, asset=picture, icon=picture)

    assert state_counts(run) == {"accepted": 5}
    bodies = {
        name: simulator.journal(token=address["token"])[0]["body"]
        for name, address in places.items()
    }
    android = bodies["android"]["message"]
    assert fetched(client, android["notification"]["image"]) == (
        "image/jpeg",
        (1200, 600),
    )
    by_fcm = bodies["ios by fcm"]["message"]
    assert by_fcm["apns"]["payload"]["aps"]["mutable-content"] == 1
    attached = by_fcm["notification"]["image"]
    assert fetched(client, attached) == ("image/jpeg", (1038, 519))
    assert bodies["ios"]["aps"]["mutable-content"] == 1
    assert bodies["ios"]["image"] == attached
    shown = bodies["browser"]["notification"]
    assert fetched(client, shown["image"]) == ("image/jpeg", (1024, 512))
    assert fetched(client, shown["icon"]) == ("image/png", (256, 256))
    assert bodies["windows"]["image"] == shown["image"]
