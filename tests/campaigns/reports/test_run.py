from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import BatchReason, LeftOut, Receipt, Run
from campaigns.models.reasons import Reason
from campaigns.models.states import BatchState
from campaigns.reports import run as reports
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def half_sent() -> Run:
    """A hundred rows: 10 left out, 60 answered, 30 waiting, 5 of them for a retry."""
    run = builders.run(
        state="sending", audience=100, people=80, devices=95, started_at=NOW
    )
    LeftOut.objects.create(run=run, reason=Reason.NO_DEVICE, rows=5)
    LeftOut.objects.create(run=run, reason=Reason.UNSUBSCRIBED, rows=5)
    android = builders.batch(run, hi=50, accepted=30, failed=5, unknown=2, parked=8)
    retry = builders.batch(
        run, lo=0, hi=8, members=list(range(1, 9)), attempt=2, accepted=3, parked=-3
    )
    apple = builders.batch(run, lo=50, hi=90, gateway="apns", accepted=18, skipped=2)
    rows = [
        (android, Reason.ACCEPTED, 30),
        (android, Reason.TOKEN_DEAD, 5),
        (android, Reason.NO_ANSWER, 2),
        (retry, Reason.ACCEPTED, 3),
        (apple, Reason.ACCEPTED, 18),
        (apple, Reason.UNSUBSCRIBED, 2),
    ]
    for batch, reason, count in rows:
        BatchReason.objects.create(batch=batch, reason=reason, rows=count)
    return run


def test_the_numbers_sum_to_the_audience_while_it_is_sent():
    numbers = reports.numbers(half_sent())

    assert (numbers.accepted, numbers.failed, numbers.unknown) == (51, 5, 2)
    assert numbers.skipped == 12
    assert (numbers.waiting, numbers.done, numbers.audience) == (30, 70, 100)
    assert (numbers.people, numbers.devices) == (80, 95)


def test_each_push_service_has_its_own_numbers():
    apple, android = reports.numbers(half_sent()).by_gateway

    assert (android.gateway, android.accepted, android.waiting) == ("fcm", 33, 10)
    assert (apple.accepted, apple.skipped, apple.waiting) == (18, 2, 20)
    assert apple.label == "Apple Push Notification service"


def test_every_row_with_an_outcome_has_a_reason():
    run = half_sent()

    found = reports.reasons(run)

    assert found[0] == (Reason.ACCEPTED, 51)
    assert (Reason.UNSUBSCRIBED, 7) in found
    assert sum(rows for _reason, rows in found) == reports.numbers(run).done


def test_an_opened_push_is_counted_once_by_its_device():
    run = half_sent()
    for seq, kind in [(1, "received"), (1, "opened"), (2, "opened")]:
        Receipt.objects.create(run=run, seq=seq, kind=kind, at=NOW, received_at=NOW)

    assert reports.numbers(run).opened == 2


def test_the_speed_of_a_finished_run_is_that_of_its_whole_time():
    run = builders.run(
        state="finished",
        audience=600,
        started_at=NOW,
        finished_at=NOW + timedelta(seconds=20),
    )
    builders.batch(run, hi=600, accepted=600, state=BatchState.CLOSED)

    numbers = reports.numbers(run)

    assert numbers.per_second == pytest.approx(30)
    assert numbers.ends_at is None


def test_a_run_under_way_says_when_it_will_end():
    run = half_sent()
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() - interval '6 seconds'")
        run.started_at = cursor.fetchone()[0]

    numbers = reports.numbers(run)

    assert numbers.per_second == pytest.approx(10, rel=0.2)
    left = numbers.ends_at - run.started_at - timedelta(seconds=6)
    assert left.total_seconds() == pytest.approx(3, abs=1)


def test_a_run_that_has_sent_nothing_has_no_speed():
    numbers = reports.numbers(builders.run(state="preparing"))

    assert (numbers.per_second, numbers.ends_at, numbers.by_gateway) == (None, None, [])
    assert numbers.audience == 0


def test_the_numbers_cost_the_same_however_large_the_run():
    run = half_sent()

    with CaptureQueriesContext(connection) as queries:
        reports.numbers(run)
        reports.reasons(run)

    assert len(queries) <= 7
    assert not any("campaigns_delivery" in each["sql"] for each in queries)
    assert not any("campaigns_outcome" in each["sql"] for each in queries)
