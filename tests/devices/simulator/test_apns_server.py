"""The simulator as APNs, looked at over a bare HTTP/2 connection."""

import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RemoteSettingsChanged,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from h2.settings import SettingCodes

from devices.gateways.base import Button
from tests.devices.conftest import OpenApns, push
from tests.simulators import RunningSimulator

HOST = "api.push.apple.com"
TOPIC = "com.example.shop"


class Caller:
    """A client that starts what it is told to, when it is told to."""

    def __init__(self, simulator: RunningSimulator) -> None:
        tls = ssl.create_default_context(cafile=str(simulator.ca_path))
        tls.set_alpn_protocols(["h2"])
        host, _colon, port = simulator.address.rpartition(":")
        plain = socket.create_connection((host, int(port)), timeout=5)
        self._socket = tls.wrap_socket(plain, server_hostname=HOST)
        self._h2 = H2Connection(H2Configuration(header_encoding="utf-8"))
        self._h2.initiate_connection()
        self.events: list[Event] = []

    def ask(
        self, token: str, bearer: str = "", method: str = "POST", **more: Any
    ) -> int:
        """Start a request; returns its stream."""
        number = self._h2.get_next_available_stream_id()
        path = more.pop("path", f"/3/device/{token}")
        body = more.pop("body", b'{"aps":{"alert":"x"}}')
        headers = {"apns-topic": TOPIC, "apns-push-type": "alert"}
        if bearer:
            headers["authorization"] = f"bearer {bearer}"
        headers |= {f"apns-{name}": value for name, value in more.items()}
        asked = [(":method", method), (":scheme", "https")]
        asked += [(":authority", HOST), (":path", path)]
        asked += [each for each in headers.items() if each[1]]
        self._h2.send_headers(number, asked)
        self._h2.send_data(number, body, end_stream=True)
        return number

    def until(self, met: Callable[[Event], bool]) -> None:
        """Send what is ready and listen until an event is met."""
        while not any(met(each) for each in self.events):
            self._socket.sendall(self._h2.data_to_send())
            chunk = self._socket.recv(65_536)
            assert chunk, "the server hung up"
            self.events += self._h2.receive_data(chunk)
        self._socket.sendall(self._h2.data_to_send())

    def reason(self, token: str, bearer: str = "", **more: Any) -> tuple[int, str]:
        """Status and reason of one answer; "" for a push that was accepted."""
        number = self.ask(token, bearer, **more)
        self.until(lambda e: isinstance(e, StreamEnded) and e.stream_id == number)
        mine = [e for e in self.events if getattr(e, "stream_id", 0) == number]
        [head] = [dict(e.headers) for e in mine if isinstance(e, ResponseReceived)]
        body = b"".join(e.data for e in mine if isinstance(e, DataReceived))
        return int(head[":status"]), json.loads(body)["reason"] if body else ""

    def streams(self) -> list[int]:
        """The limits of streams that the server named, in their order."""
        code = SettingCodes.MAX_CONCURRENT_STREAMS
        changes = [
            e.changed_settings
            for e in self.events
            if isinstance(e, RemoteSettingsChanged)
        ]
        return [each[code].new_value for each in changes if code in each]

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def call(simulator: RunningSimulator) -> Iterator[Callable[[], Caller]]:
    """Opens a connection of its own."""
    callers: list[Caller] = []

    def make() -> Caller:
        callers.append(Caller(simulator))
        return callers[-1]

    yield make
    for caller in callers:
        caller.close()


@pytest.fixture
def sign(simulator: RunningSimulator) -> Callable[..., str]:
    """Makes a provider token, ``age`` seconds old; claims may be changed."""

    def make(age: float = 60, topic: str = TOPIC, **changes: Any) -> str:
        key = json.loads(simulator.apns_key(topic))
        claims = {"iss": key["team_id"], "iat": int(time.time() - age)} | changes
        headers = {"kid": key["key_id"]}
        return jwt.encode(claims, key["private_key"], "ES256", headers)

    return make


Call = Callable[[], Caller]
Sign = Callable[..., str]


def test_a_connection_has_one_stream_until_a_credential_was_good(
    simulator: RunningSimulator, call: Call, sign: Sign
) -> None:
    caller, token = call(), simulator.apns_token("phone-streams")

    assert caller.reason(token, "bad") == (403, "InvalidProviderToken")
    assert caller.streams()[-1] == 1
    assert caller.reason(token, sign()) == (200, "")
    caller.until(
        lambda e: isinstance(e, RemoteSettingsChanged) and caller.streams()[-1] == 1000
    )


def test_a_second_stream_that_comes_too_early_is_refused_and_not_processed(
    simulator: RunningSimulator, call: Call, sign: Sign
) -> None:
    caller, bearer = call(), sign()
    tokens = [simulator.apns_token(f"phone-crowd-{number}") for number in range(3)]

    first, *others = (caller.ask(token, bearer) for token in tokens)
    caller.until(lambda e: isinstance(e, StreamEnded) and e.stream_id == first)

    refused = [e.stream_id for e in caller.events if isinstance(e, StreamReset)]
    assert refused == others
    assert [len(simulator.journal(token=token)) for token in tokens] == [1, 0, 0]


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ({"bearer": ""}, 403, "MissingProviderToken"),
        ({"bearer": "x.y.z"}, 403, "InvalidProviderToken"),
        ({"method": "PUT"}, 405, "MethodNotAllowed"),
        ({"path": "/3/devices/aa"}, 404, "BadPath"),
        ({"path": "/3/device/"}, 400, "MissingDeviceToken"),
        ({"path": "/3/device/xyz"}, 400, "BadDeviceToken"),
        ({"path": "/3/device/" + "0" * 64}, 400, "BadDeviceToken"),
        ({"topic": ""}, 400, "MissingTopic"),
        ({"topic": "no spaces"}, 400, "BadTopic"),
        ({"topic": "com.example.theirs"}, 400, "TopicDisallowed"),
        ({"priority": "7"}, 400, "BadPriority"),
        ({"body": b""}, 400, "PayloadEmpty"),
        ({"body": b"{"}, 400, "PayloadEmpty"),
        ({"body": b'{"aps":{"alert":"' + b"x" * 4096 + b'"}}'}, 413, "PayloadTooLarge"),
    ],
)
def test_a_bad_request_gets_apple_s_reason(
    simulator: RunningSimulator,
    call: Call,
    sign: Sign,
    changes: dict[str, Any],
    status: int,
    reason: str,
) -> None:
    token = simulator.apns_token("phone-refusals")

    answer = call().reason(token, **({"bearer": sign()} | changes))

    assert answer == (status, reason)


@pytest.mark.parametrize(
    ("age", "claims", "reason"),
    [
        (3500, {}, ""),
        (3700, {}, "ExpiredProviderToken"),
        (-30, {}, ""),
        (-300, {}, "InvalidProviderToken"),
        (60, {"iss": "ABCDE12345"}, "InvalidProviderToken"),
        (60, {"iat": "now"}, "InvalidProviderToken"),
    ],
)
def test_a_provider_token_is_of_its_team_and_of_this_hour(
    simulator: RunningSimulator,
    call: Call,
    sign: Sign,
    age: int,
    claims: dict[str, Any],
    reason: str,
) -> None:
    token = simulator.apns_token("phone-ages")

    assert call().reason(token, sign(age, **claims))[1] == reason


def test_a_signature_of_another_key_is_refused(
    simulator: RunningSimulator, call: Call
) -> None:
    mine, other = (json.loads(simulator.apns_key(t)) for t in (TOPIC, "com.example.x"))
    claims = {"iss": mine["team_id"], "iat": int(time.time())}
    forged = jwt.encode(claims, other["private_key"], "ES256", {"kid": mine["key_id"]})

    answer = call().reason(simulator.apns_token("phone-forged"), forged)

    assert answer == (403, "InvalidProviderToken")


def test_a_connection_takes_one_key_and_one_new_token_in_20_minutes(
    simulator: RunningSimulator, call: Call, sign: Sign
) -> None:
    token = simulator.apns_token("phone-connection")
    caller, first, second = call(), sign(60), sign(30)
    other = sign(topic="com.example.other")

    assert caller.reason(token, first)[1] == ""
    assert (
        caller.reason(token, other, topic="com.example.other")[1]
        == "UnrelatedKeyIdInToken"
    )
    assert caller.reason(token, second)[1] == "TooManyProviderTokenUpdates"
    assert caller.reason(token, first)[1] == "TooManyProviderTokenUpdates"
    assert call().reason(token, second)[1] == ""


def test_a_goaway_says_why(simulator: RunningSimulator, call: Call, sign: Sign) -> None:
    caller = call()

    caller.ask(simulator.apns_token("goaway-with-reason"), sign())
    caller.until(lambda event: isinstance(event, ConnectionTerminated))

    [end] = [e for e in caller.events if isinstance(e, ConnectionTerminated)]
    assert json.loads(end.additional_data) == {"reason": "Shutdown"}
    assert end.last_stream_id == 0


def test_an_iphone_shows_what_it_got(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    token = simulator.apns_token("phone-Anas_iPhone-0123456")
    message = push(
        token,
        title="Hi Ana",
        body="20 % today",
        link="shop://p/1",
        image="https://cdn.example/i.jpg",
        collapse="r42",
        buttons=(Button("buy", "Buy now"), Button("later", "Later")),
        data={"n": "opaque", "run": "9"},
    )

    open_apns().send([message])

    [phone] = simulator.simulator.phones.describe("Anas iPhone")["phones"]
    [shown] = phone["messages"]
    assert shown["kind"] == "ios"
    assert (shown["title"], shown["body"]) == ("Hi Ana", "20 % today")
    assert shown["image"] == "https://cdn.example/i.jpg"
    assert [label for _id, label in shown["buttons"]] == ["Buy now", "Later"]
    assert (shown["tag"], shown["link"], shown["n"]) == ("r42", "shop://p/1", "opaque")
    assert simulator.journal(token=token)[0]["run"] == "9"


def test_the_journal_holds_no_usable_token(
    simulator: RunningSimulator, call: Call, sign: Sign
) -> None:
    token, bearer = simulator.apns_token("phone-secret"), sign()

    call().reason(token, bearer)

    [entry] = simulator.journal(token=token)
    claims = entry["headers"]["authorization"]["claims"]
    assert set(claims) == {"iss", "kid", "iat"}
    assert bearer not in (simulator.folder / "journal.jsonl").read_text()
