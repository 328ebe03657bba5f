"""Identity tokens: only the customer's own server can say who somebody is."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from devices import identity
from devices.refusals import Refused
from tests.builders import NOW, application

pytestmark = pytest.mark.django_db

CURVE, OTHER = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key) -> str:
    public = key if hasattr(key, "verify") else key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def shop(*keys, **changes):
    text = "".join(pem(key) for key in keys or [CURVE])
    return application(name="Signed", slug="signed", identity_key=text, **changes)


def token(key=CURVE, algorithm="ES256", headers=None, **claims) -> str:
    whole = {"sub": "u-42", "aud": "signed", "exp": NOW + timedelta(hours=1)} | claims
    present = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(present, key, algorithm, headers=headers)


def forged(header: dict, signature: bytes = b"", key: bytes | None = None) -> str:
    """A token made by hand, signed or not, as attackers do."""

    def part(content: bytes) -> bytes:
        return base64.urlsafe_b64encode(content).rstrip(b"=")

    claims = {
        "sub": "u-42",
        "aud": "signed",
        "exp": int((NOW + timedelta(hours=1)).timestamp()),
    }
    text = part(json.dumps(header).encode()) + b"." + part(json.dumps(claims).encode())
    if key is not None:
        signature = hmac.new(key, text, hashlib.sha256).digest()
    return (text + b"." + part(signature)).decode()


def refused(token_: str, shop_=None) -> Refused:
    with pytest.raises(Refused) as caught:
        identity.verify(shop_ or shop(), token_, NOW)
    return caught.value


@pytest.mark.parametrize(("key", "algorithm"), [(CURVE, "ES256"), (RSA, "RS256")])
def test_a_token_signed_by_the_applications_key_names_the_person(key, algorithm):
    assert identity.verify(shop(key), token(key, algorithm), NOW) == "u-42"


def test_during_a_change_of_keys_either_signs():
    both = shop(RSA, CURVE)

    assert identity.verify(both, token(CURVE, "ES256"), NOW) == "u-42"
    assert identity.verify(both, token(RSA, "RS256"), NOW) == "u-42"


FORGERIES = {
    "alg none": lambda: forged({"alg": "none"}),
    "alg NONE": lambda: forged({"alg": "NONE"}),
    "HS256 with the public RSA key": lambda: forged(
        {"alg": "HS256"}, key=pem(RSA).encode()
    ),
    "HS256 with the public curve key": lambda: forged(
        {"alg": "HS256"}, key=pem(CURVE).encode()
    ),
    "HS256 with nothing": lambda: forged({"alg": "HS256"}, key=b""),
    "another key": lambda: token(OTHER),
    "another algorithm of the same key": lambda: token(RSA, "PS256"),
    "a longer hash": lambda: token(RSA, "RS512"),
    "no signature": lambda: token().rpartition(".")[0] + ".",
    "kid is a path": lambda: token(OTHER, headers={"kid": "../../dev/null"}),
    "kid is SQL": lambda: token(OTHER, headers={"kid": "' OR 1=1 --"}),
    "jku names the attacker": lambda: token(
        OTHER, headers={"jku": "https://evil.example/keys", "jwk": {"kty": "EC"}}
    ),
    "crit": lambda: token(headers={"crit": ["exp"], "exp": 1}),
    "not a token": lambda: "a.b.c",
    "empty": lambda: "",
    "huge": lambda: token(note="x" * 9000),
    "another application": lambda: token(aud="another"),
    "no audience": lambda: token(aud=None),
    "no subject": lambda: token(sub=None),
    "an empty subject": lambda: token(sub=" "),
    "a number as subject": lambda: token(sub=42),
    "no end": lambda: token(exp=None),
    "expired": lambda: token(exp=NOW - timedelta(seconds=61)),
    "ten years": lambda: token(exp=NOW + timedelta(days=3650)),
    "a day and two minutes": lambda: token(exp=NOW + timedelta(days=1, minutes=2)),
    "not yet": lambda: token(nbf=NOW + timedelta(seconds=61)),
    "made in the future": lambda: token(iat=NOW + timedelta(seconds=61)),
    "an end beyond time": lambda: token(exp=10**18),
    "an end that is no number": lambda: token(exp="soon"),
}


@pytest.mark.parametrize("make", FORGERIES.values(), ids=FORGERIES.keys())
def test_s28_every_other_token_is_refused(make):
    refusal = refused(make(), shop(CURVE, RSA))

    assert refusal.field == "/identity_token"
    assert str(refusal)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW - timedelta(seconds=59)},
        {"exp": NOW + timedelta(days=1, seconds=59)},
        {"nbf": NOW + timedelta(seconds=59)},
        {"aud": ["other", "signed"]},
    ],
)
def test_a_minute_of_skew_is_forgiven_and_audiences_may_be_many(claims):
    assert identity.verify(shop(), token(**claims), NOW) == "u-42"


def test_without_a_key_the_application_knows_nobody():
    bare = application(name="Bare", slug="signed")

    assert refused(token(), bare).code == "no_identity_key"


# What a device may say


def test_an_application_asks_for_a_token_unless_it_gave_that_up():
    with pytest.raises(Refused) as caught:
        identity.who(shop(), "u-42", "", NOW)
    assert caught.value.code == "identity_token_needed"

    relaxed = application(identity_required=False)
    assert identity.who(relaxed, "u-42", "", NOW) == "u-42"


def test_a_token_for_another_person_is_refused_even_when_relaxed():
    relaxed = shop(identity_required=False)

    assert identity.who(relaxed, "", token(), NOW) == "u-42"
    assert identity.who(relaxed, "u-42", token(), NOW) == "u-42"
    with pytest.raises(Refused) as caught:
        identity.who(relaxed, "u-1", token(), NOW)
    assert caught.value.field == "/external_id"


# What an administrator may paste


def test_public_keys_are_taken_as_pasted():
    assert identity.check_keys("") == ""
    assert identity.check_keys(f"\n{pem(CURVE)}{pem(RSA)}\n").count("BEGIN") == 2


def private_pem() -> str:
    return CURVE.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    ).decode()


PASTED = {
    "a private key": private_pem,
    "a key and a private key": lambda: pem(CURVE) + private_pem(),
    "text": lambda: "hello",
    "a broken key": lambda: pem(CURVE).replace("M", "N"),
    "a weak key": lambda: pem(
        rsa.generate_private_key(public_exponent=65537, key_size=1024)
    ),
    "another curve": lambda: pem(ec.generate_private_key(ec.SECP384R1())),
}


@pytest.mark.parametrize("make", PASTED.values(), ids=PASTED.keys())
def test_what_is_no_public_key_is_refused_with_a_sentence(make):
    with pytest.raises(Refused, match="public keys") as caught:
        identity.check_keys(make())

    assert caught.value.field == "/identity_key"
