"""Events are kept once, on time, and by the device that did them."""

from datetime import timedelta

import pytest

from devices import events, registration
from devices.events import BulkEvent, Fate, Happening
from devices.models import Event, Person, Suppression
from devices.models.erasures import Kind, hashed
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

    with django_assert_num_queries(2):  # One learns the names, now and then.
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
        ({"properties": {"amount": "59.9"}}, "bad_amount"),
        ({"properties": {"amount": 59.9, "currency": "€"}}, "bad_currency"),
        ({"properties": {"product": 7}}, "bad_product"),
    ],
)
def test_s30_one_event_at_fault_is_refused_by_itself(changes, code):
    device = installation()

    first, second = events.record(device, [happening("a", **changes), happening()], NOW)

    assert (first.fate, first.code) == (Fate.REFUSED, code)
    assert str(first.message)
    assert second.fate == Fate.RECORDED
    [kept] = events.of_week(device.application_id, NOW)
    assert (kept.code, kept.times, kept.source) == (code, 1, "device")
    assert "59.9" not in str(kept.shape)


@pytest.mark.parametrize("shift", [timedelta(minutes=10), timedelta(days=-30)])
def test_a_clock_a_little_off_is_forgiven(shift):
    assert fates(installation(), happening(at=NOW + shift)) == [Fate.RECORDED]


def test_many_events_load():
    one = person()
    rows = (BulkEvent(one.pk, None, f"e-{n}", "visit", {"n": n}, NOW) for n in range(9))

    assert events.import_many(application().pk, rows, NOW) == 9

    assert one.events.get(key="e-4").properties == {"n": 4}


def test_what_is_refused_is_counted_by_reason_and_forgotten_after_a_week():
    device = installation()
    far = happening(at=NOW - timedelta(days=40), properties={"secret": "s3cret"})

    for _day in range(2):
        events.record(device, [far, far, happening(name="no spaces")], NOW)

    rows = {each.code: each for each in events.of_week(device.application_id, NOW)}
    assert {code: each.times for code, each in rows.items()} == {
        "too_late": 4,
        "bad_name": 2,
    }
    late = rows["too_late"]
    assert (late.pointer, late.name) == ("/at", "purchase")
    assert late.shape["properties"] == {"secret": "text"}
    assert events.drop_old(NOW + timedelta(days=6)) == 0
    assert events.drop_old(NOW + timedelta(days=7)) == 2


def test_a_server_reports_events_of_many_people_and_nobody_who_was_erased():
    shop, known = application(), person(external_id="u-1")
    gone = hashed(shop.suppression_salt, "u-3")
    Suppression.objects.create(
        application=shop, kind=Kind.EXTERNAL_ID, hash=gone, at=NOW
    )
    batch = [happening(f"e-{name}", person=name) for name in ("u-1", "u-2", "u-3")]

    first = registration.record_events(shop, [*batch, batch[0]], NOW)
    again = registration.record_events(shop, batch, NOW)

    assert [(each.fate, each.code) for each in first] == [
        ("recorded", ""),
        ("recorded", ""),
        ("refused", "erased"),
        ("duplicate", ""),
    ]
    assert [each.fate for each in again[:2]] == ["duplicate", "duplicate"]
    assert known.events.get().installation is None
    assert Person.objects.get(external_id="u-2").events.count() == 1
    assert not Person.objects.filter(external_id="u-3").exists()
