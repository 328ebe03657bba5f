import pytest

from campaigns.delivery import counting
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def test_a_segment_is_counted_in_people_and_in_devices():
    owner = builders.person()
    builders.installation(owner)
    builders.installation(owner)
    builders.person()
    segment = builders.segment()

    assert counting.count_segment(segment.pk, at=NOW)

    segment.refresh_from_db()
    assert (segment.people_count, segment.device_count) == (2, 2)
    assert segment.counted_at == NOW


def test_a_segment_that_is_gone_is_not_counted():
    assert not counting.count_segment(1, at=NOW)
