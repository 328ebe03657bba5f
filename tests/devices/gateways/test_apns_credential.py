"""Reading an uploaded key or certificate for Apple."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from devices.gateways import registry
from devices.gateways.apns_certificate import ApnsCertificate
from devices.gateways.apns_credential import parse_apns
from devices.gateways.apns_key import ApnsKey
from devices.gateways.base import CredentialRefused
from devices.simulator.apns_accounts import apns_key
from devices.simulator.apns_certificates import apns_certificate

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOPIC = "com.example.shop"


@pytest.fixture
def key(tmp_path: Path) -> dict[str, Any]:
    return json.loads(apns_key(tmp_path, TOPIC, team="ABCDE12345"))


@pytest.fixture
def certificate(tmp_path: Path) -> dict[str, Any]:
    return json.loads(apns_certificate(tmp_path, TOPIC, at=NOW))


def pem(key: Any, lock: KeySerializationEncryption | None = None) -> str:
    lock = lock or NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock).decode()


def test_a_key_says_whose_it_is(key: dict[str, Any]) -> None:
    parsed = registry.parse("apns", json.dumps(key))

    assert parsed.account == "ABCDE12345.com.example.shop"
    assert not parsed.simulated
    assert parsed.expires_at is None


def test_a_certificate_says_whose_it_is_and_when_it_ends(
    certificate: dict[str, Any],
) -> None:
    parsed = registry.parse("apns", json.dumps(certificate))

    assert parsed.account == "SIMULATED0.com.example.shop"
    assert parsed.simulated
    assert parsed.expires_at == NOW + timedelta(days=395)


def test_spaces_around_what_was_typed_do_no_harm(key: dict[str, Any]) -> None:
    padded = {name: f" {value}\n" for name, value in key.items()}

    parsed = parse_apns(json.dumps(padded))

    assert isinstance(parsed, ApnsKey)
    assert (parsed.key_id, parsed.topic) == (key["key_id"], TOPIC)


def test_a_certificate_names_its_app_when_nobody_else_does(
    certificate: dict[str, Any],
) -> None:
    parsed = parse_apns(json.dumps(certificate | {"topic": ""}))

    assert parsed.topic == TOPIC


def test_a_certificate_serves_the_topics_below_its_app(
    certificate: dict[str, Any],
) -> None:
    parsed = parse_apns(json.dumps(certificate | {"topic": f"{TOPIC}.voip"}))

    assert parsed.topic == f"{TOPIC}.voip"


P384 = pem(ec.generate_private_key(ec.SECP384R1()))
RSA = pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))
LOCKED = pem(ec.generate_private_key(ec.SECP256R1()), BestAvailableEncryption(b"x"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"team_id": ""}, "A team ID has 10 capital letters"),
        ({"team_id": "abcde12345"}, "A team ID has 10 capital letters"),
        ({"team_id": "ABCDE1234\n5"}, "A team ID has 10 capital letters"),
        ({"key_id": "ABC"}, "A key ID has 10 capital letters"),
        ({"key_id": None}, "A key ID has 10 capital letters"),
        ({"key_id": 1234567890}, "A key ID has 10 capital letters"),
        ({"topic": ""}, "topic is the app's bundle ID"),
        ({"topic": "shop"}, "topic is the app's bundle ID"),
        ({"topic": "com.example.shop\r\nx: y"}, "topic is the app's bundle ID"),
        ({"topic": "com." + "x" * 200}, "topic is the app's bundle ID"),
        ({"private_key": ""}, "private key cannot be read"),
        ({"private_key": "-----BEGIN PRIVATE KEY-----"}, "private key cannot be read"),
        ({"private_key": LOCKED}, "private key cannot be read"),
        ({"private_key": RSA}, "of another kind than APNs keys"),
        ({"private_key": P384}, "of another kind than APNs keys"),
        ({"private_key": "-----BEGIN CERTIFICATE-----"}, "a certificate and not a key"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_with_a_sentence(
    key: dict[str, Any], changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(CredentialRefused, match=words):
        parse_apns(json.dumps(key | changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"certificate": "x"}, "certificate cannot be read"),
        ({"certificate": ""}, "certificate cannot be read"),
        ({"private_key": ""}, "without its private key"),
        ({"private_key": "x"}, "key of the certificate cannot be read"),
        ({"private_key": LOCKED}, "has a password"),
        ({"private_key": P384}, "belongs to another certificate"),
        ({"topic": "com.example.theirs"}, "is for the app com.example.shop and not"),
        ({"topic": "com.example.shopping"}, "is for the app com.example.shop and not"),
    ],
)
def test_a_certificate_that_cannot_be_used_is_refused_with_a_sentence(
    certificate: dict[str, Any], changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(CredentialRefused, match=words):
        parse_apns(json.dumps(certificate | changes))


def test_a_certificate_that_has_ended_is_refused_with_its_day(tmp_path: Path) -> None:
    ended = apns_certificate(tmp_path, TOPIC, at=NOW, lifetime=timedelta(days=-2))

    with pytest.raises(CredentialRefused, match="ended on 2026-11-20"):
        parse_apns(ended, at=NOW)


@pytest.mark.parametrize(
    ("made_for", "stored_for", "good"),
    [
        (("production",), "production", True),
        (("production",), "sandbox", False),
        (("sandbox",), "production", False),
        (("sandbox", "production"), "sandbox", True),
        ((), "production", True),
    ],
)
def test_a_certificate_is_stored_under_its_own_environment(
    tmp_path: Path, made_for: tuple[str, ...], stored_for: str, good: bool
) -> None:
    secret = apns_certificate(tmp_path, TOPIC, at=NOW, environments=made_for)

    if good:
        assert isinstance(parse_apns(secret, environment=stored_for), ApnsCertificate)
        return
    with pytest.raises(CredentialRefused, match="for the other environment"):
        parse_apns(secret, environment=stored_for)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '"x"', "7", b"\xff", "[" * 60_000, "[" * 9**6]
)
def test_what_is_no_secret_at_all_is_refused_with_a_sentence(
    text: str | bytes,
) -> None:
    with pytest.raises(CredentialRefused, match="neither an APNs key nor"):
        parse_apns(text)


def test_a_credential_does_not_show_its_key(
    key: dict[str, Any], certificate: dict[str, Any]
) -> None:
    for secret in (key, certificate):
        assert "PRIVATE KEY" not in repr(parse_apns(json.dumps(secret)))
