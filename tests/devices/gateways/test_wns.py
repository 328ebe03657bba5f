"""The WNS gateway: the toast that it sends, where to, and its access token."""

import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from devices.gateways import registry, wns_message
from devices.gateways.base import Button, CredentialRefused, Push, Verdict
from devices.gateways.http import Sender
from devices.gateways.wire import Wire
from devices.gateways.wns import WnsGateway
from devices.gateways.wns_account import WnsToken, parse_wns
from devices.simulator import wns_accounts
from tests.devices.conftest import push
from tests.simulators import RunningSimulator

FULL = Push(
    reference=7,
    token="https://sim.notify.windows.com/?token=phone-a",
    title="Hi <Ana> & co",
    body="20 % today",
    link="shop://p/1?a=b;c",
    ttl=3600,
    collapse="r42",
    image="https://cdn.example/hero.png?w=1&h=2",
    buttons=(Button("open", "Open"), Button("later", "Later", "shop://later")),
    data={"run": "9", "n": "opaque"},
)


@pytest.fixture
def open_wns(
    simulator: RunningSimulator, open_sender: Callable[..., Sender]
) -> Callable[..., WnsGateway]:
    """Makes a gateway; keywords are those of Wire."""

    def make(secret: str = "", **changes: Any) -> WnsGateway:
        credential = parse_wns(secret or simulator.wns_secret())
        return WnsGateway(credential, open_sender(**changes))

    return make


def client(secret: str) -> str:
    given = json.loads(secret)
    return str(given.get("package_sid") or given["client_id"])


def tokens_asked(simulator: RunningSimulator, secret: str) -> int:
    """How often an app asked for an access token."""
    asked = [each for each in simulator.journal() if each["gateway"] == "auth"]
    return sum(each["body"].get("client_id") == client(secret) for each in asked)


def test_a_push_is_a_toast_with_image_buttons_and_what_the_app_needs(
    simulator: RunningSimulator, open_wns: Callable[..., WnsGateway]
) -> None:
    [result] = open_wns().send([FULL])

    [entry] = simulator.journal(token=FULL.token)
    assert result.verdict is Verdict.ACCEPTED
    assert entry["run"] == "9"
    assert entry["body"] | {"xml": ""} == {
        "title": "Hi <Ana> & co",
        "body": "20 % today",
        "image": "https://cdn.example/hero.png?w=1&h=2",
        "buttons": [["open", "Open"], ["later", "Later"]],
        "launch": {"run": "9", "n": "opaque", "link": "shop://p/1?a=b;c"},
        "xml": "",
    }
    actions = ElementTree.fromstring(entry["body"]["xml"]).findall("actions/action")
    assert "link=shop://later;button=later" in actions[1].attrib["arguments"]


def test_a_push_goes_by_http_1_with_its_length_and_the_headers_of_wns(
    simulator: RunningSimulator, open_wns: Callable[..., WnsGateway]
) -> None:
    channel = simulator.wns_channel("phone-headers")

    open_wns().send([push(channel, ttl=3600, collapse="r42")])

    [entry] = simulator.journal(token=channel)
    headers = entry["headers"]
    assert headers["host"] == "sim.notify.windows.com"  # HTTP/2 has none
    assert int(headers["content-length"]) == len(entry["body"]["xml"].encode())
    assert "transfer-encoding" not in headers
    assert headers["content-type"] == "text/xml"
    assert headers["x-wns-type"] == "wns/toast"
    assert headers["x-wns-requestforstatus"] == "true"
    assert (headers["x-wns-ttl"], headers["x-wns-tag"]) == ("3600", "r42")


def test_what_a_push_does_not_have_is_not_sent_as_empty() -> None:
    bare = Push(reference=1, token="t", title="", body="Only a text")

    toast = ElementTree.fromstring(wns_message.body_of(bare))

    assert [each.text for each in toast.iter("text")] == ["Only a text"]
    assert toast.find("actions") is None
    assert toast.find(".//image") is None
    assert not any("tag" in line for line in wns_message.lines_of(0, ""))


@pytest.mark.parametrize(
    "text", ["</text>", "<!DOCTYPE x>", "]]>", "&amp;", '"', "a\x00b\x1bc\ufffe", "\n"]
)
def test_a_text_of_any_kind_stays_a_text(text: str) -> None:
    body = wns_message.body_of(push("t", title=f"x{text}", data={text: text}))

    read = ElementTree.fromstring(body).findtext(".//text")
    kept = "".join(c for c in f"x{text}" if c not in "\x00\x1b\ufffe")
    assert read == kept


@pytest.mark.parametrize(
    ("collapse", "tag"),
    [("r42", "r42"), ("r" * 16, "r" * 16), ("r-42", None), ("r" * 17, None)],
)
def test_a_tag_has_at_most_sixteen_letters_and_digits(
    collapse: str, tag: str | None
) -> None:
    made = wns_message.tag_of(collapse)

    assert tag in (None, made)
    assert wns_message.TAG.fullmatch(made)


def test_the_largest_push_by_our_measure_fits_by_wns_s(
    simulator: RunningSimulator, open_wns: Callable[..., WnsGateway]
) -> None:
    gateway = open_wns()
    channel = simulator.wns_channel("large")
    spare = gateway.max_payload - gateway.size(push(channel, body="b"))
    large = push(channel, 1, body="b" * (spare + 1))
    larger = push(channel, 2, body="b" * (spare + 2))

    fits, does_not = gateway.send([large, larger])

    assert gateway.size(large) == gateway.max_payload
    assert fits.verdict is Verdict.ACCEPTED
    assert (does_not.code, does_not.left) == ("too_big", False)
    assert does_not.verdict is Verdict.PAYLOAD_REJECTED


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/?token=x",
        "https://notify.windows.com.evil.example/",
        "https://evilnotify.windows.com/",
        "https://a.notify.windows.com@evil.example/",
        "https://evil.example/.notify.windows.com/",
        "https://evil.example\\.notify.windows.com/",
        "https://evil.example#.notify.windows.com/",
        "https://evil.example?.notify.windows.com/",
        "http://db5.notify.windows.com/?token=x",
        "https://db5.notify.windows.com:8443/?token=x",
        "https://db5.notify.windows.com./",
        "https://db5.notify.windows.com/\r\nx: y",
        "https://db5.notify.windows.com/ ",
        "https://.notify.windows.com/",
        "https://notify.windows.com/",
        "file:///etc/passwd",
        "",
    ],
)
def test_only_wns_ever_sees_the_access_token(
    simulator: RunningSimulator, open_wns: Callable[..., WnsGateway], address: str
) -> None:
    before = len(simulator.journal())

    [result] = open_wns().send([push(address)])

    assert (result.verdict, result.code) == (Verdict.TOKEN_MISMATCH, "foreign_host")
    assert not result.left
    assert len(simulator.journal()) == before


def test_a_channel_whose_host_cannot_prove_itself_pauses_nobody(
    open_wns: Callable[..., WnsGateway],
) -> None:
    [result] = open_wns().send([push("https://a.b.notify.windows.com/?token=x")])

    assert (result.verdict, result.code) == (Verdict.NOT_SENT, "certificate")


@pytest.mark.parametrize(
    "address",
    [
        "https://db5.notify.windows.com/?token=AgYAAAC%2bx%2fy",
        "https://DB3P.Notify.Windows.com:443/?token=x",
        "https://wns2-by3p.notify.windows.com/?token=a~b[1]",
    ],
)
def test_an_address_as_windows_gives_it_is_a_channel(address: str) -> None:
    assert wns_message.is_channel(address)


def test_one_access_token_serves_a_process(simulator: RunningSimulator) -> None:
    secret, wire = wns_accounts.wns_secret(simulator.folder), simulator.wire()

    for number in range(3):
        gateway = registry.open_gateway("wns", secret, wire)
        [result] = gateway.send([push(simulator.wns_channel(f"once-{number}"))])
        assert result.verdict is Verdict.ACCEPTED

    assert tokens_asked(simulator, secret) == 1


def test_an_app_of_entra_gets_its_token_from_entra(
    simulator: RunningSimulator, open_wns: Callable[..., WnsGateway]
) -> None:
    secret = wns_accounts.wns_entra_secret(simulator.folder)
    channel = simulator.wns_channel("from-entra")

    [result] = open_wns(secret).send([push(channel)])

    assert result.verdict is Verdict.ACCEPTED
    asked = [each for each in simulator.journal() if each["gateway"] == "auth"]
    assert asked[-1]["path"] == "/simulator.invalid/oauth2/v2.0/token"
    assert "client_secret" not in asked[-1]["body"]


@pytest.mark.fault("F41")
def test_a_refused_access_token_is_made_anew_once_for_all_rows(
    simulator: RunningSimulator, open_wns: Callable[..., WnsGateway]
) -> None:
    secret = wns_accounts.wns_secret(simulator.folder)
    gateway = open_wns(secret)
    channels = [simulator.wns_channel(f"anew-{n}") for n in range(20)]
    gateway.send([push(simulator.wns_channel("before"))])
    simulator.revoke(client(secret))

    refused = gateway.send([push(each, n) for n, each in enumerate(channels)])
    again = gateway.send([push(each, n) for n, each in enumerate(channels)])

    assert {each.verdict for each in refused} == {Verdict.NOT_ACCEPTED}
    assert {each.verdict for each in again} == {Verdict.ACCEPTED}
    assert tokens_asked(simulator, secret) == 2


@pytest.mark.parametrize(
    ("script", "code"), [("unauthenticated", "HTTP_401")], ids=["401"]
)
def test_a_refusal_that_a_new_token_does_not_cure_is_a_fault_of_the_credential(
    simulator: RunningSimulator,
    open_wns: Callable[..., WnsGateway],
    script: str,
    code: str,
) -> None:
    gateway = open_wns()
    channel = simulator.wns_channel(f"{script}-wns")

    first, second = (gateway.send([push(channel)])[0] for _time in range(2))

    assert first.verdict is Verdict.NOT_ACCEPTED
    assert (second.verdict, second.code) == (Verdict.AUTH_CONFIG, code)


def test_a_channel_that_refuses_a_token_which_others_take_is_alone_at_fault(
    simulator: RunningSimulator, open_wns: Callable[..., WnsGateway]
) -> None:
    gateway = open_wns()
    strange = push(simulator.wns_channel("unauthenticated-strange"), 1)
    others = [push(simulator.wns_channel(f"beside-strange-{n}"), n) for n in (2, 3)]

    [first] = gateway.send([strange])
    [taken] = gateway.send(others[:1])
    [second] = gateway.send([strange])
    [also] = gateway.send(others[1:])

    assert first.verdict is Verdict.NOT_ACCEPTED
    assert (second.verdict, second.code) == (Verdict.TOKEN_MISMATCH, "HTTP_401")
    assert taken.verdict is also.verdict is Verdict.ACCEPTED


def test_a_token_is_renewed_five_minutes_before_its_end(
    simulator: RunningSimulator, open_sender: Callable[..., Sender]
) -> None:
    secret = wns_accounts.wns_secret(simulator.folder)
    moments = iter([0, 86_099, 86_101, 86_101, 86_102])
    tokens = WnsToken(parse_wns(secret), open_sender(), clock=lambda: next(moments))

    first, still, renewed, again = (tokens.line() for _time in range(4))

    assert first == still
    assert renewed == again != first
    assert tokens_asked(simulator, secret) == 2


@pytest.mark.parametrize("script", ["internal", "closed"])
def test_without_a_token_nothing_leaves_and_rows_wait(
    simulator: RunningSimulator, open_wns: Callable[..., WnsGateway], script: str
) -> None:
    secret = wns_accounts.wns_secret(simulator.folder)
    simulator.script(f"account:{client(secret)}", script, times=1)
    gateway, channel = open_wns(secret), simulator.wns_channel(f"none-{script}")

    [result] = gateway.send([push(channel)])
    [later] = gateway.send([push(channel)])

    assert (result.verdict, result.code) == (Verdict.NOT_SENT, "oauth")
    assert not result.left
    assert later.verdict is Verdict.ACCEPTED


def test_a_secret_that_microsoft_refuses_holds_the_rows_and_is_explained(
    simulator: RunningSimulator, open_wns: Callable[..., WnsGateway]
) -> None:
    wrong = json.loads(simulator.wns_secret()) | {"client_secret": "not-the-one"}
    gateway = open_wns(json.dumps(wrong))

    [result] = gateway.send([push(simulator.wns_channel("refused-secret"))])
    check = gateway.check()

    assert (result.verdict, result.left) == (Verdict.AUTH_CONFIG, False)
    assert not check.ok
    assert "invalid_client" in check.sentence
    assert "Make a new client secret" in check.sentence
    assert "not-the-one" not in check.sentence


def test_a_credential_that_works_is_said_to_work_as_far_as_can_be_known(
    simulator: RunningSimulator, open_wns: Callable[..., WnsGateway]
) -> None:
    shown = simulator.simulator.phones.received

    check = open_wns().check()

    assert check.ok
    assert "send one to your own device" in check.sentence
    assert simulator.simulator.phones.received == shown


def test_a_network_that_leads_nowhere_is_explained(
    simulator: RunningSimulator,
) -> None:
    nowhere = Sender(Wire(simulator="127.0.0.1:9", ca_file=str(simulator.ca_path)))

    check = WnsGateway(parse_wns(simulator.wns_secret()), nowhere).check()

    assert not check.ok
    assert "login.live.com could not be reached" in check.sentence


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{", "not a Windows credential"),
        ("[]", "not a Windows credential"),
        ("[" * 9**5, "not a Windows credential"),
        ({}, "tenant id and the client id"),
        ({"package_sid": "S-1-15-2-1"}, "begins with ms-app"),
        ({"package_sid": "ms-app://s-1\r\nx"}, "begins with ms-app"),
        ({"package_sid": "ms-app://s-1-15-2-1"}, "secret is missing"),
        ({"package_sid": "ms-app://s-1-15-2-1", "client_secret": "a b"}, "secret is"),
        ({"tenant_id": "a/../b", "client_id": "12345678"}, "tenant id and the"),
        ({"tenant_id": "contoso.com", "client_secret": "abcd"}, "tenant id and the"),
    ],
)
def test_what_cannot_be_a_credential_is_refused_with_a_sentence(
    given: object, words: str
) -> None:
    text = given if isinstance(given, str) else json.dumps(given)

    with pytest.raises(CredentialRefused, match=words):
        parse_wns(text)


def test_a_credential_tells_its_account_and_hides_its_secret(
    simulator: RunningSimulator,
) -> None:
    secret = simulator.wns_secret()

    uploaded = registry.parse("wns", secret)

    assert uploaded.account == client(secret)
    assert uploaded.simulated
    assert json.loads(secret)["client_secret"] not in repr(parse_wns(secret))


def test_real_and_simulated_credentials_do_not_meet(
    simulator: RunningSimulator, open_sender: Callable[..., Sender]
) -> None:
    real = {"package_sid": "ms-app://s-1-15-2-1", "client_secret": "abcdefgh"}

    with pytest.raises(CredentialRefused, match="belongs to a real Windows app"):
        WnsGateway(parse_wns(json.dumps(real)), open_sender())
    with pytest.raises(CredentialRefused, match="made by the simulator"):
        WnsGateway(parse_wns(simulator.wns_secret()), Sender(Wire()))
