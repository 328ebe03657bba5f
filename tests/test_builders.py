"""The builders give rows that the database accepts."""

import pytest

from campaigns.models import Delivery
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("platform", ["ios", "android", "web", "windows"])
def test_a_device_of_any_platform_has_one_live_library_row(platform: str) -> None:
    made = builders.installation(platform=platform)

    link = builders.LIBRARY_OF[made.gateway][0]
    assert getattr(made, link).active


def test_rows_made_without_an_application_share_one() -> None:
    run = builders.run()

    assert builders.installation().application == run.application
    assert builders.credential().application == run.application


def test_a_runs_partition_exists_whatever_its_number() -> None:
    run = builders.run(id=123_456)

    Delivery.objects.create(run_id=run.pk, seq=1, person_id=1)

    assert Delivery.objects.filter(run_id=run.pk).count() == 1


def test_a_member_of_staff_has_the_permissions_asked_for() -> None:
    staff = builders.user("campaigns.stop_run")

    assert staff.has_perm("campaigns.stop_run")
    assert not staff.has_perm("campaigns.launch_campaign")
