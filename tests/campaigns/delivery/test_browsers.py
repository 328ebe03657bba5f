"""A run to browsers, by the real gateway: one push service must not hold the others."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from campaigns.delivery import send, snapshot
from campaigns.delivery.pace import Pace
from campaigns.models import Parked, Run
from devices import credentials, registration
from devices.models import Application
from devices.simulator.webpush_browsers import CHROME, FIREFOX, SAFARI
from tests import builders
from tests.campaigns.delivery.ledgers import assert_conserved, state_counts
from tests.simulators import RunningSimulator

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    running = RunningSimulator(tmp_path_factory.mktemp("simulator"))
    yield running
    running.stop()


@pytest.fixture
def shop(simulator: RunningSimulator, settings: Any, tmp_path: Path) -> Application:
    (tmp_path / "simulator").symlink_to(simulator.folder)
    settings.SIMULATOR, settings.VAR = simulator.address, tmp_path
    application = builders.application()
    secret = simulator.vapid_secret("shop")
    credentials.store(application, "webpush", "production", secret, actor=None)
    return application


def visitors(
    shop: Application, simulator: RunningSimulator, host: str, names: list[str]
) -> list[str]:
    """People with one browser each; returns the endpoints."""
    key, at = credentials.web_key(shop), timezone.now()
    made = [simulator.subscription(name, host=host, key=key) for name in names]
    for name, one in zip(names, made, strict=True):
        registration.register(
            shop,
            registration.Registration(
                key=name,
                platform="web",
                gateway="webpush",
                token=one.endpoint,
                p256dh=one.p256dh,
                auth=one.auth,
                vapid_key=key,
                facts=registration.Facts(permission="granted"),
            ),
            at,
        )
    return [one.endpoint for one in made]


def sent(tmp_path: Path) -> Run:
    run = builders.run(builders.campaign())
    while snapshot.freeze_slice(run.pk):
        pass
    Run.objects.filter(pk=run.pk).update(state="sending", started_at=timezone.now())
    send.work(20.0, pace=Pace(flights=tmp_path / "flights"))
    run.refresh_from_db()
    return run


def test_a_service_that_wants_rest_is_asked_no_more_and_the_others_go_on(
    shop: Application, simulator: RunningSimulator, tmp_path: Path, settings: Any
) -> None:
    settings.SEND_WINDOW = 3
    tired = visitors(
        shop, simulator, FIREFOX, [f"throttled-firefox-{n}" for n in range(20)]
    )
    others = [
        *visitors(shop, simulator, CHROME, [f"chrome-{n}" for n in range(10)]),
        *visitors(shop, simulator, SAFARI, [f"safari-{n}" for n in range(10)]),
    ]

    run = sent(tmp_path)

    assert state_counts(run) == {"waiting": 20, "accepted": 20}
    assert all(len(simulator.journal(token=each)) == 1 for each in others)
    asked = sum(len(simulator.journal(token=each)) for each in tired)
    assert 1 <= asked <= settings.SEND_WINDOW
    assert Parked.objects.filter(run=run, tries=0).count() == 20 - asked
    assert shop.credentials.get().paused_at is None
    assert_conserved(run)


def test_each_browser_s_push_is_read_by_that_browser_alone(
    shop: Application, simulator: RunningSimulator, tmp_path: Path
) -> None:
    endpoints = visitors(shop, simulator, SAFARI, [f"reader-{n}" for n in range(5)])

    run = sent(tmp_path)

    bodies = [simulator.journal(token=each)[0]["body"] for each in endpoints]
    assert all(each["notification"]["title"] == "Hello" for each in bodies)
    assert len({each["notification"]["data"]["n"] for each in bodies}) == 5
    assert state_counts(run) == {"accepted": 5}
