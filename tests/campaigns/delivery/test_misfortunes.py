"""What goes wrong at the worst moment, and who must not suffer from it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.delivery import batches, send, ticking
from campaigns.delivery.flight import Flight
from campaigns.delivery.pace import Pace
from campaigns.models import Batch
from devices.gateways.base import GatewayMisconfigured, Result, Verdict
from devices.gateways.memory import MemoryGateway
from devices.models import Credential, Installation
from tests.campaigns.delivery.ledgers import (
    assert_conserved,
    sending_run,
    state_counts,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def pace(tmp_path):
    return Pace(flights=tmp_path, lease=30.0, chunk=3)


def test_a_secret_that_cannot_be_opened_pauses_its_gateway(pace, settings):
    settings.SIMULATOR = "127.0.0.1:1"
    run = sending_run(["a"])
    Credential.objects.update(sealed=b"under another key")

    send.work(5.0, pace=pace)

    assert "CREDENTIAL_KEY" in Credential.objects.get().pause_reason
    assert state_counts(run) == {"waiting": 1}
    assert_conserved(run)


def test_a_run_without_its_key_keeps_no_other_run_waiting(pace):
    orphan, other = sending_run(["a"]), sending_run(["b"])
    gateway = MemoryGateway()
    asked = []

    def channel(*place):
        asked.append(place)
        if len(asked) == 1:
            raise GatewayMisconfigured("no key")
        return gateway

    Credential.objects.all().delete()
    Batch.objects.filter(run=orphan).update(due=timezone.now() - timedelta(hours=1))
    send.work(5.0, pace=pace, channel=channel)

    assert state_counts(orphan) == {"waiting": 1}
    assert Batch.objects.get(run=orphan).due > timezone.now()
    assert Batch.objects.get(run=other).state == 2


def test_the_sweep_retires_what_a_dead_worker_had_learnt(pace):
    run = sending_run(["gone"])
    claim = batches.claim("dead", lease=30, flights=pace.flights)
    journal = Flight(pace.flights, batch=claim.batch, token=claim.token, base=0, end=1)
    Batch.objects.update(next=1)
    journal.came_back(1, Result(reference=1, verdict=Verdict.TOKEN_DEAD))
    journal.abandon()
    Batch.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert batches.claim("next", lease=30, flights=pace.flights) is None

    ticking.sweep(at=timezone.now())

    run.refresh_from_db()
    assert run.state == "finished"
    assert Installation.objects.get().retired_at is not None
