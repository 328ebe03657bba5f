"""Devices that a push service calls gone, and when a person has to decide (F3)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns.delivery import batches, dead_tokens, lifecycle, send
from campaigns.delivery.pace import Pace
from campaigns.models import Batch, BatchReason, Run
from campaigns.models.reasons import Reason
from devices.gateways.base import Verdict
from devices.gateways.memory import MemoryGateway
from devices.models import AuditEvent, Installation, InstallationChange
from tests import builders
from tests.campaigns.delivery.ledgers import assert_conserved, sending_run

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


SILENT = {"all": {"kind": "silent"}}


@pytest.fixture
def pace(tmp_path):
    return Pace(flights=tmp_path, lease=30.0)


@pytest.fixture
def administrator():
    return builders.user("devices.change_installation")


def send_to(rows: int, *, dead: int, pace: Pace, **changes) -> Run:
    """A run to so many, of whom every so-manieth is dead: ``dead`` per cent."""
    tokens = [f"t-{n}" for n in range(rows)]
    run = sending_run(tokens, **changes)
    gone = [token for n, token in enumerate(tokens) if n % 100 < dead]
    gateway = MemoryGateway(dict.fromkeys(gone, Verdict.TOKEN_DEAD))
    send.work(60.0, pace=pace, channel=lambda *_: gateway)
    run.refresh_from_db()
    assert run.state == "finished"
    assert_conserved(run)
    return run


def retired() -> int:
    return Installation.objects.exclude(retired_at=None).count()


def off() -> int:
    return Installation.objects.filter(gcm__active=False).count()


def test_nobody_is_asked_while_a_batch_is_locked(pace):
    run = sending_run(["dead", "b"])
    claim = batches.claim("one", lease=30, flights=pace.flights)
    Batch.objects.update(accepted=300, failed=300)
    BatchReason.objects.create(batch_id=claim.batch, reason=Reason.TOKEN_DEAD, rows=300)
    dead = [(1, b"hash", timezone.now())]

    with transaction.atomic():
        dead_tokens.found(claim, dead, decided="", at=timezone.now())
        assert Run.objects.get(pk=run.pk).dead_tokens == "", "late truth has the run"

    assert Run.objects.get(pk=run.pk).dead_tokens == "asked"
    assert retired() == 0


def test_few_dead_devices_are_switched_off(pace):
    run = send_to(1000, dead=10, pace=pace)
    assert (retired(), off()) == (100, 100)
    assert run.dead_tokens == ""


def test_many_dead_devices_of_few_answers_are_switched_off(pace):
    send_to(300, dead=30, pace=pace)
    assert (retired(), off()) == (90, 90)


@pytest.mark.fault("F39")
def test_when_too_many_are_dead_none_is_switched_off_and_somebody_is_asked(pace):
    run = send_to(600, dead=30, pace=pace)
    assert (retired(), off()) == (0, 0)
    assert run.dead_tokens == "asked"
    assert AuditEvent.objects.filter(action="asked about dead devices").count() == 1


def test_one_click_switches_them_off_and_another_on_again(pace, administrator):
    run = send_to(600, dead=30, pace=pace)
    later = timezone.now()

    assert dead_tokens.apply(run, user=administrator, at=later) == 180
    assert (retired(), off()) == (180, 180)

    assert dead_tokens.undo(run, user=administrator, at=later) == 180
    assert (retired(), off()) == (0, 0)
    told = InstallationChange.objects.order_by("id").values_list("kind", "actor")
    assert told.first() == ("retired", f"run {run.pk}")
    assert told.last() == ("revived", administrator.username)
    actions = AuditEvent.objects.exclude(user=None).values_list("action", flat=True)
    assert set(actions) == {
        "switched dead devices off",
        "switched devices on again",
    }


def test_one_click_leaves_them_and_nobody_is_asked_again(pace, administrator):
    run = send_to(600, dead=30, pace=pace)
    dead_tokens.dismiss(run, user=administrator, at=timezone.now())
    assert retired() == 0
    with pytest.raises(lifecycle.WrongState):
        dead_tokens.apply(run, user=administrator, at=timezone.now())


def test_only_who_may_change_devices_decides(pace):
    run = send_to(600, dead=30, pace=pace)
    for decide in (
        lambda who: dead_tokens.apply(run, user=who, at=timezone.now()),
        lambda who: dead_tokens.undo(run, user=who, at=timezone.now()),
        lambda who: dead_tokens.dismiss(run, user=who, at=timezone.now()),
    ):
        with pytest.raises(lifecycle.NotAllowed):
            decide(builders.user("campaigns.launch_campaign"))
    assert retired() == 0


@pytest.mark.fault("F39")
def test_a_device_that_registered_since_is_left_alone(pace, administrator):
    run = send_to(600, dead=30, pace=pace)
    first = Installation.objects.order_by("pk").first()
    Installation.objects.filter(pk=first.pk).update(
        last_registered_at=timezone.now() + timedelta(seconds=1)
    )
    assert dead_tokens.apply(run, user=administrator, at=timezone.now()) == 179


def test_a_device_retired_for_another_cause_stays_so(pace, administrator):
    run = send_to(100, dead=10, pace=pace)
    Installation.objects.exclude(retired_at=None).update(retired_reason="forgotten")
    assert dead_tokens.undo(run, user=administrator, at=timezone.now()) == 0


def test_a_silent_push_finds_out_which_apps_are_gone_where_nothing_may_be_shown(pace):
    run = sending_run(["kept", "gone"], campaign={"platforms": SILENT})
    Installation.objects.update(permission="denied")
    gateway = MemoryGateway({"gone": Verdict.TOKEN_DEAD})

    send.work(60.0, pace=pace, channel=lambda *_: gateway)

    run.refresh_from_db()
    assert (run.state, retired(), off()) == ("finished", 1, 1)
    assert [push.token for push in gateway.sent] == ["kept", "gone"]
