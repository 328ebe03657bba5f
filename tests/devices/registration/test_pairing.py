"""A code makes the device on which it is typed somebody's test device."""

from datetime import timedelta

import pytest

from devices import registration
from devices.models import AuditEvent, Installation, InstallationChange, Pairing
from devices.refusals import Refused
from devices.registration import pairing
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def somebody():
    return builders.user("campaigns.send_test")


def offered(user=None, application=None):
    shop = application or builders.application()
    return registration.offer(shop, user or somebody(), NOW)


def refused(phone, code, *, at=NOW):
    with pytest.raises(Refused) as why:
        registration.pair(phone, code, at)
    return why.value.code


def test_a_typed_code_pairs_the_device_and_both_logs_say_so():
    me, phone = somebody(), builders.installation()
    code = offered(me).code

    registration.pair(phone, f" {pairing.shown(code).lower()} ", NOW)

    phone.refresh_from_db()
    assert (phone.is_test, phone.tester) == (True, me)
    assert Pairing.objects.get().installation == phone
    assert AuditEvent.objects.filter(action="test device", user=me).exists()
    assert InstallationChange.objects.filter(installation=phone).exists()


def test_a_code_is_kept_as_a_keyed_hash_and_shown_once():
    made = offered()

    row = Pairing.objects.get()
    kept = [str(getattr(row, each.attname)) for each in row._meta.fields]
    assert not [value for value in kept if made.code in value]
    assert bytes(row.code_hash) == pairing.hash_of(row.application_id, made.code)
    assert len(set(made.code) - set(pairing.SIGNS)) == 0
    assert len(made.code) == 8


def test_a_code_pairs_one_device_only():
    first, second = builders.installation(), builders.installation()
    code = offered().code
    registration.pair(first, code, NOW)

    assert refused(second, code) == "unknown_code"
    assert not Installation.objects.get(pk=second.pk).is_test


def test_a_code_is_good_for_ten_minutes():
    phone = builders.installation()
    code = offered().code

    assert refused(phone, code, at=NOW + timedelta(minutes=10)) == "unknown_code"
    registration.pair(phone, code, NOW + timedelta(minutes=9, seconds=59))


def test_a_new_code_makes_the_one_before_void():
    me, phone = somebody(), builders.installation()
    old, new = offered(me).code, offered(me).code

    assert refused(phone, old) == "unknown_code"
    registration.pair(phone, new, NOW)
    assert Pairing.objects.count() == 1


def test_a_code_of_another_application_pairs_nothing():
    other = builders.application(name="Other")

    code = offered(application=other).code

    assert refused(builders.installation(), code) == "unknown_code"


@pytest.mark.parametrize("change", [{"is_active": False}, {"user_permissions": []}])
def test_a_code_of_somebody_who_may_not_send_tests_any_more_pairs_nothing(change):
    me, phone = somebody(), builders.installation()
    code = offered(me).code
    if "is_active" in change:
        me.is_active = False
        me.save()
    else:
        me.user_permissions.clear()

    assert refused(phone, code) in ("unknown_code", "not_allowed")
    assert not Installation.objects.get(pk=phone.pk).is_test
    assert Pairing.objects.filter(used_at=None).exists()


def test_without_the_right_there_is_no_code():
    with pytest.raises(Refused):
        registration.offer(builders.application(), builders.user(), NOW)


def test_nobody_gets_a_code_for_a_twenty_first_phone():
    me = somebody()
    for _each in range(20):
        builders.tester(tester=me)

    with pytest.raises(Refused, match="20 test phones"):
        offered(me)


def test_a_device_that_nothing_reaches_is_told_to_register_again():
    gone = builders.installation(retired_at=NOW, retired_reason="token_dead")

    assert refused(gone, offered().code) == "unreachable"


def test_a_colleagues_phone_on_which_the_code_is_typed_leaves_their_groups():
    phone = builders.tester()
    group = builders.group_of_testers([phone])
    me = somebody()

    registration.pair(phone, offered(me).code, NOW)

    assert Installation.objects.get(pk=phone.pk).tester == me
    assert list(group.devices.all()) == []
