"""Rows whose workers died travel in smaller and smaller company."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.delivery import batches
from campaigns.models import Batch, Parked
from tests.campaigns.delivery.ledgers import sending_run

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.mark.fault("F59")
@pytest.mark.parametrize(
    ("deaths", "largest"), [(0, 250), (2, 250), (3, 100), (4, 10), (5, 1), (9, 1)]
)
def test_each_death_after_the_second_parts_those_that_were_together(deaths, largest):
    run = sending_run([f"t-{n}" for n in range(250)])
    due = timezone.now() - timedelta(seconds=1)
    first = Batch.objects.get(run=run)
    Parked.objects.bulk_create(
        Parked(run=run, seq=seq, attempt=2, deaths=deaths, due=due, batch=first)
        for seq in range(1, 251)
    )

    batches.gather()

    retries = Batch.objects.exclude(members=None)
    sizes = [len(each.members) for each in retries]
    assert (max(sizes), sum(sizes)) == (largest, 250)
    assert {each.deaths for each in retries} == {deaths}
