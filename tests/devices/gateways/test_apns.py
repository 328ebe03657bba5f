"""The APNs gateway: what it sends, and how it gets along with connections."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid5

import pytest

from devices.gateways import apns_message, registry
from devices.gateways.apns import ApnsGateway
from devices.gateways.apns_credential import parse_apns
from devices.gateways.base import Button, CredentialRefused, Push, Verdict
from devices.gateways.patience import PatientSender
from devices.gateways.wire import Wire
from tests.devices.conftest import OpenApns, push
from tests.simulators import RunningSimulator

FULL = Push(
    reference=77,
    token="ab" * 32,
    title="Hi Ana",
    body="20 % today",
    link="shop://p/1",
    ttl=3600,
    collapse="r42",
    data={"run": "9", "n": "opaque"},
    image="https://cdn.example/i.jpg",
    buttons=(Button("buy", "Buy now", "shop://buy"), Button("later", "Later")),
)


def test_a_push_is_an_alert_with_its_extras_beside_it() -> None:
    assert json.loads(apns_message.body_of(FULL)) == {
        "run": "9",
        "n": "opaque",
        "link": "shop://p/1",
        "image": "https://cdn.example/i.jpg",
        "buttons": [
            {"id": "buy", "label": "Buy now", "link": "shop://buy"},
            {"id": "later", "label": "Later", "link": ""},
        ],
        "aps": {
            "alert": {"title": "Hi Ana", "body": "20 % today"},
            "sound": "default",
            "mutable-content": 1,
            "category": "pushsite.buttons",
        },
    }


def test_what_a_push_does_not_have_is_not_sent_as_empty() -> None:
    bare = Push(reference=1, token="aa", title="", body="Only a text")

    assert json.loads(apns_message.body_of(bare)) == {
        "aps": {"alert": {"body": "Only a text"}, "sound": "default"}
    }


def test_data_of_an_app_never_replaces_apple_s_own_part() -> None:
    sly = push("aa", data={"aps": "x", "image": "y"}, image="https://cdn.example/i.jpg")

    payload = json.loads(apns_message.body_of(sly))

    assert payload["aps"]["alert"]["title"] == "Hello"
    assert payload["image"] == "https://cdn.example/i.jpg"


def headers(push: Push, at: int = 1_790_000_000) -> dict[str, str]:
    lines = apns_message.headers_of(
        ttl=push.ttl,
        collapse=push.collapse,
        topic="com.example.shop",
        at=at,
        authorization="authorization: bearer abc",
    )
    return dict(line.split(": ", 1) for line in lines)


def test_requests_share_every_header_that_apple_asks_for_but_the_id() -> None:
    assert headers(FULL) == {
        "apns-topic": "com.example.shop",
        "apns-push-type": "alert",
        "apns-priority": "10",
        "apns-expiration": "1790003600",
        "apns-collapse-id": "r42",
        "authorization": "bearer abc",
        "content-type": "application/json",
    }


@pytest.mark.parametrize(
    ("ttl", "sent"), [(-5, "0"), (0, "0"), (60, "160"), (9**9, "2592100")]
)
def test_a_message_ends_at_a_moment_that_apple_can_keep_it_until(
    ttl: int, sent: str
) -> None:
    assert headers(push("aa", ttl=ttl), at=100)["apns-expiration"] == sent


@pytest.mark.parametrize("collapse", ["é", "x" * 65, "a\r\nx: y", "\ud83d"])
def test_a_collapse_id_is_always_one_that_apple_takes(collapse: str) -> None:
    sent = headers(push("aa", collapse=collapse))["apns-collapse-id"]
    other = headers(push("aa", collapse=collapse + "2"))["apns-collapse-id"]

    assert sent.isalnum()
    assert len(sent.encode()) <= 64
    assert sent != other


def test_every_attempt_of_a_delivery_has_the_same_id_and_no_other_delivery() -> None:
    again = push(FULL.token, data={"n": "opaque"}, title="Rendered later")
    other = push(FULL.token, data={"n": "another"})
    moved = push("cd" * 32, data={"n": "opaque"})
    ids = [apns_message.message_id(each) for each in (FULL, again, other, moved)]

    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    name = f"opaque {FULL.token}"
    assert ids[0] == str(uuid5(apns_message.DELIVERIES, name))


def test_a_push_without_a_number_has_an_id_of_its_own_each_time() -> None:
    test = push(FULL.token, data={"test": "1"})

    assert apns_message.message_id(test) != apns_message.message_id(test)


def test_an_accepted_push_carries_the_id_that_apple_knows(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    token = simulator.apns_token("phone-known")

    [result] = open_apns().send([push(token, data={"n": "7"})])

    [entry] = simulator.journal(token=token)
    assert result.verdict is Verdict.ACCEPTED
    assert result.provider_id == entry["headers"]["apns-id"]


def test_a_token_with_strange_characters_asks_for_no_other_address(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    strange = "a/../x?y#z\r\n"

    [result] = open_apns().send([push(strange)])

    assert (result.verdict, result.code) == (Verdict.TOKEN_MISMATCH, "BadDeviceToken")
    paths = {each["path"] for each in simulator.journal()}
    assert "/3/device/a%2F..%2Fx%3Fy%23z%0D%0A" in paths


def test_the_largest_push_by_our_measure_fits_by_apple_s(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    gateway, token = open_apns(), simulator.apns_token("phone-large")
    spare = gateway.max_payload - gateway.size(push(token, title="é", body=""))
    large = push(token, 1, title="é", body="b" * (spare - len(',"body":""')))
    larger = push(token, 2, title="é", body=large.body + "b")

    fits, does_not = gateway.send([large, larger])

    assert gateway.size(large) == gateway.max_payload
    assert fits.verdict is Verdict.ACCEPTED
    assert does_not.verdict is Verdict.PAYLOAD_REJECTED
    assert (does_not.code, does_not.left) == ("too_big", False)


def test_half_a_surrogate_pair_spoils_one_push_and_not_the_batch(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    gateway, token = open_apns(), simulator.apns_token("phone-half")
    half = push(token, 1, title="\ud83d")

    broken, good = gateway.send([half, push(token, 2)])

    assert gateway.size(half) == 0
    assert (broken.verdict, broken.code) == (Verdict.PAYLOAD_REJECTED, "encoding")
    assert not broken.left
    assert good.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("environment", "good", "bad"),
    [("production", "production", "sandbox"), ("sandbox", "sandbox", "production")],
)
def test_each_environment_has_its_own_host_and_tokens(
    simulator: RunningSimulator,
    open_apns: OpenApns,
    environment: str,
    good: str,
    bad: str,
) -> None:
    tokens = [simulator.apns_token(f"{name}-{environment}") for name in (good, bad)]

    own, other = open_apns(environment=environment).send(
        [push(token, number) for number, token in enumerate(tokens)]
    )

    assert own.verdict is Verdict.ACCEPTED
    assert (other.verdict, other.code) == (Verdict.TOKEN_MISMATCH, "BadDeviceToken")


def many(simulator: RunningSimulator, word: str, count: int) -> list[Push]:
    return [push(simulator.apns_token(f"{word}-{n}"), n) for n in range(count)]


def test_a_new_connection_gets_one_request_until_it_was_answered(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    before = len(simulator.journal())

    results = open_apns(connections=3, streams=20).send(many(simulator, "calm", 400))

    entries = simulator.journal()[before:]
    assert {each.verdict for each in results} == {Verdict.ACCEPTED}
    assert len(entries) == 400
    assert len(Counter(each["connection"] for each in entries)) > 1


def test_a_certificate_needs_no_provider_token(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    token = simulator.apns_token("phone-by-certificate")

    [result] = open_apns(simulator.apns_certificate()).send([push(token)])

    [entry] = simulator.journal(token=token)
    assert result.verdict is Verdict.ACCEPTED
    assert "authorization" not in entry["headers"]
    assert entry["headers"]["apns-topic"] == "com.example.shop"


def test_a_certificate_that_has_ended_sends_nothing(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    token = simulator.apns_token("phone-too-late")
    ended = simulator.apns_certificate(lifetime=timedelta(seconds=-5))

    gateway = open_apns(ended)
    [result] = gateway.send([push(token)])

    assert (result.verdict, result.left) == (Verdict.AUTH_CONFIG, False)
    assert "has ended" in result.detail
    assert "has ended" in gateway.check().sentence
    assert simulator.journal(token=token) == []


def test_each_key_has_connections_of_its_own_and_shares_them(
    simulator: RunningSimulator,
) -> None:
    wire, places = simulator.wire(), []

    for topic in ("com.example.one", "com.example.two", "com.example.one"):
        gateway = registry.open_gateway("apns", simulator.apns_key(topic), wire)
        token = simulator.apns_token(f"phone-{len(places)}-{topic}")
        assert gateway.send([push(token)])[0].verdict is Verdict.ACCEPTED
        places.append(simulator.journal(token=token)[0]["connection"])

    assert places[0] == places[2] != places[1]


def test_the_registry_leads_to_the_environment(simulator: RunningSimulator) -> None:
    secret, wire = simulator.apns_key(), simulator.wire()
    gateway = registry.open_gateway("apns", secret, wire, environment="sandbox")

    [result] = gateway.send([push(simulator.apns_token("sandbox-phone"))])

    assert result.verdict is Verdict.ACCEPTED


def changed(secret: str, **changes: Any) -> str:
    return json.dumps(json.loads(secret) | changes)


def test_a_real_credential_never_meets_the_simulator(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    with pytest.raises(CredentialRefused, match="belongs to a real Apple developer"):
        open_apns(changed(simulator.apns_key(), team_id="ABCDE12345"))


@pytest.mark.parametrize("kind", ["apns_key", "apns_certificate"])
def test_a_simulated_credential_never_meets_apple(
    simulator: RunningSimulator, kind: str
) -> None:
    credential = parse_apns(getattr(simulator, kind)())

    with pytest.raises(CredentialRefused, match="made by the simulator"):
        ApnsGateway(credential, PatientSender(Wire()))
