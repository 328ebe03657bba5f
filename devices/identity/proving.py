"""Who a person is, as the customer's own server signs it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.utils.translation import gettext_lazy as _

from devices.models import Application
from devices.refusals import Refused

LONGEST = timedelta(hours=24)
SKEW = timedelta(seconds=60)
LONGEST_TOKEN = 8192
SMALLEST_RSA = 2048
END = "-----END PUBLIC KEY-----"
P256 = SECP256R1().name


def verify(application: Application, token: str, at: datetime) -> str:
    """The external id (``sub``) that an identity token proves.

    The token is a JWT signed with ES256 or RS256 by one of the application's
    identity keys (several may stand one below the other, for a change of keys);
    the key's own kind decides the algorithm, nothing in the token does. It names
    the application in ``aud`` and ends (``exp``) within 24 hours. Raises Refused.
    """
    claims = claims_of(application, token)
    ends, starts = moment(claims, "exp"), moment(claims, "nbf", "iat")
    if ends is None or ends < at - SKEW:
        raise refusal(
            "expired", _("The identity token has expired: ask for a new one.")
        )
    if ends > at + LONGEST + SKEW or (starts is not None and starts > at + SKEW):
        raise refusal(
            "bad_lifetime",
            _("An identity token must be valid now, and for 24 hours at most."),
        )
    subject = claims["sub"]
    if not subject.strip():
        raise refusal("no_subject", _("The identity token names nobody in “sub”."))
    return str(subject)


def who(
    application: Application, external_id: str, identity_token: str, at: datetime
) -> str:
    """The external id that a device may call its person by; raises Refused.

    Without a token only where the application gave up asking for one.
    """
    if not identity_token and application.identity_required:
        raise refusal(
            "identity_token_needed",
            _("Send an identity token that your own server signed for this person."),
        )
    if not identity_token:
        return external_id
    subject = verify(application, identity_token, at)
    if external_id not in ("", subject):
        raise Refused(
            "/external_id",
            "another_person",
            _("The identity token was signed for another person: leave this out."),
        )
    return subject


def claims_of(application: Application, token: str) -> dict[str, Any]:
    """The claims of a token signed for this application; time is not looked at."""
    if not application.identity_key.strip():
        raise refusal(
            "no_identity_key",
            _("This application has no identity key: an administrator must store one."),
        )
    if len(token) > LONGEST_TOKEN:
        raise refusal("too_long", _("The identity token is too long."))
    for key, algorithm in keys_of(application.identity_key):
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=application.slug,
                options={
                    "require": ["sub", "aud", "exp"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError):
            continue
        except (jwt.InvalidTokenError, ValueError) as broken:
            raise not_ours() from broken
        return claims
    raise not_ours()


def keys_of(pem: str) -> Iterator[tuple[Any, str]]:
    """Each public key with its one algorithm.

    Raises Refused, with a sentence for an administrator, when one is no such key.
    """
    for block in pem.split(END)[:-1]:
        try:
            key = load_pem_public_key((block + END).strip().encode())
        except (ValueError, UnsupportedAlgorithm) as broken:
            raise bad_key() from broken
        if isinstance(key, RSAPublicKey) and key.key_size >= SMALLEST_RSA:
            yield key, "RS256"
        elif isinstance(key, EllipticCurvePublicKey) and key.curve.name == P256:
            yield key, "ES256"
        else:
            raise bad_key()


def check_keys(pem: str) -> str:
    """The keys that an administrator pasted, or Refused with a sentence."""
    text = pem.strip()
    if text and (not text.endswith(END) or not list(keys_of(text))):
        raise bad_key()
    return text


def moment(claims: dict[str, Any], *names: str) -> datetime | None:
    """The latest of these times in a token, None when it has none of them."""
    given = [claims[name] for name in names if name in claims]
    if not all(isinstance(each, int | float) for each in given):
        raise not_ours()
    try:
        times = [datetime.fromtimestamp(each, UTC) for each in given]
    except (ValueError, OverflowError, OSError) as broken:
        raise not_ours() from broken
    return max(times, default=None)


def refusal(code: str, message: Any) -> Refused:
    return Refused("/identity_token", code, message)


def not_ours() -> Refused:
    return refusal(
        "bad_identity_token",
        _(
            "The identity token is not one that this application's identity key "
            "signed, with “sub”, “exp” and the application's short name in “aud”."
        ),
    )


def bad_key() -> Refused:
    return Refused(
        "/identity_key",
        "bad_identity_key",
        _(
            "Paste public keys in PEM form: an elliptic curve key (P-256) or an RSA "
            "key of at least 2,048 bits. Never paste a private key here."
        ),
    )
