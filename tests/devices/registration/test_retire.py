"""What providers' answers do: compare and set, strikes, second chances."""

from datetime import timedelta

import pytest

from devices import registration
from devices.gateways.base import CredentialRefused
from devices.models import AuditEvent, Installation, InstallationChange
from devices.refusals import Refused
from tests.builders import NOW, application, installation, token_hash, user

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)


def fresh(one: Installation) -> Installation:
    return Installation.objects.select_related("gcm").get(pk=one.pk)


def attempt(one: Installation, at=NOW):
    return (one.pk, bytes(one.token_hash), at)


def test_dead_tokens_are_retired_in_one_statement(django_assert_num_queries):
    phones = [installation() for _ in range(3)]

    with django_assert_num_queries(1):
        count = registration.retire_dead([attempt(p) for p in phones], NOW + HOUR)

    assert count == 3
    for phone in map(fresh, phones):
        assert phone.retired_at == NOW + HOUR
        assert phone.retired_reason == "token dead"
        assert not phone.gcm.active
    lines = InstallationChange.objects.values_list("kind", "new", "cause")
    assert set(lines) == {("retired", "token dead", "provider: token dead")}


def test_a_token_that_was_refreshed_since_stays_alive():
    phone = installation(token="old")
    sent = attempt(phone)
    registration.refresh_token(phone, "new", NOW)

    assert registration.retire_dead([sent], NOW + HOUR) == 0

    assert fresh(phone).gcm.active
    assert fresh(phone).retired_at is None


def test_a_token_registered_after_the_attempt_started_stays_alive():
    phone = installation(last_registered_at=NOW + timedelta(seconds=1))

    assert registration.retire_dead([attempt(phone)], NOW + HOUR) == 0
    assert registration.retire_dead([attempt(phone, NOW + HOUR)], NOW + HOUR) == 1


def test_a_repeated_answer_retires_once():
    phone = installation()

    assert registration.retire_dead([attempt(phone)] * 2, NOW) == 1
    assert registration.retire_dead([attempt(phone)], NOW + HOUR) == 0
    assert fresh(phone).retired_at == NOW


def test_no_answers_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert registration.retire_dead([], NOW) == 0


@pytest.mark.parametrize("platform", ["android", "ios", "web", "windows"])
def test_every_kind_of_library_row_is_switched_off(platform):
    phone = installation(platform=platform)

    registration.retire_dead([attempt(phone)], NOW)

    link = {"android": "gcm", "ios": "apns", "web": "webpush", "windows": "wns"}
    assert not getattr(Installation.objects.get(pk=phone.pk), link[platform]).active


def test_a_wrong_sender_suspends_for_a_day_and_keeps_the_token():
    phone = installation()

    assert registration.strike([attempt(phone)], 7, NOW) == (1, 0)

    assert fresh(phone).suspended_at == NOW
    assert fresh(phone).gcm.active
    assert fresh(phone).retired_at is None
    reachable = Installation.objects.reachable
    assert not reachable(NOW + DAY - HOUR).exists()
    assert reachable(NOW + DAY).get() == phone


def test_a_second_strike_of_another_campaign_a_day_later_retires():
    phone = installation()
    registration.strike([attempt(phone)], 7, NOW)

    assert registration.strike([attempt(phone, NOW + DAY)], 8, NOW + DAY) == (0, 1)

    assert fresh(phone).retired_reason == "wrong sender"
    assert not fresh(phone).gcm.active


@pytest.mark.parametrize(("campaign", "after"), [(7, DAY), (8, DAY - HOUR)])
def test_a_second_strike_of_the_same_campaign_or_day_does_not(campaign, after):
    phone = installation()
    registration.strike([attempt(phone)], 7, NOW)

    _, retired = registration.strike([attempt(phone)], campaign, NOW + after)

    assert retired == 0
    assert fresh(phone).retired_at is None


def test_a_wrong_senders_token_is_not_revived_by_registering_it_again():
    phone = installation(token="foreign", key="phone-1")
    registration.strike([attempt(phone)], 7, NOW)
    registration.strike([attempt(phone)], 8, NOW + DAY)

    again = registration.Registration(
        key="phone-1", platform="android", token="foreign", secret="secret"
    )
    registration.register(application(), again, NOW + DAY + HOUR)
    assert fresh(phone).retired_reason == "wrong sender"

    registration.refresh_token(phone, "ours", NOW + DAY + HOUR)
    assert fresh(phone).retired_at is None
    assert fresh(phone).strikes == 0
    assert fresh(phone).gcm.active


def test_a_strike_of_long_ago_does_not_count():
    phone, later = installation(), NOW + timedelta(days=30, seconds=1)
    registration.strike([attempt(phone)], 7, NOW)

    assert registration.strike([attempt(phone)], 8, later) == (1, 0)

    assert fresh(phone).retired_at is None
    assert fresh(phone).suspended_at == later


def test_a_mended_credential_lifts_suspensions_and_the_audit_log_says_who():
    phone, admin = installation(), user("devices.change_credential")
    registration.strike([attempt(phone)], 7, NOW)

    lifted = registration.lift_suspensions(application(), "fcm", actor=admin, at=NOW)

    assert lifted == 1
    assert fresh(phone).suspended_at is None
    line = AuditEvent.objects.get()
    assert (line.user, line.action) == (admin, "suspensions lifted")


def test_a_test_device_is_enrolled_and_withdrawn_once():
    phone, admin = installation(), user("campaigns.send_test")

    assert registration.enrol_test_device(phone, admin, NOW) == 1
    assert registration.enrol_test_device(phone, admin, NOW) == 0
    assert fresh(phone).tester == admin
    assert registration.withdraw_test_device(phone, admin, NOW) == 1
    assert registration.withdraw_test_device(phone, admin, NOW) == 0
    assert AuditEvent.objects.count() == 2


def test_whoever_lacks_the_right_neither_lifts_enrols_nor_withdraws():
    phone, nobody = installation(), user()
    for asked in (
        lambda: registration.lift_suspensions(
            application(), "fcm", actor=nobody, at=NOW
        ),
        lambda: registration.enrol_test_device(phone, nobody, NOW),
        lambda: registration.withdraw_test_device(phone, nobody, NOW),
    ):
        with pytest.raises((CredentialRefused, Refused), match="not allowed"):
            asked()
    assert not AuditEvent.objects.exists()


def test_the_hash_is_the_one_that_builders_and_ledgers_use():
    assert registration.hash_of("t") == token_hash("t")
