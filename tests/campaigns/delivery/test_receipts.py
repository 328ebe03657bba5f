from datetime import timedelta

import pytest
from django.test import override_settings

from campaigns.delivery import receipts
from campaigns.delivery.receipts import Answer, Item
from campaigns.models import Delivery, Receipt, Run
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def delivered(*, reason: int | None = None) -> tuple[Run, str]:
    """A run with one row, and the reference that its push carried."""
    run = builders.run(state="sending")
    device = builders.installation()
    Delivery.objects.create(
        run_id=run.pk,
        seq=1,
        person_id=device.person_id,
        installation_id=device.pk,
        reason=reason,
    )
    return run, receipts.sign(run.pk, 1)


def opened(reference: str, **changes: object) -> Item:
    facts = {"reference": reference, "kind": "opened", "at": NOW}
    return Item(**facts | changes)


def test_a_tap_is_counted_once_however_often_it_is_reported():
    run, reference = delivered()

    together = receipts.record([opened(reference), opened(reference)], at=NOW)
    later = receipts.record([opened(reference)], at=NOW)

    assert together == [Answer.RECORDED, Answer.REPEATED]
    assert later == [Answer.REPEATED]
    assert Receipt.objects.get().run == run


def test_each_kind_is_counted_for_itself():
    _run, reference = delivered()

    items = [opened(reference, kind=kind) for kind in receipts.KINDS]

    assert receipts.record(items, at=NOW) == [Answer.RECORDED] * 3


@pytest.mark.parametrize(
    "forged", ["", "1.1", "1.1.", "zz.1.AAAA", "1.1.é", "..", "1.1." + "A" * 16]
)
def test_a_forged_reference_counts_for_nothing(forged):
    delivered()

    assert receipts.record([opened(forged)], at=NOW) == [Answer.UNKNOWN]


def test_a_reference_cannot_be_turned_into_another_ones():
    run, reference = delivered()
    seal = reference.rpartition(".")[2]

    assert receipts.read(f"{run.pk:x}.2.{seal}") is None
    assert receipts.read(reference) == (run.pk, 1)


def test_a_row_that_was_never_sent_cannot_be_opened():
    _run, reference = delivered(reason=300)

    assert receipts.record([opened(reference)], at=NOW) == [Answer.UNKNOWN]


def test_a_report_is_taken_for_fourteen_days():
    _run, reference = delivered()
    last = NOW - timedelta(days=14)

    old = opened(reference, at=last - timedelta(seconds=1))

    assert receipts.record([old], at=NOW) == [Answer.TOO_OLD]
    assert receipts.record([opened(reference, at=last)], at=NOW) == [Answer.RECORDED]


def test_a_device_whose_clock_is_ahead_opened_it_now():
    _run, reference = delivered()

    receipts.record([opened(reference, at=NOW + timedelta(days=400))], at=NOW)

    assert Receipt.objects.get().at == NOW


def test_references_survive_a_change_of_the_secret_key():
    _run, reference = delivered()

    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
        assert receipts.read(reference) is None
    from_before = override_settings(SECRET_KEY="old")
    with from_before:
        reference = receipts.sign(7, 8)
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
        assert receipts.read(reference) == (7, 8)
