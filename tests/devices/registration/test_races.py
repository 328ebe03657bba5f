"""Two at once: real threads on the real database end in one row."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from devices import registration
from devices.models import Installation, Person
from devices.registration import Registration
from tests.builders import NOW, application
from tests.threads import at_once, connected, until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

CALLERS = 4


def registering(key, token, at=NOW):
    shop = application()
    given = Registration(key=key, platform="android", token=token)
    return lambda: registration.register(shop, given, at)


@pytest.mark.parametrize("round_", range(5))
def test_the_same_installation_id_at_once_is_one_row_and_one_secret(round_):
    answers = at_once(*[registering("phone", "token")] * CALLERS)

    assert Installation.objects.count() == 1
    assert Person.objects.count() == 1
    assert [a.created for a in answers].count(True) == 1
    assert len([a for a in answers if a.secret]) == 1


@pytest.mark.parametrize("round_", range(5))
def test_the_same_token_at_once_is_live_once(round_):
    at_once(*[registering(f"phone-{n}", "token") for n in range(CALLERS)])

    live = Installation.objects.filter(gcm__active=True)
    assert live.get().retired_at is None
    assert Installation.objects.filter(retired_reason="held").count() == CALLERS - 1


@pytest.mark.parametrize("round_", range(5))
def test_two_devices_that_swap_tokens_at_once_do_not_deadlock(round_):
    later = NOW + timedelta(days=2)
    registering("a", "token-a")()
    registering("b", "token-b")()

    at_once(registering("a", "token-b", later), registering("b", "token-a", later))

    tokens = Installation.objects.filter(gcm__active=True).values_list(
        "gcm__registration_id", flat=True
    )
    assert len(tokens) == len(set(tokens)) > 0


@pytest.mark.parametrize("round_", range(5))
def test_a_refresh_and_a_dead_answer_at_once_never_lose_the_new_token(round_):
    phone = registering("phone", "old")().installation
    attempt = (phone.pk, registration.hash_of("old"), NOW)

    at_once(
        lambda: registration.refresh_token(phone, "new", NOW + timedelta(minutes=1)),
        lambda: registration.retire_dead([attempt], NOW + timedelta(minutes=1)),
    )

    row = Installation.objects.select_related("gcm").get(pk=phone.pk)
    assert row.gcm.registration_id == "new"
    assert row.gcm.active
    assert row.retired_at is None


def test_a_token_that_is_registered_while_its_device_is_revived_lives_once():
    old = registering("old", "token")().installation
    dead = [(old.pk, bytes(old.token_hash), NOW)]
    registration.retire_dead(dead, NOW, actor="run 1")

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert registration.revive(dead, NOW, actor="run 1", by="eve") == 1
            register = pool.submit(connected, registering("new", "token"))
            until_somebody_waits_for_a_lock()
        answer = register.result(30)

    assert answer.installation.retired_reason == "held"
    assert Installation.objects.get(gcm__active=True) == old


def test_a_device_whose_token_is_registered_meanwhile_is_not_revived():
    old = registering("old", "token")().installation
    dead = [(old.pk, bytes(old.token_hash), NOW)]
    registration.retire_dead(dead, NOW, actor="run 1")
    revive = partial(registration.revive, dead, NOW, actor="run 1", by="eve")

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            new = registering("new", "token")().installation
            revived = pool.submit(connected, revive)
            until_somebody_waits_for_a_lock()
        assert revived.result(30) == 0

    assert Installation.objects.get(gcm__active=True) == new


@pytest.mark.parametrize("round_", range(5))
def test_logins_of_the_same_new_person_at_once_are_one_person(round_):
    phones = [registering(f"p-{n}", f"t-{n}")().installation for n in range(CALLERS)]

    at_once(
        *[lambda p=phone: registration.identify(p, "u-42", NOW) for phone in phones]
    )

    known = Person.objects.get(external_id="u-42")
    assert known.installations.count() == CALLERS
    assert Person.objects.present().count() == 1


def test_overlapping_dead_answers_of_two_workers_do_not_deadlock():
    phones = [registering(f"p-{n}", f"t-{n}")().installation for n in range(50)]
    rows = [(p.pk, bytes(p.token_hash), NOW) for p in phones]

    counts = at_once(
        lambda: registration.retire_dead(rows, NOW),
        lambda: registration.retire_dead(rows[::-1], NOW),
    )

    assert sum(counts) == 50
