"""Addresses that strangers give: only those of push services for browsers pass."""

from collections.abc import Iterator
from typing import Any

import pytest

from devices.gateways import allowlist

GOOD = [
    "https://fcm.googleapis.com/fcm/send/dGVzdA:APA91b",
    "https://fcm.googleapis.com:443/wp/dGVzdA",
    "https://fcm.googleapis.com/wp/..dGVzdA.d/x?a=/../b",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB",
    "https://autopush.push.services.mozilla.com/wpush/v1/gAAAAAB",
    "https://web.push.apple.com/QGuQyavXutnMH",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD%2fx",
]
BAD = [
    ("http://fcm.googleapis.com/fcm/send/x", "begins with https://"),
    ("ftp://fcm.googleapis.com/x", "begins with https://"),
    ("javascript:alert(1)", "begins with https://"),
    ("file:///etc/passwd", "begins with https://"),
    ("", "begins with https://"),
    ("//fcm.googleapis.com/x", "begins with https://"),
    ("https://127.0.0.1/x", "not a push service"),
    ("https://10.0.0.5/x", "not a push service"),
    ("https://169.254.169.254/latest/meta-data/", "not a push service"),
    ("https://2130706433/x", "not a push service"),
    ("https://0x7f000001/x", "not a push service"),
    ("https://017700000001/x", "not a push service"),
    ("https://127.1/x", "not a push service"),
    ("https://[::1]/x", "a name, and not a number"),
    ("https://[::ffff:127.0.0.1]/x", "a name, and not a number"),
    ("https://[64:ff9b::7f00:1]/x", "a name, and not a number"),
    ("https://[::1/x", "cannot be read"),
    ("https://localhost/x", "not a push service"),
    ("https://localhost./x", "cannot be read"),
    ("https://fcm.googleapis.com./x", "cannot be read"),
    ("https://evil.example/x", "not a push service"),
    ("https://fcm.googleapis.com.evil.example/x", "not a push service"),
    ("https://evilfcm.googleapis.com/x", "not a push service"),
    ("https://evilnotify.windows.com/w/?token=x", "not a push service"),
    ("https://notify.windows.com/w/?token=x", "not a push service"),
    ("https://evil.example/?x=fcm.googleapis.com", "not a push service"),
    ("https://evil.example#fcm.googleapis.com", "cannot be read"),
    ("https://fcm.googleapis.com@evil.example/x", "no user name or password"),
    ("https://a:b@fcm.googleapis.com/x", "no user name or password"),
    ("https://fcm.googleapis.com:8443/x", "no port of its own"),
    ("https://fcm.googleapis.com:99999/x", "cannot be read"),
    ("https://evil.example\\@fcm.googleapis.com/x", "no user name or password"),
    ("https://evil.example\\.fcm.googleapis.com/x", "cannot be read"),
    ("https://fcm.googleapis.com\t.evil.example/x", "cannot be read"),
    ("https://fcm.googleapis.com/x\r\nHost: evil", "cannot be read"),
    ("https://fcm.googleapis.com/x y", "cannot be read"),
    (" https://fcm.googleapis.com/x", "cannot be read"),
    ("https://fcm.googleapis.com", "cannot be read"),
    ("https://fcm.googleapis.com?x", "cannot be read"),
    ("https://FCM.googleapis.com/x", "cannot be read"),
    ("https://fcm.gοοgleapis.com/x", "cannot be read"),
    ("https://fcm。googleapis.com/x", "cannot be read"),
    ("https://fcm.googleapis.com/é", "cannot be read"),
    ("https://fcm..googleapis.com/x", "not a push service"),
    ("https://*.push.apple.com/x", "cannot be read"),
    ("https://fcm.googleapis.com/" + "x" * 2048, "at most 2048 characters"),
    ("https://fcm.googleapis.com/v1/projects/p/messages:send", "for apps"),
    ("https://fcm.googleapis.com//v1/projects/p/messages:send", "for apps"),
    ("https://fcm.googleapis.com/%761/projects/p/messages:send", "for apps"),
    ("https://fcm.googleapis.com/./v1/projects/p/messages:send", "for apps"),
    ("https://fcm.googleapis.com/wp/../v1/projects/p/messages:send", "for apps"),
    ("https://fcm.googleapis.com/wp/%2E./v1/projects/p/messages:send", "for apps"),
    ("https://fcm.googleapis.com/wp/..", "for apps"),
    ("https://fcm.googleapis.com:443/v1/projects/p/messages:send", "for apps"),
    ("https://updates.push.services.mozilla.com/a/.?x", "for apps"),
    ("https://fcm.googleapis.com/wp/x#again", "cannot be read"),
    ("https://api.push.apple.com/3/device/00", "for apps"),
    ("https://api.sandbox.push.apple.com/3/device/00", "for apps"),
    ("https://db5.notify.windows.com/?token=x", "for apps"),
]


@pytest.mark.parametrize("endpoint", GOOD)
def test_an_address_that_a_browser_gives_is_taken(endpoint: str) -> None:
    assert allowlist.problem(endpoint) == ""
    assert endpoint.replace(":443", "").startswith(f"{allowlist.origin_of(endpoint)}/")


@pytest.mark.parametrize(("endpoint", "words"), BAD, ids=[each[:60] for each, _ in BAD])
def test_every_other_address_is_refused_with_a_sentence(
    endpoint: str, words: str
) -> None:
    assert words in allowlist.problem(endpoint)
    assert allowlist.origin_of(endpoint) == ""


@pytest.fixture
def own_hosts(settings: Any) -> Iterator[None]:
    settings.WEBPUSH_HOSTS = ["push.shop.example", "*.UP.example", "192.0.2.1"]
    allowlist.is_known.cache_clear()
    yield
    allowlist.is_known.cache_clear()


@pytest.mark.usefixtures("own_hosts")
def test_an_operator_may_add_a_push_server_by_its_name() -> None:
    assert allowlist.problem("https://push.shop.example/x") == ""
    assert allowlist.problem("https://a.b.up.example/x") == ""
    assert allowlist.problem("https://fcm.googleapis.com/fcm/send/x") == ""
    assert allowlist.problem("https://up.example/x")
    assert allowlist.problem("https://other.shop.example/x")
    assert allowlist.problem("https://192.0.2.1/x")


INSIDE = [
    *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "0.0.0.0", "0"),
    *("10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:a00:1]", "[64:ff9b::7f00:1]"),
    *("[fe80::1%25eth0]", "[fd00:ec2::254]", "[2002:7f00:1::]", "[0:0:0:0:0:0:0:1]"),
    *("localhost", "localhost.", "LOCALHOST", "metadata.google.internal", "db"),
    *(
        "127.0.0.1.nip.example",
        "fcm.googleapis.com.evil.example",
        "xn--fcm-goog-eva.com",
    ),
]
TRICKS = [
    *("https://{}/x", "http://{}/x", "https://{}:443/x", "https://{}:8443/x"),
    *("https://{}", "https://{}?x", "https://{}#x", "//{}/x", "https:{}/x"),
    *("https:///{}/x", "https://fcm.googleapis.com@{}/x", "https://a:b@{}/x"),
    *("https://{}#fcm.googleapis.com", "https://{}?@fcm.googleapis.com/wp/x"),
    *("https://{}\\@fcm.googleapis.com/wp/x", "https://fcm.googleapis.com\\@{}/x"),
    *("https://{}%2f@fcm.googleapis.com/x", "https://fcm.googleapis.com%2f@{}/x"),
    *("https://fcm.googleapis.com\t@{}/x", "https://fcm.googleapis.com:@{}/x"),
    *("https://fcm.googleapis.com&@{}/x", "https://{}/\r\nHost: fcm.googleapis.com"),
]


def test_no_spelling_of_an_address_in_our_network_passes() -> None:
    corpus = [trick.format(host) for trick in TRICKS for host in INSIDE]

    passed = [each for each in corpus if allowlist.origin_of(each)]

    assert len(set(corpus)) > 500
    assert passed == []
    assert all(allowlist.problem(each) for each in corpus)


def test_a_sentence_names_the_host_alone() -> None:
    secret = "https://evil.example/very-secret-path"

    assert "very-secret" not in allowlist.problem(secret)
