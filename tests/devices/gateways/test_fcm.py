"""The FCM gateway: what it sends, and what becomes of its access token."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from devices.gateways import fcm_message, registry
from devices.gateways.base import (
    Button,
    CredentialRefused,
    GatewayMisconfigured,
    Push,
    Result,
    Verdict,
)
from devices.gateways.fcm import FcmGateway
from devices.gateways.http import Sender
from devices.gateways.oauth import AccessToken, parse_service_account
from devices.gateways.wire import Wire
from devices.simulator import fcm_schema
from tests.devices.conftest import OpenGateway, push
from tests.simulators import RunningSimulator

FULL = Push(
    reference=77,
    token="phone-a",
    title="Hi Ana",
    body="20 % today",
    link="shop://p/1",
    ttl=3600,
    collapse="c42",
    data={"run": "9", "n": "opaque"},
)


def test_a_push_is_a_message_that_android_and_ios_display() -> None:
    message = json.loads(fcm_message.body_of(FULL, at=1_790_000_000))["message"]

    assert message == {
        "token": "phone-a",
        "notification": {"title": "Hi Ana", "body": "20 % today"},
        "data": {"run": "9", "n": "opaque", "link": "shop://p/1"},
        "android": {
            "priority": "HIGH",
            "ttl": "3600s",
            "notification": {"tag": "c42"},
        },
        "apns": {
            "headers": {
                "apns-priority": "10",
                "apns-push-type": "alert",
                "apns-expiration": "1790003600",
                "apns-collapse-id": "c42",
            },
            "payload": {"aps": {"sound": "default"}},
        },
    }


def test_what_a_push_does_not_have_is_not_sent_as_empty() -> None:
    bare = Push(reference=1, token="t", title="", body="Only a text")

    message = json.loads(fcm_message.body_of(bare, at=0))["message"]

    assert message["notification"] == {"body": "Only a text"}
    assert "data" not in message
    assert "notification" not in message["android"]
    assert "apns-collapse-id" not in message["apns"]["headers"]


def test_image_and_buttons_reach_the_app_and_wake_its_extension_on_ios() -> None:
    buttons = (Button("b1", "Buy", "https://a.example/"), Button("b2", "Later"))
    rich = push("t", image="https://a.example/b.png", buttons=buttons)

    request = json.loads(fcm_message.body_of(rich, at=0))

    message = request["message"]
    assert message["notification"]["image"] == "https://a.example/b.png"
    assert json.loads(message["data"]["buttons"]) == [
        {"id": "b1", "label": "Buy", "link": "https://a.example/"},
        {"id": "b2", "label": "Later", "link": ""},
    ]
    assert message["apns"]["payload"]["aps"] == {
        "sound": "default",
        "mutable-content": 1,
        "category": "pushsite.buttons",
    }
    assert fcm_schema.violation_of(request) is None
    assert fcm_message.size_of(rich) > fcm_message.size_of(push("t")) + 100


@pytest.mark.parametrize(
    ("ttl", "sent"), [(-5, "0s"), (0, "0s"), (9_000_000, "2419200s")]
)
def test_a_time_to_live_stays_within_fcm_s_limits(ttl: int, sent: str) -> None:
    message = json.loads(fcm_message.body_of(push("t", ttl=ttl), at=0))["message"]

    assert message["android"]["ttl"] == sent
    assert fcm_schema.violation_of({"message": message}) is None


def test_the_largest_push_by_our_measure_fits_by_fcm_s(
    open_gateway: OpenGateway,
) -> None:
    gateway = open_gateway()
    spare = gateway.max_payload - gateway.size(push("large", title="é", body=""))
    large = push("large", 1, title="é", body="b" * (spare - len(',"body":""')))
    larger = push("larger", 2, title="é", body=large.body + "b")

    fits, does_not = gateway.send([large, larger])

    assert gateway.size(large) == gateway.max_payload
    assert fits.verdict is Verdict.ACCEPTED
    assert does_not.verdict is Verdict.PAYLOAD_REJECTED
    assert (does_not.code, does_not.left) == ("too_big", False)


def account(simulator: RunningSimulator, project: str) -> str:
    return str(json.loads(simulator.service_account(project))["client_email"])


def tokens_asked(simulator: RunningSimulator, project: str) -> int:
    """How often a project's account asked for an access token."""
    asked = [each for each in simulator.journal() if each["gateway"] == "auth"]
    name = account(simulator, project)
    return sum(each["body"].get("assertion", {}).get("iss") == name for each in asked)


def test_one_access_token_serves_a_process(simulator: RunningSimulator) -> None:
    secret, wire = simulator.service_account("once"), simulator.wire()

    for number in range(3):
        gateway = registry.open_gateway("fcm", secret, wire)
        [result] = gateway.send([push(f"one-token-{number}")])
        assert result.verdict is Verdict.ACCEPTED

    assert tokens_asked(simulator, "once") == 1


@pytest.mark.fault("F41")
def test_a_refused_access_token_is_made_anew_once_for_all_rows(
    simulator: RunningSimulator, open_gateway: OpenGateway
) -> None:
    gateway = open_gateway(project="revoked")
    gateway.send([push("before")])
    simulator.revoke(account(simulator, "revoked"))

    refused = gateway.send([push(f"revoked-{n}", n) for n in range(20)])
    again = gateway.send([push(f"revoked-{n}", n) for n in range(20)])

    assert {each.verdict for each in refused} == {Verdict.NOT_ACCEPTED}
    assert {each.verdict for each in again} == {Verdict.ACCEPTED}
    assert tokens_asked(simulator, "revoked") == 2


def test_a_refusal_that_a_new_token_does_not_cure_is_a_fault_of_the_credential(
    open_gateway: OpenGateway,
) -> None:
    gateway = open_gateway()

    first, second = (
        gateway.send([push(f"unauthenticated-{number}")])[0] for number in range(2)
    )

    assert first.verdict is Verdict.NOT_ACCEPTED
    assert second.verdict is Verdict.AUTH_CONFIG


def test_a_refusal_is_a_fault_of_the_credential_when_no_new_token_can_be_had(
    simulator: RunningSimulator, open_gateway: OpenGateway
) -> None:
    gateway = open_gateway(project="withdrawn")
    gateway.send([push("before")])
    name = account(simulator, "withdrawn")
    (simulator.folder / "accounts" / f"{name}.pem").unlink()
    simulator.revoke(name)

    [result] = gateway.send([push("withdrawn")])

    assert (result.verdict, result.code) == (Verdict.AUTH_CONFIG, "UNAUTHENTICATED")


def test_a_token_is_renewed_five_minutes_before_its_end(
    simulator: RunningSimulator, open_sender: Callable[..., Sender]
) -> None:
    credential = parse_service_account(simulator.service_account("renewed"))
    moments = iter([0, 3299, 3301, 3301, 3302])
    tokens = AccessToken(credential, open_sender(), clock=lambda: next(moments))

    first, still, renewed, again = (tokens.headers() for _time in range(4))

    assert first is still
    assert renewed is again
    assert renewed != first
    assert tokens_asked(simulator, "renewed") == 2


@pytest.mark.parametrize(
    ("script", "verdict"),
    [("internal", Verdict.NOT_SENT), ("closed", Verdict.NOT_SENT)],
)
def test_without_a_token_nothing_leaves_and_rows_wait(
    simulator: RunningSimulator,
    open_gateway: OpenGateway,
    script: str,
    verdict: Verdict,
) -> None:
    project = f"no-token-{script}"
    simulator.script(f"account:{account(simulator, project)}", script, times=1)
    gateway = open_gateway(project=project)

    [result] = gateway.send([push(f"{project}-1")])
    [later] = gateway.send([push(f"{project}-2")])

    assert (result.verdict, result.code, result.left) == (verdict, "oauth", False)
    assert simulator.journal(token=f"{project}-1") == []
    assert later.verdict is Verdict.ACCEPTED


def test_an_account_that_google_does_not_know_holds_the_rows(
    simulator: RunningSimulator, open_gateway: OpenGateway
) -> None:
    gateway = open_gateway(project="deleted")
    name = account(simulator, "deleted")
    (simulator.folder / "accounts" / f"{name}.pem").unlink()

    results = gateway.send([push("deleted", 1), push("deleted", 2)])

    assert [each.verdict for each in results] == [Verdict.AUTH_CONFIG] * 2
    assert "account not found" in results[0].detail
    assert not results[0].left


def test_a_credential_that_works_is_said_to_work_and_nobody_gets_anything(
    simulator: RunningSimulator, open_gateway: OpenGateway
) -> None:
    shown = simulator.simulator.phones.received

    check = open_gateway().check()

    assert check.ok
    assert "pushes can be sent" in check.sentence
    assert simulator.journal()[-1]["body"]["validate_only"] is True
    assert simulator.simulator.phones.received == shown


def test_a_credential_of_another_project_is_explained(
    simulator: RunningSimulator, open_sender: Callable[..., Sender]
) -> None:
    key = json.loads(simulator.service_account("mine"))
    other = parse_service_account(json.dumps(key | {"project_id": "theirs"}))

    check = FcmGateway(other, open_sender()).check()

    assert (check.ok, check.code) == (False, "PERMISSION_DENIED")
    assert "Firebase Cloud Messaging API Admin" in check.sentence


def test_a_network_that_leads_nowhere_is_explained(
    simulator: RunningSimulator,
) -> None:
    nowhere = Sender(Wire(simulator="127.0.0.1:9", ca_file=str(simulator.ca_path)))
    credential = parse_service_account(simulator.service_account())

    check = FcmGateway(credential, nowhere).check()

    assert not check.ok
    assert "oauth2.googleapis.com could not be reached" in check.sentence


def key_file(simulator: RunningSimulator, **changes: Any) -> str:
    account = json.loads(simulator.service_account()) | changes
    kept = {name: value for name, value in account.items() if value is not None}
    return json.dumps(kept)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"type": "authorized_user"}, "not the key file of a service account"),
        ({"private_key": None}, "lacks private_key"),
        ({"project_id": 7}, "lacks project_id"),
        ({"project_id": "demo/../x"}, "not a Google one"),
        ({"client_email": "a@b\r\nx: y"}, "not a Google one"),
        ({"private_key": "-----BEGIN PRIVATE KEY-----"}, "cannot be read"),
        ({"token_uri": "https://evil.example/token"}, "names another address"),
        ({"token_uri": "https://oauth2.googleapis.com/token/"}, "names another"),
        ({"universe_domain": "evil.example"}, "names another address"),
    ],
)
def test_a_key_file_that_cannot_be_used_is_refused_with_a_sentence(
    simulator: RunningSimulator, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(CredentialRefused, match=words):
        parse_service_account(key_file(simulator, **changes))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '"x"', "7", b"\xff", "[" * 9**6]
)
def test_what_is_no_key_file_at_all_is_refused_with_a_sentence(
    text: str | bytes,
) -> None:
    with pytest.raises(CredentialRefused, match="not the key file"):
        parse_service_account(text)


def test_a_credential_does_not_show_its_key(simulator: RunningSimulator) -> None:
    credential = parse_service_account(simulator.service_account())

    assert "PRIVATE KEY" not in repr(credential)


def test_a_real_credential_never_meets_the_simulator(
    simulator: RunningSimulator, open_sender: Callable[..., Sender]
) -> None:
    real = parse_service_account(
        key_file(simulator, client_email="push@shop-1.iam.gserviceaccount.com")
    )

    with pytest.raises(CredentialRefused, match="belongs to a real Firebase project"):
        FcmGateway(real, open_sender())


def test_a_simulated_credential_never_meets_google(
    simulator: RunningSimulator,
) -> None:
    credential = parse_service_account(simulator.service_account())

    with pytest.raises(CredentialRefused, match="made by the simulator"):
        FcmGateway(credential, Sender(Wire()))


def test_a_kind_that_there_is_not_is_a_clear_error(simulator: RunningSimulator) -> None:
    with pytest.raises(GatewayMisconfigured, match="no gateway of the kind pigeon"):
        registry.open_gateway("pigeon", "", simulator.wire())


def test_two_gateways_over_one_sender_get_their_own_results(
    simulator: RunningSimulator, open_sender: Callable[..., Sender]
) -> None:
    sender = open_sender()
    credential = parse_service_account(simulator.service_account())
    tokens = AccessToken(credential, sender)
    one, two = (FcmGateway(credential, sender, tokens=tokens) for _ in range(2))

    one.submit([push(f"one-{n}", n) for n in range(30)])
    results = two.send([push(f"two-{n}", n) for n in range(30)])
    own: list[Result] = []
    while one.in_flight:
        own += one.poll(1.0)

    assert sorted(each.reference for each in own) == list(range(30))
    assert len(results) == 30
    assert all(simulator.journal(token=f"two-{n}") for n in range(30))
    assert all(simulator.journal(token=f"one-{n}") for n in range(30))


def test_settings_lead_the_sender(settings: Any, tmp_path: Any) -> None:
    settings.SIMULATOR, settings.VAR = "127.0.0.1:8443", tmp_path

    wire = registry.configured_wire()

    assert wire.simulator == "127.0.0.1:8443"
    assert wire.ca_file == str(tmp_path / "simulator" / "ca.pem")
    assert wire.window == settings.SEND_WINDOW
