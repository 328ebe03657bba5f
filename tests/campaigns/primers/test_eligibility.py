"""Whom a primer is for: the device's own permission, its history, the moment."""

from datetime import timedelta

import pytest

from campaigns.models import Primer
from campaigns.primers import eligibility
from campaigns.primers.eligibility import Device, History, Moment, Reason, Variant
from tests.builders import NOW

IPHONE = {"platform": "ios", "permission": "unknown", "os_version": "18.1"}
PIXEL = {"platform": "android", "permission": "unknown", "os_version": "15"}
BROWSER = {"platform": "web", "permission": "unknown"}


def decide(device=IPHONE, history=None, moment=None, **primer):
    facts = {
        "platforms": ["ios", "android", "web"],
        "skips_first_session": False,
        "most_times": 3,
        "most_laters": 2,
        "wait_days": 14,
    }
    return eligibility.decide(
        Primer(**facts | primer),
        Device(**device),
        History(**history or {}),
        Moment(at=NOW, **moment or {}),
    )


@pytest.mark.parametrize("device", [IPHONE, PIXEL, BROWSER])
def test_a_device_that_was_never_asked_sees_it(device):
    assert decide(device) == Variant.PROMPT


@pytest.mark.parametrize(
    ("device", "reason"),
    [
        (IPHONE | {"permission": "granted"}, Reason.GRANTED),
        (IPHONE | {"permission": "denied"}, Reason.DENIED),
        (BROWSER | {"permission": "denied"}, Reason.DENIED),
        (PIXEL | {"os_version": "12"}, Reason.ANDROID_ASKS_NOBODY),
        (PIXEL | {"os_version": "8.1.0"}, Reason.ANDROID_ASKS_NOBODY),
        (PIXEL | {"os_version": ""}, Reason.SYSTEM_UNKNOWN),
        (PIXEL | {"platform": "windows"}, Reason.PLATFORM),
        (IPHONE | {"preference": "unsubscribed"}, Reason.UNSUBSCRIBED),
    ],
)
def test_a_device_that_has_answered_or_is_never_asked_does_not(device, reason):
    assert decide(device) == reason


def test_a_provisional_iphone_may_see_it_since_nobody_was_asked():
    assert decide(IPHONE | {"permission": "provisional"}) == Variant.PROMPT


@pytest.mark.parametrize("device", [IPHONE, BROWSER, PIXEL])
def test_after_one_refusal_of_the_prompt_nobody_is_asked_again(device):
    assert decide(device, {"refusals": 1}) == Reason.PROMPT_USED


def test_android_is_named_as_the_reason_after_two_refusals():
    denied = PIXEL | {"permission": "denied"}

    assert decide(denied, {"refusals": 1}) == Reason.DENIED
    assert decide(denied, {"refusals": 2}) == Reason.ANDROID_TWICE


@pytest.mark.parametrize("device", [IPHONE, PIXEL, BROWSER])
def test_where_it_is_wanted_a_blocked_device_is_led_to_the_settings(device):
    blocked = device | {"permission": "denied"}

    assert decide(blocked, offers_settings=True) == Variant.SETTINGS
    assert decide(device, {"refusals": 2}, offers_settings=True) == Variant.SETTINGS


def test_an_old_android_is_not_led_to_the_settings_by_a_screen_about_a_prompt():
    old = PIXEL | {"os_version": "11", "permission": "denied"}

    assert decide(old, offers_settings=True) == Reason.ANDROID_ASKS_NOBODY


def test_messages_about_an_order_are_offered_to_those_who_want_no_offers():
    device = IPHONE | {"preference": "unsubscribed"}

    assert decide(device, purpose="transactional") == Variant.PROMPT


@pytest.mark.parametrize(
    ("primer", "moment", "reason"),
    [
        ({"skips_first_session": True}, {"sessions": 1}, Reason.FIRST_SESSION),
        ({"skips_first_session": True}, {"sessions": 2}, Variant.PROMPT),
        ({"minimum_sessions": 3}, {"sessions": 2}, Reason.SESSIONS),
        ({"minimum_sessions": 3}, {"sessions": 3}, Variant.PROMPT),
        ({"minimum_seconds": 30}, {"seconds": 29}, Reason.SECONDS),
        ({"minimum_seconds": 30}, {"seconds": 30}, Variant.PROMPT),
    ],
)
def test_it_waits_for_the_moment(primer, moment, reason):
    assert decide(moment=moment, **primer) == reason


@pytest.mark.parametrize(
    ("version", "reason"),
    [("5.9", Reason.VERSION), ("5.10", Variant.PROMPT), ("", Reason.VERSION)],
)
def test_it_waits_for_an_app_that_can_draw_it(version, reason):
    device = IPHONE | {"app_version": version}

    assert decide(device, minimum_version="5.10.0") == reason


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        ({"shown": 1, "last_at": NOW - timedelta(days=14)}, Variant.PROMPT),
        (
            {"shown": 1, "last_at": NOW - timedelta(days=13, hours=23)},
            Reason.WAITING,
        ),
        ({"shown": 3, "last_at": NOW - timedelta(days=90)}, Reason.TIMES),
        (
            {"shown": 2, "laters": 2, "last_at": NOW - timedelta(days=90)},
            Reason.LATERS,
        ),
    ],
)
def test_it_comes_back_as_rarely_as_the_marketer_said(history, reason):
    assert decide(history=history) == reason


def test_without_a_limit_of_laters_only_the_times_count():
    history = {"shown": 2, "laters": 2, "last_at": NOW - timedelta(days=20)}

    assert decide(history=history, most_laters=0) == Variant.PROMPT


def test_every_reason_has_its_own_words():
    words = {str(each.label) for each in Reason}

    assert len(words) == len(Reason)
