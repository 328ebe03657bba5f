"""Who stands behind a number, found quickly even in a run that has just ended."""

import pytest
from django.db import connection

from campaigns.models.reasons import Reason
from campaigns.reports import recipients
from tests import builders

pytestmark = pytest.mark.django_db


def fill(run, rows: int) -> None:
    """Accepted deliveries, two to a person."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_delivery (run_id, seq, person_id)"
            " SELECT %s, n, n / 2 FROM generate_series(1, %s) n",
            [run.pk, rows],
        )
        cursor.execute(
            "INSERT INTO campaigns_outcome (run_id, seq, attempt, reason)"
            " SELECT %s, n, 1, 100 FROM generate_series(1, %s) n",
            [run.pk, rows],
        )


def test_people_are_counted_at_once_in_a_run_that_no_statistics_know():
    """Taken for one row and compared all with all, these would take a minute."""
    fill(builders.run(), 1_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_delivery, campaigns_outcome")
    run = builders.run()
    fill(run, 40_000)
    assert recipients.people(run) == {Reason.ACCEPTED: 20_001}
