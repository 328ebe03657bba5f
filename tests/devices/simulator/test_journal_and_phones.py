"""What the simulator writes down, what phones show, and its own address."""

import json
import re
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.gateways.base import Button
from devices.gateways.http import Sender
from devices.gateways.wire import Request
from devices.simulator.client import Client, SimulatorAway
from devices.simulator.exchange import Shown
from devices.simulator.phones import Phones, short_hash
from devices.simulator.scripts import Scripts
from tests.devices.conftest import OpenGateway, push
from tests.simulators import RunningSimulator


@pytest.fixture
def client(simulator: RunningSimulator) -> Client:
    return Client(simulator.address, simulator.ca_path)


def test_an_entry_of_the_journal_has_the_shape_that_checkers_read(
    simulator: RunningSimulator, open_gateway: OpenGateway
) -> None:
    open_gateway().send([push("shape", data={"run": "42", "n": "opaque"})])

    [entry] = simulator.journal(token="shape")
    assert list(entry) == [
        *("at", "run", "gateway", "token", "method", "path", "headers", "body"),
        *("connection", "stream", "script", "status"),
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]{15}\+00:00", entry["at"])
    assert (entry["run"], entry["gateway"]) == ("42", "fcm")
    assert entry["path"] == "/v1/projects/demo/messages:send"
    assert entry["body"]["message"]["token"] == "shape"
    assert (entry["script"], entry["status"]) == (None, 200)


def test_the_journal_holds_the_meaning_of_a_secret_and_not_the_secret(
    simulator: RunningSimulator, open_gateway: OpenGateway
) -> None:
    open_gateway().send([push("secret")])

    [entry] = simulator.journal(token="secret")
    authorization = entry["headers"]["authorization"]
    assert authorization["scheme"] == "Bearer"
    assert authorization["claims"]["project"] == "demo"
    assert "ya29" not in (simulator.folder / "journal.jsonl").read_text()


@pytest.mark.parametrize(
    ("token", "kind"),
    [("a1", "android"), ("ios-a1", "ios"), ("phone-web-Ana-a1", "browser")],
)
def test_the_device_behind_a_firebase_token_is_named_in_it(
    client: Client, open_gateway: OpenGateway, token: str, kind: str
) -> None:
    buttons = (Button("b1", "Buy"), Button("b2", "Later"))
    rich = push(token, image="https://a.example/b.png", buttons=buttons)

    open_gateway().send([rich])

    [phone] = client.phones(short_hash(token))["phones"]
    [message] = phone["messages"]
    assert (message["kind"], message["image"]) == (kind, rich.image)
    assert message["buttons"] == [["b1", "Buy"], ["b2", "Later"]]


@pytest.mark.parametrize(
    ("script", "status"),
    [("dead", 404), ("throttled", 429), ("silent", None), ("refused", None)],
)
def test_the_journal_says_what_is_about_to_be_answered(
    simulator: RunningSimulator, open_gateway: OpenGateway, script: str, status: object
) -> None:
    open_gateway(timeout=0.4).send([push(f"{script}-journal")])

    [entry] = simulator.journal(token=f"{script}-journal")
    assert (entry["script"], entry["status"]) == (script, status)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"message": {"token": 7, "data": 5}}', b"\xff"]
)
def test_a_request_that_is_not_a_message_is_in_the_journal_too(
    simulator: RunningSimulator, open_sender: Callable[..., Sender], body: bytes
) -> None:
    url = "https://fcm.googleapis.com/v1/projects/demo/messages:send"
    before = len(simulator.journal())

    answer = open_sender().exchange(Request(url, [], body, []))

    assert answer.status == 401
    [entry] = simulator.journal()[before:]
    assert (entry["token"], entry["run"], entry["status"]) == (None, None, 401)


def test_phones_show_what_was_accepted_newest_first(
    open_gateway: OpenGateway, client: Client
) -> None:
    gateway = open_gateway()
    gateway.send([push("phone-ana-pixel-0a1b2c", title="First", collapse="a")])
    gateway.send([push("phone-ana-pixel-0a1b2c", title="Second", link="shop://x")])
    gateway.send([push("dead-phone-ana-pixel", title="Never")])

    [phone] = client.phones("ana pix")["phones"]

    assert phone["name"] == "ana pixel"
    assert [each["title"] for each in phone["messages"]] == ["Second", "First"]
    assert phone["messages"][0]["link"] == "shop://x"
    assert phone["hash"] == short_hash("phone-ana-pixel-0a1b2c")
    assert "0a1b2c" not in json.dumps(phone)
    assert client.phones(phone["hash"][:8])["phones"] == [phone]
    assert client.phones("nobody has this name")["phones"] == []


def test_a_later_message_with_the_same_tag_replaces_the_earlier() -> None:
    phones = Phones()
    for moment, (title, tag) in enumerate([("1", "a"), ("2", "b"), ("3", "a")]):
        message = Shown(kind="android", title=title, tag=tag)
        phones.show("t", message, at=moment)

    [phone] = phones.describe()["phones"]

    assert [each["title"] for each in phone["messages"]] == ["3", "2"]


def test_only_the_newest_messages_are_kept_however_many_phones_there_are() -> None:
    phones = Phones(keep=10)
    for number in range(1000):
        phones.show(f"t{number}", Shown(kind="ios", title=str(number)), at=0.0)

    described = phones.describe()

    assert described["received"] == 1000
    assert len(described["phones"]) == 10


def test_a_run_that_ends_with_one_provider_still_shows_every_kind() -> None:
    phones = Phones(keep=100)
    for kind in ("android", "ios", "browser", "windows"):
        for number in range(500):
            phones.show(f"{kind}-{number}", Shown(kind=kind), at=0.0)

    described = phones.describe()["phones"]

    kinds = Counter(phone["messages"][0]["kind"] for phone in described)
    assert kinds == {"windows": 15, "browser": 15, "ios": 15, "android": 15}
    ids = [phone["messages"][0]["id"] for phone in described]
    assert ids == sorted(ids, reverse=True)


def test_a_script_is_set_over_the_simulator_s_own_address(
    client: Client, open_gateway: OpenGateway
) -> None:
    assert client.script({"token": "told", "script": "dead"}) == {"ok": True}

    [result] = open_gateway().send([push("told")])

    assert result.code == "UNREGISTERED"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"script": "dead"}, "for which token"),
        ({"token": "t", "script": "explode"}, "There is no script 'explode'"),
        ({"token": "t", "script": "slow", "delay": "long"}, "long"),
    ],
)
def test_a_bad_script_gets_a_sentence(
    client: Client, wanted: dict[str, str], words: str
) -> None:
    assert words in client.script(wanted)["error"]


def test_scripts_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "scripts.jsonl"
    path.write_text('{"token": "a", "script": "dead"}\n{"token": "b"}\n')
    scripts = Scripts()

    scripts.load(path)

    taken = scripts.take("a")
    assert taken is not None
    assert taken.name == "dead"
    assert scripts.take("b") is None


def test_a_prefix_is_a_script_and_one_for_the_first_time_is_spent_after_it() -> None:
    scripts = Scripts()

    names = [
        script.name if script else None
        for script in map(
            scripts.take,
            ["dead-1", "dead-1", "throttled-1", "throttled-1", "plain", "dead"],
        )
    ]

    assert names == ["dead", "dead", "throttled", None, None, None]


def test_messages_are_told_as_server_sent_events(
    simulator: RunningSimulator, open_gateway: OpenGateway
) -> None:
    tls = ssl.create_default_context(cafile=str(simulator.ca_path))
    host, _colon, port = simulator.address.rpartition(":")
    with (
        socket.create_connection((host, int(port)), timeout=5) as raw,
        tls.wrap_socket(raw, server_hostname="simulator") as connection,
    ):
        connection.sendall(b"GET /events HTTP/1.1\r\nhost: simulator\r\n\r\n")
        heard = connection.recv(1000)
        assert b"text/event-stream" in heard

        open_gateway().send([push("event")])

        assert re.search(rb"data: \d+\n\n", connection.recv(1000))


def test_a_simulator_that_does_not_run_is_said_to_be_away(
    simulator: RunningSimulator,
) -> None:
    with pytest.raises(SimulatorAway):
        Client("127.0.0.1:9", simulator.ca_path).phones()


def test_the_simulator_s_own_address_has_nothing_else(
    open_sender: Callable[..., Sender],
) -> None:
    answer = open_sender().exchange(Request("https://simulator/other", [], b"{}", []))

    assert answer.status == 404
