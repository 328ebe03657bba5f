"""A device says: here I am. Upsert, secrets, and who may have a token."""

from dataclasses import replace
from datetime import timedelta

import pytest

from devices import registration
from devices.models import Installation, InstallationChange
from devices.refusals import Refused
from devices.registration import Facts, Registered, Registration
from tests.builders import NOW, application

pytestmark = pytest.mark.django_db

DAY = timedelta(hours=24)
PHONE = Registration(key="phone-1", platform="android", token="token-1")


def register(given: Registration = PHONE, at=NOW) -> Registered:
    return registration.register(application(), given, at)


def fresh(installation: Installation) -> Installation:
    return Installation.objects.select_related("gcm", "person").get(pk=installation.pk)


def causes(installation: Installation) -> list[tuple[str, str]]:
    rows = InstallationChange.objects.filter(installation=installation).order_by("pk")
    return list(rows.values_list("kind", "new"))


def test_a_new_device_gets_a_secret_an_anonymous_person_and_a_live_token():
    answer = register()

    phone = fresh(answer.installation)
    assert answer.created
    assert answer.secret.startswith("ds_")
    assert len(answer.secret) >= 43
    assert phone.person.external_id is None
    assert phone.person.last_seen_at == NOW
    assert (phone.gcm.registration_id, phone.gcm.active) == ("token-1", True)
    assert phone.gcm.user is None
    assert bytes(phone.token_hash) == registration.hash_of("token-1")
    assert registration.is_secret_of(phone, answer.secret)
    assert causes(phone) == [("registered", "live")]


def test_the_secret_itself_is_nowhere_in_the_row():
    answer = register()

    row = Installation.objects.filter(pk=answer.installation.pk).values().get()
    assert answer.secret not in repr(row)
    assert answer.secret not in repr(answer)


def test_registering_again_is_a_refresh_and_never_already_exists():
    first = register()
    later = register(at=NOW + timedelta(hours=1))

    assert not later.created
    assert later.secret is None
    assert later.installation.pk == first.installation.pk
    assert Installation.objects.count() == 1
    phone = fresh(first.installation)
    assert phone.last_registered_at == NOW + timedelta(hours=1)
    assert phone.last_seen_at == NOW, "only its secret proves that it was heard of"


def test_a_proved_refresh_is_a_sign_of_life():
    first = register()

    register(replace(PHONE, secret=first.secret), at=NOW + timedelta(hours=1))

    assert fresh(first.installation).last_seen_at == NOW + timedelta(hours=1)


def test_a_lost_secret_is_replaced_only_after_a_day_of_silence():
    first = register()

    early = register(at=NOW + DAY - timedelta(seconds=1))
    late = register(at=NOW + DAY)

    assert early.secret is None
    assert late.secret
    assert late.secret != first.secret
    phone = fresh(first.installation)
    assert registration.is_secret_of(phone, late.secret)
    assert not registration.is_secret_of(phone, first.secret)


def test_a_proved_device_may_bring_a_new_token():
    first = register()

    moved = replace(PHONE, token="token-2", secret=first.secret)
    second = register(moved, at=NOW + timedelta(minutes=1))

    phone = fresh(first.installation)
    assert second.secret is None
    assert phone.person_id == first.installation.person_id
    assert (phone.gcm.registration_id, phone.gcm.active) == ("token-2", True)
    assert bytes(phone.token_hash) == registration.hash_of("token-2")


def test_a_known_id_with_a_foreign_token_never_gets_its_persons_messages():
    victim = register()
    registration.identify(victim.installation, "u-42", NOW)

    thief = register(replace(PHONE, token="thief"), at=NOW + timedelta(minutes=1))

    phone = fresh(thief.installation)
    assert phone.pk == victim.installation.pk
    assert phone.person.external_id is None
    assert phone.gcm.registration_id == "thief"
    assert thief.secret
    assert not registration.is_secret_of(phone, victim.secret)
    assert ("replaced", "") in causes(phone)


def test_a_reinstalled_test_device_is_no_test_device_until_enrolled_again(
    django_user_model,
):
    phone = register().installation
    user = django_user_model.objects.create_superuser(username="tester")
    registration.enrol_test_device(phone, user, NOW)

    again = register(replace(PHONE, token="token-2")).installation

    assert not fresh(again).is_test
    assert fresh(again).tester is None


def test_a_token_moves_to_a_new_installation_when_the_old_one_was_silent_for_a_day():
    old = register().installation

    new = register(replace(PHONE, key="phone-2"), at=NOW + DAY).installation

    old, new = fresh(old), fresh(new)
    assert (old.retired_reason, old.gcm.active) == ("moved", False)
    assert (new.retired_at, new.gcm.active) == (None, True)
    assert causes(old)[-1] == ("retired", "moved")
    assert causes(new) == [("registered", "live"), ("took over", "")]


def test_a_token_of_a_device_heard_of_lately_waits_and_the_answer_does_not_tell():
    old = register()
    unknown = register(replace(PHONE, key="phone-3", token="token-3"))

    known = register(replace(PHONE, key="phone-2"), at=NOW + timedelta(hours=1))

    held = fresh(known.installation)
    assert known.created
    assert len(known.secret) == len(unknown.secret)
    assert (held.retired_reason, held.gcm.active) == ("held", False)
    assert fresh(old.installation).gcm.active
    later = register(replace(PHONE, key="phone-2"), at=NOW + DAY)
    assert fresh(later.installation).gcm.active
    assert fresh(old.installation).retired_reason == "moved"


def test_one_token_is_live_once_in_an_application_and_once_in_another_one():
    other = application(name="Other")
    register()

    theirs = registration.register(other, PHONE, NOW).installation

    assert fresh(theirs).gcm.active
    assert Installation.objects.filter(retired_at=None).count() == 2


def test_the_same_persons_new_installation_takes_the_token_at_once():
    old = register().installation
    registration.identify(old, "u-42", NOW)
    new = register(replace(PHONE, key="phone-2", token="token-2")).installation
    new = registration.identify(new, "u-42", NOW)

    registration.refresh_token(new, "token-1", NOW + timedelta(minutes=1))

    assert fresh(old).retired_reason == "moved"
    assert fresh(new).gcm.registration_id == "token-1"
    assert fresh(new).gcm.active


def test_a_dead_token_lives_again_when_the_app_registers_it_again():
    phone = register().installation
    attempt = (phone.pk, registration.hash_of("token-1"), NOW)
    registration.retire_dead([attempt], NOW + timedelta(minutes=1))

    register(at=NOW + timedelta(minutes=2))

    assert fresh(phone).retired_at is None
    assert fresh(phone).retired_reason == ""
    assert fresh(phone).gcm.active
    assert causes(phone)[-2:] == [("retired", "token dead"), ("revived", "live")]


def test_a_forgotten_device_comes_back_as_a_new_one():
    first = register()
    registration.forget(first.installation, NOW)
    gone = fresh(first.installation)
    assert (gone.gcm.registration_id, gone.gcm.active) == ("", False)
    assert not registration.is_secret_of(gone, first.secret)

    again = register(at=NOW + timedelta(minutes=1))

    back = fresh(again.installation)
    assert again.secret
    assert back.person_id != first.installation.person_id
    assert (back.gcm.registration_id, back.gcm.active) == ("token-1", True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": ""}, "/installation_id"),
        ({"key": "x" * 129}, "/installation_id"),
        ({"key": "a\0b"}, "/installation_id"),
        ({"platform": "fridge"}, "/platform"),
        ({"gateway": "apns"}, "/gateway"),
        ({"token": ""}, "/token"),
        ({"token": "with space"}, "/token"),
        ({"token": "t" * 4097}, "/token"),
        ({"facts": Facts(zone="Paris")}, "/timezone"),
        ({"facts": Facts(locale="french!")}, "/locale"),
        ({"facts": Facts(permission="maybe")}, "/permission"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(changes, field):
    with pytest.raises(Refused) as refused:
        register(replace(PHONE, **changes))

    assert refused.value.field == field
    assert not Installation.objects.exists()


def test_a_mistyped_zone_is_answered_with_the_right_one():
    with pytest.raises(Refused, match="Europe/Paris"):
        register(replace(PHONE, facts=Facts(zone="Paris")))


def test_facts_reach_the_device_and_the_person():
    facts = Facts(
        permission="granted",
        model="Pixel 9",
        os_version="15",
        app_version="5.10.0",
        locale="fr_ca",
        zone="America/Toronto",
    )

    phone = fresh(register(replace(PHONE, facts=facts)).installation)

    assert phone.app_version_order == "00000005.00000010"
    assert (phone.locale, phone.zone) == ("fr-CA", "America/Toronto")
    assert (phone.person.locale, phone.person.country) == ("fr-CA", "CA")
    assert phone.person.zone == "America/Toronto"


def test_what_is_not_said_is_not_changed():
    facts = Facts(model="Pixel 9", app_version="5.9")
    phone = register(replace(PHONE, facts=facts)).installation

    register(replace(PHONE, facts=Facts(app_version="5.10")))

    assert fresh(phone).model == "Pixel 9"
    assert fresh(phone).app_version == "5.10"
