"""One run to devices of every kind: each by its own gateway, in its own world."""

from collections import defaultdict
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.delivery import send, snapshot
from campaigns.delivery.pace import Pace
from campaigns.models import Run
from devices.gateways.base import Push, Verdict
from devices.gateways.memory import MemoryGateway
from devices.models import Installation
from devices.registration import retiring
from tests import builders
from tests.campaigns.delivery.ledgers import assert_conserved, state_counts

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

Place = tuple[str, str]

DEVICES = {
    ("fcm", "production"): [("android", "fcm-1"), ("ios", "fcm-2")],
    ("apns", "production"): [("ios", "aa"), ("ios", "ab"), ("ios", "ac")],
    ("apns", "sandbox"): [("ios", "fa")],
    ("webpush", "production"): [("web", "https://a.example/1")],
    ("wns", "production"): [("windows", "https://b.notify.windows.com/?token=1")],
}


class Channels:
    """A gateway of its own for each kind and environment."""

    def __init__(self, **answers: object) -> None:
        self.gateways: dict[Place, MemoryGateway] = defaultdict(
            lambda: MemoryGateway(**answers)
        )

    def __call__(self, application: int, kind: str, environment: str) -> MemoryGateway:
        return self.gateways[kind, environment]

    def sent(self) -> dict[Place, list[Push]]:
        return {place: gateway.sent for place, gateway in self.gateways.items()}


@pytest.fixture
def pace(tmp_path):
    return Pace(flights=tmp_path)


def sending(**changes) -> Run:
    """A run to everybody, frozen and on its way."""
    campaign = builders.campaign(**changes)
    run = builders.run(campaign)
    while snapshot.freeze_slice(run.pk):
        pass
    Run.objects.filter(pk=run.pk).update(state="sending", started_at=timezone.now())
    run.refresh_from_db()
    return run


def devices() -> None:
    """One person for each device of DEVICES, and a key for each of its worlds."""
    for (gateway, environment), tokens in DEVICES.items():
        builders.credential(gateway=gateway, environment=environment)
        for platform, token in tokens:
            builders.installation(
                builders.person(preference="opted_in"),
                platform=platform,
                gateway=gateway,
                environment=environment,
                token=token,
                vapid_key="K" if gateway == "webpush" else "",
            )


def test_one_run_reaches_every_kind_by_its_own_gateway_and_environment(pace):
    devices()
    run = sending()
    channels = Channels()

    send.work(120.0, pace=pace, channel=channels)

    assert {
        place: sorted(push.token for push in pushes)
        for place, pushes in channels.sent().items()
    } == {place: [token for _, token in tokens] for place, tokens in DEVICES.items()}
    assert state_counts(run) == {"accepted": 8}
    assert_conserved(run)


def test_only_a_browsers_push_carries_a_subscription(pace):
    devices()
    sending()
    channels = Channels()

    send.work(120.0, pace=pace, channel=channels)

    carried = {
        push.token: push.subscription
        for pushes in channels.sent().values()
        for push in pushes
        if push.subscription is not None
    }
    endpoint = "https://a.example/1"
    assert carried == {endpoint: (f"p256dh of {endpoint}", "auth", "K")}


def test_an_image_and_buttons_reach_every_gateway(pace):
    devices()
    sending(
        image="https://cdn.example.com/sale.png",
        buttons=[{"label": "Buy", "link": "https://shop.example/buy"}],
    )
    channels = Channels()

    send.work(120.0, pace=pace, channel=channels)

    pushes = [push for sent in channels.sent().values() for push in sent]
    assert len(pushes) == 8
    assert {push.image for push in pushes} == {"https://cdn.example.com/sale.png"}
    assert {push.buttons for push in pushes} == {
        (("b1", "Buy", "https://shop.example/buy"),)
    }


def test_a_token_that_turned_out_to_be_a_sandbox_one_is_not_sent_to_production(pace):
    """It left between the snapshot and its turn: the other world would refuse it."""
    devices()
    run = sending()
    moved = Installation.objects.get(token_hash=builders.token_hash("aa"))
    Installation.objects.filter(pk=moved.pk).update(environment="sandbox")
    channels = Channels()

    send.work(120.0, pace=pace, channel=channels)

    tokens = {push.token for sent in channels.sent().values() for push in sent}
    assert "aa" not in tokens
    assert state_counts(run) == {"accepted": 7, "skipped": 1}


@pytest.mark.parametrize(
    ("registered", "is_retired"), [(-1, True), (0, True), (1, False)]
)
def test_a_device_registered_after_its_provider_saw_it_die_stays(
    registered, is_retired, pace
):
    builders.credential(gateway="apns")
    died = timezone.now() - timedelta(days=2)
    person = builders.person(preference="opted_in")
    phone = builders.installation(
        person,
        platform="ios",
        token="aa",
        last_registered_at=died + timedelta(seconds=registered),
    )
    run = sending()

    send.work(
        120.0,
        pace=pace,
        channel=Channels(
            verdicts={"aa": Verdict.TOKEN_DEAD}, since={"aa": died.timestamp()}
        ),
    )

    phone.refresh_from_db()
    assert (phone.retired_at is not None) == is_retired
    assert phone.apns.active == (not is_retired)
    assert state_counts(run) == {"failed": 1}, "the delivery failed in any case"


def test_a_moment_that_is_no_time_counts_for_nothing():
    attempt = (1, b"hash", timezone.now())

    told = retiring.told(attempt, since=float("1e300"))

    assert told == attempt
