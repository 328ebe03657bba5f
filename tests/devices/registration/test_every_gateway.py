"""Firebase, Apple, browsers and Windows: what each registers, and where it is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from devices import registration
from devices.models import Installation, InstallationChange
from devices.refusals import Refused
from devices.registration import Registration, Report
from devices.registration.tokens import LIBRARY
from tests.builders import NOW, application, library_id

pytestmark = pytest.mark.django_db

P256DH = (
    "BC9gRDRrytCTqThogRw_EViu-dbZvKJ95WNXzqY6H-I-PFHO1543gyJ0VefCd6T-DYewBNvZuz8p2AR"
    "C5EZbHuo"
)
OTHER_KEY = (
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3"
    "jl7A8"
)
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB"
CHANNEL = "https://db3p.notify.windows.com/?token=AgYAAAA%3d"

ANDROID = Registration(key="android", platform="android", token="token-1")
IPHONE = Registration(key="iphone", platform="ios", gateway="apns", token="aB" * 32)
BROWSER = Registration(
    key="browser",
    platform="web",
    gateway="webpush",
    token=ENDPOINT,
    p256dh=P256DH,
    auth=AUTH,
    vapid_key=OTHER_KEY,
)
DESKTOP = Registration(key="desktop", platform="windows", gateway="wns", token=CHANNEL)
LINKS = {"android": "gcm", "iphone": "apns", "browser": "webpush", "desktop": "wns"}


def register(given: Registration, at=NOW) -> Installation:
    return fresh(registration.register(application(), given, at).installation)


def fresh(installation: Installation) -> Installation:
    return Installation.objects.select_related(*LIBRARY).get(pk=installation.pk)


def library_rows() -> dict[str, int]:
    """How many rows each of the library's tables holds, but for empty ones."""
    counts = {link: model.objects.count() for link, model in LIBRARY.items()}
    return {link: rows for link, rows in counts.items() if rows}


@pytest.mark.parametrize(
    "given", [ANDROID, IPHONE, BROWSER, DESKTOP], ids=lambda each: each.key
)
def test_a_token_lies_in_its_own_table_of_the_library(given):
    device = register(replace(given, environment="sandbox"))

    link = LINKS[given.key]
    assert library_rows() == {link: 1}
    row = getattr(device, link)
    assert row.active
    assert row.application_id == library_id(application().pk, "sandbox")
    assert bytes(device.token_hash) == registration.hash_of(row.registration_id)
    assert (device.gateway, device.environment) == (given.gateway, "sandbox")


def test_the_hex_token_of_an_iphone_is_kept_in_lower_case_whatever_its_size():
    short, long = register(IPHONE), register(replace(IPHONE, key="2", token="0F" * 80))

    assert short.apns.registration_id == "ab" * 32
    assert long.apns.registration_id == "0f" * 80


def test_a_browsers_keys_are_kept_in_one_spelling():
    padded = P256DH.replace("-", "+").replace("_", "/") + "="
    device = register(replace(BROWSER, p256dh=padded, auth=AUTH + "=="))

    assert (device.webpush.p256dh, device.webpush.auth) == (P256DH, AUTH)
    assert device.vapid_key == OTHER_KEY


@pytest.mark.parametrize(
    ("endpoint", "given", "kept"),
    [
        (ENDPOINT, "", "FIREFOX"),
        ("https://fcm.googleapis.com/fcm/send/abc", "", "CHROME"),
        ("https://web.push.apple.com/QH", "", "SAFARI"),
        ("https://wns2-par02p.notify.windows.com/w/?token=BQ", "", "EDGE"),
        ("https://fcm.googleapis.com/fcm/send/abc", "opera", "OPERA"),
    ],
)
def test_the_browser_is_named_or_guessed_from_its_push_service(endpoint, given, kept):
    device = register(replace(BROWSER, token=endpoint, browser=given))

    assert device.webpush.browser == kept


@pytest.mark.parametrize(
    ("platform", "gateway", "sentence"),
    [
        ("android", "apns", "Android devices have no other"),
        ("android", "webpush", "Give the gateway fcm"),
        ("ios", "webpush", "Give the gateway fcm or apns"),
        ("ios", "wns", "Give the gateway fcm or apns"),
        ("web", "apns", "Give the gateway webpush or fcm"),
        ("windows", "fcm", "Give the gateway wns"),
        ("windows", "pigeon", "fcm, apns, webpush or wns"),
    ],
)
def test_a_gateway_that_cannot_reach_the_platform_is_refused(
    platform, gateway, sentence
):
    with pytest.raises(Refused, match=sentence) as refused:
        register(replace(ANDROID, platform=platform, gateway=gateway))

    assert refused.value.field == "/gateway"


@pytest.mark.parametrize(
    ("given", "changes", "field"),
    [
        (IPHONE, {"token": "ab" * 31}, "/token"),
        (IPHONE, {"token": "ab" * 32 + "a"}, "/token"),
        (IPHONE, {"token": f"<{'ab' * 32}>"}, "/token"),
        (IPHONE, {"token": "ab" * 101}, "/token"),
        (IPHONE, {"environment": "test"}, "/environment"),
        (IPHONE, {"auth": AUTH}, "/auth"),
        (ANDROID, {"vapid_key": OTHER_KEY}, "/vapid_key"),
        (ANDROID, {"browser": "chrome"}, "/browser"),
        (BROWSER, {"token": ENDPOINT.replace("https", "http")}, "/token"),
        (BROWSER, {"token": "https:///wpush/v2/gAAA"}, "/token"),
        (BROWSER, {"token": "https://user@fcm.googleapis.com/fcm/send/a"}, "/token"),
        (BROWSER, {"token": "https://fcm.googleapis.com:8443/fcm/send/a"}, "/token"),
        (BROWSER, {"token": "https://[fcm.googleapis.com/fcm/send/a"}, "/token"),
        (BROWSER, {"token": "https://169.254.169.254/latest/meta-data/"}, "/token"),
        (BROWSER, {"token": "https://fcm.googleapis.com.evil.example/a"}, "/token"),
        (BROWSER, {"p256dh": ""}, "/p256dh"),
        (BROWSER, {"p256dh": P256DH[:-2]}, "/p256dh"),
        (BROWSER, {"p256dh": "BA" + "A" * 85}, "/p256dh"),
        (BROWSER, {"p256dh": "not base64!"}, "/p256dh"),
        (BROWSER, {"auth": ""}, "/auth"),
        (BROWSER, {"auth": AUTH[:-4]}, "/auth"),
        (BROWSER, {"vapid_key": "short"}, "/vapid_key"),
        (DESKTOP, {"token": "https://notify.windows.com.example/?token=A"}, "/token"),
        (DESKTOP, {"token": "https://example.com/.notify.windows.com"}, "/token"),
        (DESKTOP, {"token": CHANNEL.replace("https", "http")}, "/token"),
        (DESKTOP, {"token": "https://db3p.notify.windows.com"}, "/token"),
        (DESKTOP, {"token": "https://db3p.notify.windows.com?token=A"}, "/token"),
        (DESKTOP, {"token": r"https://a.example\.notify.windows.com/"}, "/token"),
        (DESKTOP, {"token": "https://_.notify.windows.com/?token=A"}, "/token"),
    ],
)
def test_what_no_push_could_reach_is_refused_by_field(given, changes, field):
    with pytest.raises(Refused) as refused:
        register(replace(given, **changes))

    assert refused.value.field == field
    assert not Installation.objects.exists()


def test_an_iphone_that_leaves_firebase_for_apple_moves_to_the_other_table():
    behind_fcm = replace(IPHONE, gateway="fcm", token="fcm-token")
    first = registration.register(application(), behind_fcm, NOW)
    old_row = first.installation.gcm_id

    device = register(
        replace(IPHONE, environment="sandbox", secret=first.secret),
        at=NOW + timedelta(hours=1),
    )

    assert device.pk == first.installation.pk
    assert device.person_id == first.installation.person_id
    assert (device.gateway, device.environment) == ("apns", "sandbox")
    assert device.apns.active
    assert library_rows() == {"apns": 1}, "a token of nobody must not stay live"
    attempt = (device.pk, registration.hash_of("fcm-token"), NOW + timedelta(hours=2))
    assert registration.retire_dead([attempt], NOW) == 0, f"row {old_row} is gone"


def test_a_known_id_of_another_platform_without_its_secret_starts_again():
    first = register(replace(IPHONE, key="one"))

    device = register(replace(BROWSER, key="one"), at=NOW + timedelta(hours=1))

    assert device.pk == first.pk
    assert device.person_id != first.person_id
    assert device.platform == "web"
    assert library_rows() == {"webpush": 1}


def test_a_token_that_turns_out_to_be_a_sandbox_one_counts_as_new():
    phone = register(IPHONE)
    phone.suspended_at, phone.strikes = NOW, 1
    phone.save()

    device = register(replace(IPHONE, environment="sandbox"))

    assert device.apns.application_id == library_id(application().pk, "sandbox")
    assert (device.suspended_at, device.strikes) == (None, 0)
    assert library_rows() == {"apns": 1}


def test_new_keys_for_the_same_endpoint_replace_the_old_ones():
    register(BROWSER)

    device = register(replace(BROWSER, p256dh=OTHER_KEY, vapid_key=""))

    assert device.webpush.p256dh == OTHER_KEY
    assert device.vapid_key == OTHER_KEY, "what is not said is not changed"
    assert library_rows() == {"webpush": 1}


def test_a_browser_that_subscribed_with_another_key_counts_as_new():
    device = register(BROWSER)
    device.suspended_at, device.strikes = NOW, 1
    device.save()

    device = register(replace(BROWSER, vapid_key=P256DH))

    assert (device.vapid_key, device.suspended_at) == (P256DH, None)


def test_a_new_endpoint_comes_with_its_keys():
    device = register(BROWSER)

    with pytest.raises(Refused) as refused:
        registration.refresh_token(device, f"{ENDPOINT}2", NOW)
    assert refused.value.field == "/p256dh"
    news = Report(token=f"{ENDPOINT}2", p256dh=OTHER_KEY, auth=AUTH)
    device = fresh(registration.report(device, news, NOW))

    assert device.webpush.registration_id == f"{ENDPOINT}2"
    assert device.webpush.p256dh == OTHER_KEY
    assert device.vapid_key == "", "the new endpoint's key is not known"


def test_keys_without_their_endpoint_are_refused():
    device = register(BROWSER)

    with pytest.raises(Refused) as refused:
        registration.report(device, Report(p256dh=OTHER_KEY, auth=AUTH), NOW)

    assert refused.value.field == "/token"


def test_a_forgotten_browser_leaves_neither_endpoint_nor_keys():
    device = fresh(registration.forget(register(BROWSER), NOW))

    row = device.webpush
    assert (row.registration_id, row.p256dh, row.auth) == ("", "", "")
    assert not row.active


def test_the_log_of_a_move_holds_no_token_and_no_key():
    register(BROWSER)
    register(replace(BROWSER, p256dh=OTHER_KEY, vapid_key=P256DH))

    log = repr(list(InstallationChange.objects.values()))
    assert not any(each in log for each in (ENDPOINT, P256DH, OTHER_KEY, AUTH))
