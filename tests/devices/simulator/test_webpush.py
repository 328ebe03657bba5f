"""The simulated push services: what they check, and what browsers behind them do."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jwt
import pytest

from devices.gateways import encryption, vapid
from devices.gateways.base import Button, Verdict
from devices.gateways.http import Sender
from devices.gateways.wire import Answer, Request
from devices.simulator import webpush_browsers
from devices.simulator.client import Client
from devices.simulator.webpush_browsers import CHROME, EDGE, FIREFOX, SAFARI
from tests.devices.browsers import HOSTS, public_key, push_to
from tests.devices.conftest import OpenWebPush
from tests.simulators import RunningSimulator

OpenSender = Callable[..., Sender]


@pytest.fixture
def client(simulator: RunningSimulator) -> Client:
    return Client(simulator.address, simulator.ca_path)


class Post:
    """A valid request by hand; ``headers`` and ``body`` may be changed before."""

    def __init__(
        self, simulator: RunningSimulator, sender: Sender, host: str, name: str
    ) -> None:
        self.simulator, self.sender = simulator, sender
        self.made = simulator.subscription(name, host=host)
        given = vapid.parse(simulator.vapid_secret())
        self.key = given.keys[0].public
        tokens = vapid.Tokens(given)
        self.headers: dict[str, str | None] = {
            "ttl": "60",
            "content-encoding": "aes128gcm",
            "authorization": tokens.authorization(f"https://{host}", self.key),
        }
        keys = encryption.read_keys(self.made.p256dh, self.made.auth)
        self.body = encryption.encrypt(b'{"notification": {"title": "T"}}', keys)

    def __call__(self, **headers: str | None) -> Answer:
        lines = [
            f"{name.replace('_', '-')}: {value}"
            for name, value in (self.headers | headers).items()
            if value is not None
        ]
        return self.sender.exchange(Request(self.made.endpoint, lines, self.body, []))

    def signed(self, **claims: Any) -> str:
        """An authorization with other claims than ours."""
        key = vapid.new_key()
        ordinary = {
            "aud": self.made.endpoint.split("/fcm/send")[0],
            "exp": int(time.time()) + 3600,
            "sub": "mailto:push@demo.simulator.invalid",
        }
        wanted = {k: v for k, v in (ordinary | claims).items() if v is not None}
        token = jwt.encode(wanted, vapid.signing_key(key), "ES256")
        return f"vapid t={token}, k={key.public}"


@pytest.fixture
def post(simulator: RunningSimulator, open_sender: OpenSender) -> Callable[..., Post]:
    def make(name: str, host: str = CHROME) -> Post:
        return Post(simulator, open_sender(), host, name)

    return make


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_a_valid_request_is_taken_in_the_service_s_own_words(
    post: Callable[..., Post], host: str
) -> None:
    sent = post(f"valid-{host}", host)

    answer = sent()

    assert (answer.status, answer.body) == (201, b"")


TTL_REFUSALS = {
    CHROME: b"invalid TTL\n",
    FIREFOX: b'"errno":111',
    SAFARI: b'{"reason":"BadTtl"}',
    EDGE: b"",
}


@pytest.mark.parametrize("ttl", [None, "", "soon", "-1", "0", "2592001"])
@pytest.mark.parametrize(("host", "words"), TTL_REFUSALS.items())
def test_a_time_to_live_is_demanded(
    post: Callable[..., Post], host: str, words: bytes, ttl: str | None
) -> None:
    answer = post("ttl", host)(ttl=ttl)

    assert answer.status == 400
    assert words in answer.body


@pytest.mark.parametrize(
    ("host", "headers", "status", "words"),
    [
        (CHROME, {"authorization": None}, 401, b"authorization"),
        (FIREFOX, {"authorization": "vapid t=x"}, 401, b'"errno":109'),
        (SAFARI, {"authorization": None}, 403, b"BadJwtToken"),
        (EDGE, {"authorization": None}, 401, b""),
        (SAFARI, {"urgency": "now"}, 400, b"BadUrgency"),
        (SAFARI, {"topic": "x" * 33}, 400, b"BadWebPushTopic"),
        (FIREFOX, {"topic": "a/b"}, 400, b'"errno":113'),
        (CHROME, {"content_encoding": "aesgcm"}, 400, b"content-encoding"),
    ],
)
def test_a_request_that_is_not_whole_is_refused(
    post: Callable[..., Post],
    host: str,
    headers: Mapping[str, str | None],
    status: int,
    words: bytes,
) -> None:
    answer = post("not-whole", host)(**headers)

    assert answer.status == status
    assert words in answer.body


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://web.push.apple.com"},
        {"aud": None},
        {"exp": None},
        {"exp": 1_700_000_000},
        {"exp": 4_000_000_000},
        {"exp": "soon"},
        {"sub": None},
        {"sub": "push"},
    ],
)
def test_a_token_is_for_this_service_and_for_a_day_at_most(
    post: Callable[..., Post], claims: dict[str, Any]
) -> None:
    sent = post("claims")

    assert sent(authorization=sent.signed(**claims)).status == 403
    assert sent(authorization=sent.signed()).status == 201


def test_a_signature_of_another_key_is_refused(post: Callable[..., Post]) -> None:
    sent = post("forged")
    forged = sent.signed().rpartition("k=")[0] + f"k={sent.key}"

    assert sent(authorization=forged).status == 403


@pytest.mark.parametrize(
    ("host", "status", "words"),
    [
        (CHROME, 403, b"do not correspond to the credentials"),
        (FIREFOX, 401, b"VAPID public key mismatch"),
        (SAFARI, 403, b"VapidPkHashMismatch"),
        (EDGE, 403, b""),
    ],
)
def test_a_browser_takes_only_the_key_with_which_it_subscribed(
    simulator: RunningSimulator,
    open_sender: OpenSender,
    host: str,
    status: int,
    words: bytes,
) -> None:
    sent = Post(simulator, open_sender(), host, "bound")
    own, other = sent.key, vapid.new_key().public
    sent.made = simulator.subscription("bound", host=host, key=other)

    refused = sent()
    sent.made = simulator.subscription("bound", host=host, key=own)
    keys = encryption.read_keys(sent.made.p256dh, sent.made.auth)
    sent.body = encryption.encrypt(b"{}", keys)

    assert (refused.status, words in refused.body) == (status, True)
    assert sent().status == 201


@pytest.mark.parametrize("host", [CHROME, FIREFOX, SAFARI, EDGE])
def test_a_subscription_that_no_browser_has_is_not_found(
    post: Callable[..., Post], host: str
) -> None:
    sent = post("invented", host)
    endpoint = sent.made.endpoint.replace("invented", "forged")
    sent.made = sent.made._replace(endpoint=endpoint)

    assert sent().status == 404


def test_a_body_over_4096_bytes_is_too_large(post: Callable[..., Post]) -> None:
    sent = post("large-body")
    sent.body = sent.body + b"x" * (4097 - len(sent.body))

    assert sent().status == 413


@pytest.mark.parametrize("spoil", ["flip", "two records", "not JSON"])
def test_what_a_browser_cannot_read_is_taken_and_never_shown(
    simulator: RunningSimulator, post: Callable[..., Post], spoil: str
) -> None:
    sent = post(f"spoilt-{spoil.replace(' ', '-')}")
    keys = encryption.read_keys(sent.made.p256dh, sent.made.auth)
    if spoil == "flip":
        sent.body = sent.body[:-1] + bytes([sent.body[-1] ^ 1])
    elif spoil == "two records":
        sent.body = sent.body[:16] + (20).to_bytes(4, "big") + sent.body[20:]
    else:
        sent.body = encryption.encrypt(b"plain words", keys)
    shown = simulator.simulator.phones.received

    assert sent().status == 201
    [entry] = simulator.journal(token=sent.made.endpoint)
    assert entry["body"] is None
    assert simulator.simulator.phones.received == shown


def test_a_browser_shows_title_text_picture_and_buttons(
    simulator: RunningSimulator, open_webpush: OpenWebPush, client: Client
) -> None:
    push = push_to(
        simulator,
        "phone-ana-chrome-0a1b2c",
        title="Hi Ana",
        body="20 % today",
        image="https://shop.example/i.jpg",
        buttons=(Button("buy", "Buy"), Button("later", "Later")),
        link="https://shop.example/p/1",
        collapse="r42",
        data={"n": "1.2.x"},
    )
    open_webpush().send([push])

    [phone] = client.phones("ana chrome")["phones"]

    [message] = phone["messages"]
    assert phone["name"] == "ana chrome"
    assert message["kind"] == "browser"
    assert (message["title"], message["body"]) == ("Hi Ana", "20 % today")
    assert message["image"] == "https://shop.example/i.jpg"
    assert message["buttons"] == [["buy", "Buy"], ["later", "Later"]]
    assert (message["link"], message["n"]) == ("https://shop.example/p/1", "1.2.x")
    assert message["tag"] == "r42"


def titles(client: Client, name: str) -> list[str]:
    """What a browser shows, the newest first."""
    phones = client.phones(name)["phones"]
    return [each["title"] for phone in phones for each in phone["messages"]]


def test_a_browser_that_is_away_gets_the_newest_of_each_topic_when_it_is_back(
    simulator: RunningSimulator, open_webpush: OpenWebPush, client: Client
) -> None:
    gateway = open_webpush()

    def send(title: str, collapse: str = "", ttl: int = 60) -> Verdict:
        name = "phone-sleepy-firefox-0a1b2c"
        push = push_to(
            simulator, name, host=FIREFOX, title=title, collapse=collapse, ttl=ttl
        )
        simulator.script(push.token, None if title == "back" else "away")
        return gateway.send([push])[0].verdict

    verdicts = {
        send("old", "sale"),
        send("new", "sale"),
        send("other"),
        send("third"),
    }
    assert verdicts == {Verdict.ACCEPTED}
    assert titles(client, "sleepy") == []

    send("back")

    assert titles(client, "sleepy") == ["back", "third", "other", "new"]


def test_an_application_can_be_scripted_as_a_whole(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    secret = simulator.vapid_secret("scripted-app")
    simulator.script("app:mailto:push@scripted-app.simulator.invalid", "BadJwtToken")
    gateway = open_webpush(secret=secret)

    results = gateway.send([push_to(simulator, f"of-the-app-{n}", n) for n in range(3)])

    assert {each.code for each in results} == {"BadJwtToken"}


def test_a_name_says_how_a_browser_answers(
    simulator: RunningSimulator, open_webpush: OpenWebPush
) -> None:
    push = push_to(simulator, "dead-anna", host=EDGE)

    [result] = open_webpush().send([push])

    assert result.verdict is Verdict.TOKEN_DEAD
    assert simulator.journal(token=push.token)[0]["script"] == "dead"


def test_apps_are_still_answered_at_google_s_host(
    simulator: RunningSimulator, open_sender: OpenSender
) -> None:
    url = f"https://{CHROME}/v1/projects/demo/messages:send"
    answer = open_sender().exchange(Request(url, [], b"{}", []))

    assert answer.status == 401
    assert simulator.journal()[-1]["gateway"] == "fcm"


def test_keys_and_subscriptions_are_the_same_the_next_time(tmp_path: Path) -> None:
    one, two = (
        (
            webpush_browsers.vapid_secret(tmp_path, "shop"),
            webpush_browsers.subscription(tmp_path, "ana", host=SAFARI),
        )
        for _time in range(2)
    )

    assert one == two
    assert vapid.parse(one[0]).simulated
    assert len(public_key(one[0])) == 87
    assert (tmp_path / "browsers.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["", "a b", "a/b", "é", "x" * 121])
def test_a_name_that_no_address_holds_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        webpush_browsers.subscription(tmp_path, name)
    with pytest.raises(ValueError, match="not a name"):
        webpush_browsers.vapid_secret(tmp_path, name)
