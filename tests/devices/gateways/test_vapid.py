"""VAPID keys: what is taken as some, and the tokens that they sign."""

import json
import re
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from devices.gateways import encryption, registry, vapid
from devices.gateways.base import CredentialRefused
from devices.gateways.webpush_services import Services

SUBJECT = "mailto:push@shop.example"


def credential(*keys: vapid.VapidKey, subject: str = SUBJECT) -> vapid.VapidCredential:
    return vapid.VapidCredential(subject=subject, keys=keys or (vapid.new_key(),))


def claims_of(authorization: str) -> dict[str, Any]:
    """The claims, proved with the key that stands beside them."""
    found = re.fullmatch(r"vapid t=(\S+), k=(\S+)", authorization)
    assert found
    public = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), encryption.from_base64url(found[2])
    )
    options = {"verify_aud": False, "verify_exp": False}
    return dict(jwt.decode(found[1], public, algorithms=["ES256"], options=options))


def test_a_token_names_the_service_its_end_and_who_sends() -> None:
    given = credential()
    at = 1_790_000_123.0
    tokens = vapid.Tokens(given, clock=lambda: at)

    claims = claims_of(
        tokens.authorization("https://web.push.apple.com", given.keys[0].public)
    )

    assert set(claims) == {"aud", "exp", "sub"}
    assert (claims["aud"], claims["sub"]) == ("https://web.push.apple.com", SUBJECT)
    assert vapid.LIFE / 2 <= claims["exp"] - at <= vapid.LIFE


def test_every_worker_makes_the_same_token_and_a_new_one_at_half_of_its_life() -> None:
    given, origin = credential(), "https://fcm.googleapis.com"
    moments = [1_790_000_000.0 + 60 * minute for minute in range(24 * 60)]
    now = [0.0]
    one, two = (vapid.Tokens(given, clock=lambda: now[0]) for _worker in range(2))
    seen: dict[str, list[float]] = {}

    for moment in moments:
        now[0] = moment
        token = one.authorization(origin, given.keys[0].public)
        assert token == two.authorization(origin, given.keys[0].public)
        seen.setdefault(token, []).append(moment)

    assert len(seen) in (4, 5)
    for token, used in seen.items():
        ends = claims_of(token)["exp"]
        assert ends - used[-1] >= vapid.LIFE / 2 - 60
        assert ends - used[0] <= vapid.LIFE
    whole = list(seen.values())[1:-1]
    assert all(used[-1] - used[0] >= 3600 for used in whole)


def test_each_service_and_each_key_has_a_token_of_its_own() -> None:
    given = credential(vapid.new_key(), vapid.new_key())
    tokens = vapid.Tokens(given, clock=lambda: 1_790_000_000.0)

    made = {
        tokens.authorization(origin, key.public)
        for origin in ("https://a.example", "https://b.example")
        for key in given.keys
    }

    assert len(made) == 4
    assert tokens.knows(given.keys[1].public)
    assert not tokens.knows(vapid.new_key().public)


def test_what_was_written_is_read_back() -> None:
    given = credential(vapid.new_key(), vapid.new_key())

    assert vapid.parse(vapid.secret_of(given)) == given


def test_a_new_key_is_one_that_browsers_take() -> None:
    key = vapid.new_key()

    assert len(key.public) == 87
    assert len(key.private) == 43
    assert key.public.startswith("B")


def test_padding_from_another_tool_is_cut_off() -> None:
    key = vapid.new_key()
    padded = {"public": key.public + "=", "private": key.private + "="}

    read = vapid.parse(json.dumps({"subject": SUBJECT, "keys": [padded]}))

    assert read.keys == (key,)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", "{}", '{"keys": []}', '{"keys": {}}', b"\xff", "[" * 9**6],
)
def test_what_are_no_keys_at_all_are_refused_with_a_sentence(text: str | bytes) -> None:
    with pytest.raises(CredentialRefused, match="not VAPID keys"):
        vapid.parse(text)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"private": None}, "needs its public and its private key"),
        ({"private": "short"}, "cannot be read"),
        ({"private": "A" * 43}, "cannot be read"),
        ({"private": "_" * 43}, "cannot be read"),
        ({"public": "B" * 86}, "cannot be read"),
        ({"public": "€" * 87}, "cannot be read"),
        ({"public": vapid.new_key().public}, "does not belong to this private key"),
    ],
)
def test_a_pair_that_cannot_be_used_is_refused_with_a_sentence(
    changes: dict[str, Any], words: str
) -> None:
    key = vapid.new_key()
    pair = {"public": key.public, "private": key.private} | changes

    with pytest.raises(CredentialRefused, match=words):
        vapid.parse(json.dumps({"subject": SUBJECT, "keys": [pair]}))


def test_the_same_pair_twice_and_too_many_pairs_are_refused() -> None:
    key = vapid.new_key()

    with pytest.raises(CredentialRefused, match="given twice"):
        vapid.parse(vapid.secret_of(credential(key, key)))
    with pytest.raises(CredentialRefused, match="at most 20 pairs"):
        vapid.parse(vapid.secret_of(credential(*[key] * 21)))


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "push@shop.example",
        "mailto:push@localhost",
        "mailto:push@server.local",
        "https://localhost",
        "http://shop.example",
        "mailto:push@shop.example\nX: y",
        "https://127.0.0.1/",
    ],
)
def test_a_subject_that_a_service_would_refuse_is_refused_before(subject: str) -> None:
    with pytest.raises(CredentialRefused, match="at which the push services can reach"):
        vapid.parse(vapid.secret_of(credential(subject=subject)))


@pytest.mark.parametrize("subject", [SUBJECT, "https://shop.example/contact"])
def test_an_address_of_mail_or_of_a_site_is_a_subject(subject: str) -> None:
    uploaded = registry.parse("webpush", vapid.secret_of(credential(subject=subject)))

    assert (uploaded.account, uploaded.simulated) == (subject, False)
    assert uploaded.expires_at is None


def test_only_the_simulator_s_domain_makes_a_key_simulated() -> None:
    subjects = [
        "mailto:push@demo.simulator.invalid",
        "mailto:push@notsimulator.invalid",
        "https://simulator.invalid.example",
    ]

    assert [credential(subject=each).simulated for each in subjects] == [
        *(True, False, False)
    ]


def test_a_credential_does_not_show_its_keys() -> None:
    given = credential()

    assert given.keys[0].private not in repr(given)


def test_a_service_is_left_alone_for_as_long_as_it_wants() -> None:
    now = [100.0]
    services = Services(credential(), clock=lambda: now[0])
    services.hold("https://a.example", 30.0)
    services.hold("https://b.example", 999_999.0)

    assert services.wait("https://a.example") == 30.0
    assert services.wait("https://b.example") == 1800.0
    assert services.wait("https://c.example") == 0.0
    now[0] = 131.0
    assert services.wait("https://a.example") == 0.0
