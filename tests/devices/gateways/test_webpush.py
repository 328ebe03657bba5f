"""The Web Push gateway: what it sends, and what it keeps to itself."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from devices.gateways import (
    allowlist,
    encryption,
    registry,
    vapid,
    webpush_message,
)
from devices.gateways.base import (
    Button,
    CredentialRefused,
    Push,
    Scope,
    Subscription,
    Verdict,
)
from devices.gateways.http import Sender
from devices.gateways.http2 import opening
from devices.gateways.webpush import WebPushGateway
from devices.gateways.wire import Wire
from devices.simulator.webpush_browsers import CHROME, FIREFOX, SAFARI
from tests.devices.browsers import HOSTS, public_key, push_to
from tests.devices.conftest import OpenWebPush
from tests.simulators import RunningSimulator

FULL = Push(
    reference=7,
    token="https://web.push.apple.com/x",
    title="Hi Ana",
    body="20 % today",
    link="https://shop.example/p/1",
    ttl=3600,
    collapse="r42",
    data={"run": "9", "n": "opaque"},
    image="https://shop.example/i.jpg",
    buttons=(
        Button("buy", "Buy", "https://shop.example/buy"),
        Button("later", "Later"),
    ),
)


def written(push: Push) -> Any:
    return json.loads(webpush_message.body_of(push))


def test_a_push_has_the_form_that_safari_shows_by_itself() -> None:
    assert written(FULL) == {
        "web_push": 8030,
        "notification": {
            "title": "Hi Ana",
            "body": "20 % today",
            "navigate": "https://shop.example/p/1",
            "image": "https://shop.example/i.jpg",
            "actions": [
                {
                    "action": "buy",
                    "title": "Buy",
                    "navigate": "https://shop.example/buy",
                },
                {
                    "action": "later",
                    "title": "Later",
                    "navigate": "https://shop.example/p/1",
                },
            ],
            "tag": "r42",
            "data": {"run": "9", "n": "opaque", "link": "https://shop.example/p/1"},
        },
        "mutable": True,
    }


def test_what_a_push_does_not_have_is_not_sent_as_empty() -> None:
    bare = Push(reference=1, token="t", title="", body="Only a text")

    assert written(bare)["notification"] == {
        "title": "Only a text",
        "body": "",
        "navigate": "/",
    }


def test_a_link_into_an_app_leads_a_browser_to_the_start_of_the_site() -> None:
    push = Push(
        reference=1,
        token="t",
        title="T",
        body="B",
        link="shop://p/1",
        buttons=(Button("a", "A", "shop://p/2"),),
    )

    notification = written(push)["notification"]

    assert notification["navigate"] == "/"
    assert notification["actions"][0]["navigate"] == "/"
    assert notification["data"] == {"link": "shop://p/1"}


@pytest.mark.parametrize(
    ("ttl", "sent"), [(-5, "1"), (0, "1"), (60, "60"), (9_000_000, "2419200")]
)
def test_a_time_to_live_is_positive_and_within_four_weeks(ttl: int, sent: str) -> None:
    assert f"ttl: {sent}" in webpush_message.headers("vapid x", ttl, "")


@pytest.mark.parametrize(
    "collapse", ["r42", "x" * 32, "x" * 33, "campaign 42", "é", "a/b+c", "a.b"]
)
def test_a_topic_always_fits_and_stays_the_same(collapse: str) -> None:
    topic = webpush_message.topic(collapse)

    assert webpush_message.TOPIC.fullmatch(topic)
    assert topic == webpush_message.topic(collapse)
    assert (topic == collapse) == (collapse in ("r42", "x" * 32))


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_each_push_service_takes_what_we_send_and_its_browser_reads_it(
    simulator: RunningSimulator, open_webpush: OpenWebPush, host: str
) -> None:
    secret = simulator.vapid_secret()
    push = push_to(
        simulator,
        f"whole-{host}",
        host=host,
        key=public_key(secret),
        link="https://shop.example/",
        collapse="r42",
        data={"run": "42", "n": "1.2.x"},
    )

    [result] = open_webpush().send([push])

    assert (result.verdict, result.code) == (Verdict.ACCEPTED, "")
    [entry] = simulator.journal(token=push.token)
    assert (entry["gateway"], entry["run"], entry["status"]) == ("webpush", "42", 201)
    assert entry["body"] == written(push)
    headers = entry["headers"]
    assert (headers["topic"], headers["urgency"]) == ("r42", "high")
    assert headers["content-encoding"] == "aes128gcm"
    assert 86_399 <= int(headers["ttl"]) <= 86_400


def test_the_journal_holds_the_claims_and_not_the_token(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    push = push_to(simulator, "claims", host=FIREFOX)
    open_webpush().send([push])

    [entry] = simulator.journal(token=push.token)

    authorization = entry["headers"]["authorization"]
    assert authorization["scheme"] == "vapid"
    assert authorization["claims"]["aud"] == f"https://{FIREFOX}"
    assert authorization["claims"]["sub"] == "mailto:push@demo.simulator.invalid"


def test_one_token_serves_all_pushes_to_one_service(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    gateway = open_webpush()
    pushes = [
        push_to(simulator, f"shared-{n}", n, host=host)
        for n, host in enumerate([CHROME, FIREFOX, SAFARI] * 4)
    ]

    results = gateway.send(pushes)

    assert {each.verdict for each in results} == {Verdict.ACCEPTED}
    tokens = gateway._services.tokens._made
    assert len(tokens) == 3


def test_the_key_with_which_a_browser_subscribed_signs(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    older, newer = vapid.new_key(), vapid.new_key()
    subject = "mailto:push@two.simulator.invalid"
    secret = vapid.secret_of(
        vapid.VapidCredential(subject=subject, keys=(newer, older))
    )
    pushes = [
        push_to(simulator, "subscribed-before", 1, key=older.public),
        push_to(simulator, "subscribed-after", 2, key=newer.public),
        push_to(simulator, "key-not-known", 3),
    ]

    results = open_webpush(secret=secret).send(pushes)

    assert [each.verdict for each in results] == [Verdict.ACCEPTED] * 3
    used = [
        simulator.journal(token=each.token)[0]["headers"]["authorization"]["claims"]
        for each in pushes
    ]
    assert [each["k"] for each in used] == [older.public, newer.public, newer.public]


def test_a_key_that_we_do_not_hold_is_not_tried(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    stranger = push_to(simulator, "stranger", key=vapid.new_key().public)

    [result] = open_webpush().send([stranger])

    assert (result.verdict, result.code) == (Verdict.TOKEN_MISMATCH, "unknown_key")
    assert not result.left
    assert simulator.journal(token=stranger.token) == []


@pytest.mark.parametrize(
    "subscription",
    [
        None,
        Subscription("", ""),
        Subscription("B" * 87, "A" * 22),
        Subscription("!", "?"),
    ],
)
def test_a_browser_whose_keys_are_no_keys_is_dead_without_a_request(
    simulator: RunningSimulator,
    open_webpush: OpenWebPush,
    subscription: Subscription | None,
) -> None:
    broken = push_to(simulator, "no-keys", 1, subscription=subscription)
    good = push_to(simulator, "beside-no-keys", 2)

    dead, accepted = open_webpush().send([broken, good])

    assert (dead.verdict, dead.code) == (Verdict.TOKEN_DEAD, "subscription")
    assert not dead.left
    assert accepted.verdict is Verdict.ACCEPTED
    assert simulator.journal(token=broken.token) == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://127.0.0.1/x",
        "http://fcm.googleapis.com/fcm/send/x",
        "https://evil.example/x",
        "https://fcm.googleapis.com/v1/projects/p/messages:send",
        "x",
    ],
)
def test_an_address_that_is_no_push_service_gets_nothing(
    simulator: RunningSimulator, open_webpush: OpenWebPush, endpoint: str
) -> None:
    before = len(simulator.journal())
    push = push_to(simulator, "elsewhere", token=endpoint)

    [result] = open_webpush().send([push])

    assert (result.verdict, result.code) == (Verdict.TOKEN_MISMATCH, "endpoint")
    assert not result.left
    assert len(simulator.journal()) == before


def test_the_largest_push_by_our_measure_fits_and_one_byte_more_does_not(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    gateway = open_webpush()
    spare = gateway.max_payload - gateway.size(push_to(simulator, "large", body=""))
    large = push_to(simulator, "large", 1, body="b" * spare)
    larger = push_to(simulator, "larger", 2, body="b" * (spare + 1))

    fits, does_not = gateway.send([large, larger])

    assert gateway.size(large) == gateway.max_payload < encryption.LARGEST
    assert fits.verdict is Verdict.ACCEPTED
    assert does_not.verdict is Verdict.PAYLOAD_REJECTED
    assert (does_not.code, does_not.left) == ("too_big", False)


def test_half_a_surrogate_pair_spoils_one_push_and_not_the_batch(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    gateway = open_webpush()
    half = push_to(simulator, "half", 1, title="\ud83d")

    broken, good = gateway.send([half, push_to(simulator, "whole", 2)])

    assert gateway.size(half) == 0
    assert (broken.verdict, broken.code) == (Verdict.PAYLOAD_REJECTED, "encoding")
    assert good.verdict is Verdict.ACCEPTED


def test_more_pushes_than_the_window_are_all_answered_in_order(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    hosts = list(HOSTS.values())
    pushes = [push_to(simulator, f"many-{n}", n, host=hosts[n % 4]) for n in range(60)]

    results = open_webpush(window=7).send(pushes)

    assert [each.reference for each in results] == list(range(60))
    assert {each.verdict for each in results} == {Verdict.ACCEPTED}


def test_a_fence_keeps_a_push_back(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    push = push_to(simulator, "fenced")

    [result] = open_webpush().send([push], fence=lambda reference: False)

    assert (result.verdict, result.left) == (Verdict.NOT_SENT, False)
    assert simulator.journal(token=push.token) == []


def test_a_service_that_wants_rest_gets_it_and_the_others_go_on(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    throttled = push_to(simulator, "throttled-service", 1, host=FIREFOX)
    gateway = open_webpush()
    [first] = gateway.send([throttled])
    behind = push_to(simulator, "behind-the-throttled", 2, host=FIREFOX)
    others = [
        push_to(simulator, "beside-chrome", 3, host=CHROME),
        push_to(simulator, "beside-safari", 4, host=SAFARI),
    ]

    waiting, *accepted = gateway.send([behind, *others])

    assert (first.verdict, first.scope) == (Verdict.THROTTLED, Scope.DEVICE)
    assert first.retry_after == 118
    assert (waiting.verdict, waiting.code) == (Verdict.THROTTLED, "held")
    assert (waiting.scope, waiting.left) == (Scope.DEVICE, False)
    assert waiting.retry_after is not None
    assert 100 < waiting.retry_after <= 118
    assert simulator.journal(token=behind.token) == []
    assert {each.verdict for each in accepted} == {Verdict.ACCEPTED}


def test_one_throttled_browser_of_apple_s_holds_no_other(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    gateway = open_webpush()
    gateway.send([push_to(simulator, "TooManyRequests-apple", host=SAFARI)])

    [other] = gateway.send([push_to(simulator, "another-apple", host=SAFARI)])

    assert other.verdict is Verdict.ACCEPTED


def test_a_refusal_of_our_key_counts_only_where_it_never_worked(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    gateway = open_webpush()
    [before] = gateway.send([push_to(simulator, "forbidden-first")])
    gateway.send([push_to(simulator, "proves-the-key")])
    [after] = gateway.send([push_to(simulator, "forbidden-second")])
    [elsewhere] = gateway.send([push_to(simulator, "forbidden-3", host=FIREFOX)])

    assert before.verdict is Verdict.AUTH_CONFIG
    assert after.verdict is Verdict.TOKEN_MISMATCH
    assert elsewhere.verdict is Verdict.AUTH_CONFIG


def test_a_host_that_a_stranger_chose_says_nothing_about_our_keys(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    own, asked = "own.push.services.mozilla.com", "forbidden-odd"
    refuses = push_to(simulator, asked, 1, host=own)
    unproved = refuses._replace(reference=2, token="https://a.b.push.apple.com/Q")

    refused, unsent = open_webpush().send([refuses, unproved])

    assert simulator.journal(token=refuses.token)[0]["status"] == 401
    assert refused.verdict is Verdict.TOKEN_MISMATCH
    assert (unsent.verdict, unsent.code) == (Verdict.NOT_SENT, "certificate")


def test_gateways_of_one_process_share_tokens_and_pauses(
    simulator: RunningSimulator,
) -> None:
    secret, wire = simulator.vapid_secret("shared"), simulator.wire()
    one, two = (registry.open_gateway("webpush", secret, wire) for _time in range(2))

    [first] = one.send([push_to(simulator, "throttled-shared", host=FIREFOX)])
    [second] = two.send([push_to(simulator, "shared-pause", host=FIREFOX)])

    assert first.verdict is Verdict.THROTTLED
    assert second.code == "held"


def test_keys_that_work_are_said_to_work_and_nobody_gets_anything(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    shown = simulator.simulator.phones.received

    check = open_webpush().check()

    assert check.ok
    assert "the push services can be reached" in check.sentence
    assert simulator.journal()[-1]["token"] is None
    assert simulator.simulator.phones.received == shown


def test_a_network_that_leads_nowhere_is_explained(
    simulator: RunningSimulator,
) -> None:
    nowhere = Sender(Wire(simulator="127.0.0.1:9", ca_file=str(simulator.ca_path)))
    gateway = WebPushGateway(vapid.parse(simulator.vapid_secret()), nowhere)

    check = gateway.check()

    assert not check.ok
    assert "fcm.googleapis.com could not be reached" in check.sentence


def real() -> vapid.VapidCredential:
    return vapid.VapidCredential(
        subject="mailto:push@shop.example", keys=(vapid.new_key(),)
    )


def test_real_keys_never_meet_the_simulator(
    open_sender: Callable[..., Sender],
) -> None:
    with pytest.raises(CredentialRefused, match="a real site's"):
        WebPushGateway(real(), open_sender())


def test_simulated_keys_never_meet_real_browsers(simulator: RunningSimulator) -> None:
    with pytest.raises(CredentialRefused, match="made by the simulator"):
        WebPushGateway(vapid.parse(simulator.vapid_secret()), Sender(Wire()))


def test_neither_address_nor_keys_nor_words_are_logged_or_shown(
    simulator: RunningSimulator,
    open_webpush: OpenWebPush,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="devices")
    caplog.set_level(logging.INFO)
    names = ["payload-quiet", "closed-quiet", "garbage-quiet", "huge-quiet"]
    pushes = [
        push_to(simulator, name, place, title="Secret title")
        for place, name in enumerate(names)
    ]

    results = open_webpush().send(pushes)

    told = caplog.text + repr(results) + repr(pushes)
    for push in pushes:
        assert push.subscription is not None
        assert push.token not in told
        assert push.token.rpartition("/")[2] not in told
        assert push.subscription.auth not in told
    assert "Secret title" not in told


def test_an_allowed_name_that_leads_into_our_network_is_not_connected_to(
    simulator: RunningSimulator, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever rules a name can let it lead here after we looked at it."""
    settings.WEBPUSH_HOSTS = ["localhost"]
    allowlist.is_known.cache_clear()
    guarded: list[bool] = []
    guard = opening.is_public

    def watched(host: str | bytes) -> bool:
        guarded.append(not guard(host))
        return guard(host)

    sender = Sender(Wire(ca_file=str(simulator.ca_path), connect_timeout=2.0))
    with monkeypatch.context() as patch:
        patch.setattr(opening, "is_public", watched)
        push = push_to(simulator, "rebound", token="https://localhost/x")
        [result] = WebPushGateway(real(), sender).send([push])
    sender.close()
    allowlist.is_known.cache_clear()

    assert (result.verdict, result.left) == (Verdict.NOT_SENT, False)
    assert guarded
    assert all(guarded)
