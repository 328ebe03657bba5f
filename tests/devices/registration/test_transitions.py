"""Every transition of a subscription, one line each: before, after, why, and when."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from devices import consent, registration
from devices.models import (
    Application,
    ConsentEvent,
    Installation,
    InstallationChange,
    Person,
    Preference,
)
from devices.refusals import Refused
from devices.registration import BulkDevice, Facts, Registration, Report
from tests.builders import NOW, application, installation, person, user

pytestmark = pytest.mark.django_db

DAY = timedelta(hours=24)
LATER = NOW + timedelta(hours=1)
PHONE = Registration(key="phone-1", platform="ios", token="token-1", gateway="fcm")
Line = tuple[str, str, str, str]


def lines(**of: object) -> list[Line]:
    rows = InstallationChange.objects.filter(**of).order_by("pk")
    return list(rows.values_list("kind", "old", "new", "cause"))


def allowed(permission: str) -> Report:
    return Report(facts=Facts(permission=permission, text_version="primer 3"))


def dead(phone: Installation) -> None:
    attempt = (phone.pk, bytes(phone.token_hash), LATER)
    registration.retire_dead([attempt], LATER, actor="run 7")


def mismatched(phone: Installation) -> None:
    attempt = (phone.pk, bytes(phone.token_hash), LATER)
    registration.strike([attempt], 1, LATER)


def twice_mismatched(phone: Installation) -> None:
    mismatched(phone)
    attempt = (phone.pk, bytes(phone.token_hash), LATER)
    registration.strike([attempt], 2, LATER + DAY)


def mended(phone: Installation) -> None:
    mismatched(phone)
    holder = user("devices.change_credential")
    registration.lift_suspensions(phone.application, "fcm", actor=holder, at=LATER)


def came_back(phone: Installation) -> None:
    dead(phone)
    registration.register(phone.application, replace(PHONE, secret="secret"), LATER)


def new_token(phone: Installation) -> None:
    registration.refresh_token(phone, "token-2", LATER)


TRANSITIONS: list[tuple[str, Callable[[Installation], object], list[tuple]]] = [
    (
        "the prompt was accepted",
        lambda phone: registration.report(phone, allowed("granted"), LATER),
        [("permission", "unknown", "granted", "reported")],
    ),
    (
        "the prompt was declined",
        lambda phone: registration.report(phone, allowed("denied"), LATER),
        [("permission", "unknown", "denied", "reported")],
    ),
    (
        "iOS delivers quietly",
        lambda phone: registration.report(phone, allowed("provisional"), LATER),
        [("permission", "unknown", "provisional", "reported")],
    ),
    ("gone", dead, [("retired", "live", "token dead", "provider: token dead")]),
    (
        "another sender's",
        mismatched,
        [("suspended", "live", "suspended", "provider: wrong sender")],
    ),
    (
        "another sender's twice",
        twice_mismatched,
        [
            ("suspended", "live", "suspended", "provider: wrong sender"),
            ("retired", "suspended", "wrong sender", "provider: wrong sender"),
        ],
    ),
    (
        "the key was mended",
        mended,
        [
            ("suspended", "live", "suspended", "provider: wrong sender"),
            ("revived", "suspended", "live", "suspensions lifted"),
        ],
    ),
    (
        "opened again after it was gone",
        came_back,
        [
            ("retired", "live", "token dead", "provider: token dead"),
            ("revived", "token dead", "live", "registered"),
        ],
    ),
    (
        "forgotten",
        lambda phone: registration.forget(phone, LATER),
        [("retired", "live", "forgotten", "forgotten by the app")],
    ),
    (
        "logged out",
        lambda phone: registration.reset(phone, LATER),
        [("person", "this person", "anonymous", "logged out")],
    ),
]


@pytest.mark.parametrize(
    ("change", "expected"),
    [each[1:] for each in TRANSITIONS],
    ids=[each[0] for each in TRANSITIONS],
)
def test_each_transition_is_a_line_on_the_persons_timeline(change, expected):
    phone = known_phone()
    before = said_by(phone.person)

    change(phone)

    assert lines(person=phone.person) == expected
    accepted = expected[0][2] == "granted"
    assert said_by(phone.person) == (["opted_in"] if accepted else before)


def known_phone() -> Installation:
    answer = registration.register(application(), PHONE, NOW)
    phone = registration.identify(answer.installation, "u-42", NOW)
    Installation.objects.filter(pk=phone.pk).update(
        secret_hash=registration.hash_of("secret")
    )
    InstallationChange.objects.all().delete()
    phone.refresh_from_db()
    return phone


def said_by(one: Person) -> list[str]:
    """The person's own word: no row means subscribed, as at the beginning."""
    rows = Preference.objects.filter(person=one)
    return list(rows.values_list("state", flat=True))


def test_a_token_that_moves_is_on_both_timelines():
    old = installation(token="token-1", last_seen_at=NOW - DAY)

    new = registration.register(application(), PHONE, NOW).installation

    assert lines(person=old.person) == [("retired", "live", "moved", "registered")]
    assert lines(person=new.person) == [
        ("registered", "", "live", "registered"),
        ("took over", "", "", "registered"),
    ]


def test_a_device_that_comes_with_its_permission_says_so():
    given = replace(PHONE, facts=Facts(permission="granted"))

    phone = registration.register(application(), given, NOW).installation

    assert lines(installation=phone) == [
        ("registered", "", "live", "registered"),
        ("permission", "unknown", "granted", "registered"),
    ]


def test_loaded_devices_have_their_line_too():
    device = BulkDevice(
        *(person().pk, "k", "t", "android", "granted", "", "", "", "", ""),
        registered_at=NOW,
        seen_at=NOW,
    )
    gone = device._replace(key="gone", token="gone", dead_at=NOW)

    registration.import_many(application(), [device, gone], cause="import 4", actor="a")

    assert lines(person_id=device.person_id, actor="a", at=NOW) == [
        ("registered", "", "live", "import 4"),
        ("registered", "", "token dead", "import 4"),
    ]


@pytest.mark.parametrize(
    ("auto", "facts", "expected"),
    [
        (True, Facts(permission="granted", os_version="18"), "opted_in"),
        (False, Facts(permission="granted", os_version="18"), "subscribed"),
        (True, Facts(permission="provisional", os_version="18"), "subscribed"),
    ],
    ids=["a yes", "switched off", "quiet delivery asks nobody"],
)
def test_the_prompt_is_a_yes_where_the_application_says_so(auto, facts, expected):
    Application.objects.filter(pk=application().pk).update(auto_opt_in=auto)

    phone = registration.register(application(), PHONE, NOW).installation
    phone = registration.report(phone, Report(facts=facts), LATER)

    assert consent.preference_of(phone.person) == expected
    assert ConsentEvent.objects.count() == (expected == "opted_in")


def test_switching_on_again_in_the_settings_is_a_yes_as_well():
    phone = registration.register(application(), PHONE, NOW).installation
    registration.report(phone, allowed("denied"), NOW)
    assert consent.preference_of(phone.person) == "subscribed"

    registration.report(phone, allowed("granted"), LATER)

    assert consent.preference_of(phone.person) == "opted_in"
    line = ConsentEvent.objects.get()
    assert (line.source, line.text_version) == ("system prompt", "primer 3")


def test_what_staff_switch_off_stays_off_until_staff_switch_it_on():
    phone, staff = known_phone(), user("devices.change_installation")

    assert registration.switch_off(phone, user=staff, at=LATER)
    assert not registration.switch_off(phone, user=staff, at=LATER)
    again = replace(PHONE, token="token-2", secret="secret")
    registration.register(phone.application, again, LATER)
    off = Installation.objects.select_related("gcm").get(pk=phone.pk)
    assert (off.retired_reason, off.gcm.active) == ("switched off", False)
    assert registration.switch_on(off, user=staff, at=LATER)

    on = Installation.objects.select_related("gcm").get(pk=phone.pk)
    assert (on.retired_at, on.gcm.active) == (None, True)
    assert lines(person=phone.person, actor=str(staff)) == [
        ("retired", "live", "switched off", "by hand"),
        ("revived", "switched off", "live", "by hand"),
    ]


def test_only_who_may_change_devices_switches_them():
    with pytest.raises(Refused):
        registration.switch_off(known_phone(), user=user(), at=LATER)


def test_a_device_whose_token_went_elsewhere_stays_off():
    phone, staff = known_phone(), user("devices.change_installation")
    registration.switch_off(phone, user=staff, at=LATER)
    installation(token="token-1")

    with pytest.raises(Refused, match="Another device"):
        registration.switch_on(phone, user=staff, at=LATER)


def test_a_device_that_was_silent_for_too_long_is_live_again_when_it_is_heard_of():
    Application.objects.filter(pk=application().pk).update(stale_after=30)
    phone, back = known_phone(), NOW + timedelta(days=45)

    registration.register(phone.application, replace(PHONE, secret="secret"), back)

    told = InstallationChange.objects.filter(person=phone.person).order_by("pk")
    assert [(each.kind, each.old, each.new, each.at) for each in told] == [
        ("stale", "live", "stale", NOW + timedelta(days=30)),
        ("revived", "stale", "live", back),
    ]


def test_any_sign_of_life_ends_a_silence():
    Application.objects.filter(pk=application().pk).update(stale_after=30)
    phone = known_phone()

    registration.seen(phone, NOW + timedelta(days=29))
    phone.refresh_from_db()
    registration.seen(phone, NOW + timedelta(days=90))

    assert [line[0] for line in lines(person=phone.person)] == ["stale", "revived"]
