"""The snapshot writes each person and device once, in slices, and always adds up."""

import multiprocessing
import os
import random
import signal
from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.models import F, Sum

from campaigns.delivery import snapshot
from campaigns.models import Batch, Delivery, LeftOut, Run
from campaigns.models.reasons import Reason
from devices.models import Installation
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_key() -> None:
    builders.credential()


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "PEOPLE", 3)
    monkeypatch.setattr(snapshot, "BATCH", 2)


def freeze(run: Run) -> list[Delivery]:
    """All slices; after each one the numbers must add up."""
    while snapshot.freeze_slice(run.pk):
        check(run)
    check(run)
    return list(Delivery.objects.filter(run_id=run.pk).order_by("seq"))


def check(run: Run) -> None:
    run.refresh_from_db()
    rows = list(Delivery.objects.filter(run_id=run.pk).order_by("seq"))
    assert [row.seq for row in rows] == list(range(1, run.audience + 1))
    assert len({row.person_id for row in rows}) == run.people
    assert sum(row.installation_id is not None for row in rows) == run.devices
    batches = list(Batch.objects.filter(run=run).order_by("lo"))
    covered = [seq for each in batches for seq in range(each.lo + 1, each.hi + 1)]
    assert covered == [row.seq for row in rows if row.reason is None]
    left_out = dict(LeftOut.objects.filter(run=run).values_list("reason", "rows"))
    assert left_out == Counter(row.reason for row in rows if row.reason is not None)
    assert sum(left_out.values()) + len(covered) == run.audience
    gateways = dict(Installation.objects.values_list("pk", "gateway"))
    for each in batches:
        assert 0 < each.hi - each.lo <= snapshot.BATCH
        assert (each.done, each.next, each.attempt) == (each.lo, each.lo, 1)
        assert {gateways[row.installation_id] for row in rows[each.lo : each.hi]} == {
            each.gateway
        }


def reasons(run: Run) -> dict[int, list[int | None]]:
    found: dict[int, list[int | None]] = {}
    for row in freeze(run):
        found.setdefault(row.person_id, []).append(row.reason)
    return found


def test_everybody_has_one_row_for_each_device_or_one_that_says_none() -> None:
    run = builders.run()
    two_devices, nothing = builders.person(), builders.person()
    builders.installation(two_devices)
    builders.installation(two_devices)

    assert reasons(run) == {
        two_devices.pk: [None, None],
        nothing.pk: [Reason.NO_DEVICE],
    }


def test_slices_add_up_and_keep_those_to_be_reached_together(
    small_slices: None,
) -> None:
    run = builders.run()
    builders.credential(gateway="apns")
    for number in range(10):
        person = builders.person(
            preference=[None, "opted_in", "unsubscribed"][number % 3]
        )
        for platform in ["android", "ios", "android"][: number % 4]:
            builders.installation(person, platform=platform)

    rows = freeze(run)

    assert run.people == 10
    assert len(rows) == run.audience > 10


def test_a_snapshot_that_is_done_writes_nothing_more() -> None:
    run = builders.run()
    builders.installation()
    freeze(run)

    assert snapshot.freeze_slice(run.pk) is False

    assert Delivery.objects.filter(run_id=run.pk).count() == 1


@pytest.mark.parametrize("state", ["countdown", "sending", "stopped", "cancelled"])
def test_only_a_preparing_run_is_frozen(state: str) -> None:
    run = builders.run(state=state)
    builders.installation()

    assert snapshot.freeze_slice(run.pk) is False

    assert not Delivery.objects.filter(run_id=run.pk).exists()


@pytest.mark.fault("F49")
def test_a_token_is_sent_to_its_latest_owner_only() -> None:
    run = builders.run()
    first = builders.installation(token="same", retired_at=NOW)
    second = builders.installation(token="same", last_registered_at=NOW)

    two_live = pytest.raises(IntegrityError, match="one_live_device_per_token")
    with two_live, transaction.atomic():
        builders.installation(token="same")
    assert reasons(run) == {
        first.person_id: [Reason.TOKEN_INACTIVE],
        second.person_id: [None],
    }
    assert Delivery.objects.filter(token_hash=None).get().person_id == first.person_id


def test_a_device_that_moves_between_two_slices_is_counted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snapshot, "PEOPLE", 1)
    run = builders.run()
    phone = builders.installation()
    other = builders.person()
    snapshot.freeze_slice(run.pk)
    Installation.objects.filter(pk=phone.pk).update(person=other)

    assert reasons(run) == {
        phone.person_id: [None],
        other.pk: [Reason.DUPLICATE_TOKEN],
    }


@pytest.mark.fault("F49")
def test_a_token_that_moves_between_two_slices_is_sent_to_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snapshot, "PEOPLE", 1)
    run = builders.run()
    phone = builders.installation(token="moving")
    other = builders.person()
    snapshot.freeze_slice(run.pk)
    Installation.objects.filter(pk=phone.pk).update(retired_at=NOW)
    builders.installation(other, token="moving", last_registered_at=NOW)

    assert reasons(run) == {
        phone.person_id: [None],
        other.pk: [Reason.DUPLICATE_TOKEN],
    }


def test_rows_of_another_application_stay_out() -> None:
    run = builders.run()
    builders.installation(
        builders.person(application=builders.application(name="Other"))
    )

    assert reasons(run) == {}


def test_a_rule_means_the_same_in_every_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "PEOPLE", 2)
    recent = {"field": "last_seen", "operator": "in_last_days", "value": 10}
    rule = {"version": 1, "match": "all", "rules": [recent]}
    run = builders.run(builders.campaign(segment=builders.segment(rule=rule)))
    seen = [builders.person(last_seen_at=NOW - timedelta(days=n)) for n in range(20)]

    assert list(reasons(run)) == [person.pk for person in seen[:11]]


def crash(run_id: int, people: int, mercy: float) -> None:
    """Freeze slices in a process of its own until it is killed."""
    connections.close_all()
    snapshot.PEOPLE = people
    signal.setitimer(signal.ITIMER_REAL, mercy)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    while snapshot.freeze_slice(run_id):
        pass


@pytest.mark.fault("F13")
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("seed", range(3))
def test_a_snapshot_killed_at_any_moment_adds_up_and_goes_on(seed: int) -> None:
    chance = random.Random(seed)
    run = builders.run()
    for _ in range(120):
        person = builders.person()
        for _ in range(chance.randrange(3)):
            builders.installation(person)
    kills = 0
    while kills < 8:
        connections.close_all()
        child = multiprocessing.get_context("fork").Process(
            target=crash, args=(run.pk, 4, chance.uniform(0.005, 0.05))
        )
        child.start()
        child.join()
        assert child.exitcode in (0, -signal.SIGKILL)
        check(run)
        if child.exitcode == 0:
            break
        kills += 1

    freeze(run)

    assert kills
    assert run.people == 120


def test_a_batch_is_as_large_as_allowed_and_even(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snapshot, "BATCH", 4)
    run = builders.run()
    for _ in range(9):
        builders.installation()

    freeze(run)

    sizes = Batch.objects.filter(run=run).annotate(rows=F("hi") - F("lo"))
    assert sorted(sizes.values_list("rows", flat=True)) == [3, 3, 3]
    assert sizes.aggregate(total=Sum("rows"))["total"] == 9
