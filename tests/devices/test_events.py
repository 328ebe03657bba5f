"""Events are kept once, on time, and by the device that did them."""

from datetime import timedelta

import pytest

from devices import events, registration
from devices.events import BulkEvent, Fate, Happening
from devices.models import Event
from tests.builders import NOW, application, installation, person

pytestmark = pytest.mark.django_db


def happening(key="e-1", **changes) -> Happening:
    return Happening(**{"key": key, "name": "purchase", "at": NOW} | changes)


def fates(device, *happenings) -> list[Fate]:
    return [answer.fate for answer in events.record(device, happenings, NOW)]


def test_a_batch_is_one_statement_and_each_event_gets_its_answer(
    django_assert_num_queries,
):
    device = installation()
    batch = [happening(f"e-{n}", properties={"n": n}) for n in range(100)]

    with django_assert_num_queries(1):
        answers = fates(device, *batch)

    assert answers == [Fate.RECORDED] * 100
    kept = Event.objects.get(key="e-7")
    assert kept.properties == {"n": 7}
    assert (kept.person, kept.installation) == (device.person, device)
    assert (kept.at, kept.received_at) == (NOW, NOW)


def test_a_repeat_is_a_duplicate_within_a_batch_and_across():
    device = installation()

    assert fates(device, happening("a"), happening("a"), happening("b")) == [
        Fate.RECORDED,
        Fate.DUPLICATE,
        Fate.RECORDED,
    ]
    assert fates(device, happening("a"), happening("c")) == [
        Fate.DUPLICATE,
        Fate.RECORDED,
    ]
    assert Event.objects.count() == 3


def test_s30_a_captured_event_replayed_after_logout_is_not_counted_again():
    device = installation(person(external_id="u-42"))
    fates(device, happening("a"))

    device = registration.reset(device, NOW)

    assert fates(device, happening("a")) == [Fate.DUPLICATE]


def test_two_people_may_use_the_same_event_id():
    assert fates(installation(), happening("a")) == [Fate.RECORDED]
    assert fates(installation(), happening("a")) == [Fate.RECORDED]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"at": NOW + timedelta(minutes=10, seconds=1)}, "in_the_future"),
        ({"at": NOW - timedelta(days=30, seconds=1)}, "too_late"),
        ({"name": "no spaces"}, "bad_name"),
        ({"name": ""}, "bad_name"),
        ({"properties": {"a": "x" * 4096}}, "too_long"),
    ],
)
def test_s30_one_event_at_fault_is_refused_by_itself(changes, code):
    device = installation()

    first, second = events.record(device, [happening("a", **changes), happening()], NOW)

    assert (first.fate, first.code) == (Fate.REFUSED, code)
    assert str(first.message)
    assert second.fate == Fate.RECORDED


@pytest.mark.parametrize("shift", [timedelta(minutes=10), timedelta(days=-30)])
def test_a_clock_a_little_off_is_forgiven(shift):
    assert fates(installation(), happening(at=NOW + shift)) == [Fate.RECORDED]


def test_many_events_load():
    one = person()
    rows = (BulkEvent(one.pk, None, f"e-{n}", "visit", {"n": n}, NOW) for n in range(9))

    assert events.import_many(application().pk, rows, NOW) == 9

    assert one.events.get(key="e-4").properties == {"n": 4}
