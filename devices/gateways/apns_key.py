"""Apple's signing keys (.p8): reading the fields of an uploaded one.

https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.utils.translation import gettext as _

from devices.gateways.base import CredentialRefused

SIMULATED_TEAM = "SIMULATED0"
"""The team of every key and certificate that the simulator makes."""

TEN = re.compile(r"[A-Z0-9]{10}")
TOPIC = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z0-9-]+")
LONGEST_TOPIC = 155


@dataclass(frozen=True, slots=True, kw_only=True)
class ApnsKey:
    """A signing key (.p8) of one team, used for one app."""

    team_id: str
    key_id: str
    topic: str
    private_key: str = field(repr=False)

    @property
    def account(self) -> str:
        """The app as Apple names it: team and bundle id."""
        return f"{self.team_id}.{self.topic}"

    @property
    def simulated(self) -> bool:
        """Whether the simulator made this key, which Apple cannot know."""
        return self.team_id == SIMULATED_TEAM

    @property
    def expires_at(self) -> None:
        """A key is good until it is revoked."""
        return None


def read(fields: Mapping[str, str]) -> ApnsKey:
    """A key from its uploaded fields. Raises CredentialRefused with a sentence."""
    key = ApnsKey(
        team_id=_ten(fields.get("team_id", ""), _team_id_wrong()),
        key_id=_ten(fields.get("key_id", ""), _key_id_wrong()),
        topic=bundle_id(fields.get("topic", "")),
        private_key=fields.get("private_key", ""),
    )
    _refuse_broken_key(key.private_key)
    return key


def _ten(value: str, sentence: str) -> str:
    if not TEN.fullmatch(value):
        raise CredentialRefused(sentence)
    return value


def _team_id_wrong() -> str:
    return _(
        "A team ID has 10 capital letters and digits. You find yours in your Apple "
        "developer account, under Membership details."
    )


def _key_id_wrong() -> str:
    return _(
        "A key ID has 10 capital letters and digits. It is in the name of the file "
        "that Apple gave you: AuthKey_, the key ID, .p8."
    )


def bundle_id(value: str) -> str:
    """The same text if it can be one. Raises CredentialRefused with a sentence."""
    if not TOPIC.fullmatch(value) or len(value) > LONGEST_TOPIC:
        raise CredentialRefused(
            _(
                "The topic is the app's bundle ID, such as com.example.shop. You find "
                "it in Xcode, under Signing & Capabilities."
            )
        )
    return value


def _refuse_broken_key(pem: str) -> None:
    """A .p8 file holds one private key on the curve P-256 and no password."""
    if "BEGIN CERTIFICATE" in pem:
        raise CredentialRefused(
            _(
                "This is a certificate and not a key. Give the file AuthKey_….p8, or "
                "choose certificate as the kind of credential."
            )
        )
    key = _opened(pem)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise CredentialRefused(
            _(
                "This private key is of another kind than APNs keys, which are "
                "elliptic-curve keys on P-256. Give the file AuthKey_….p8 that your "
                "Apple developer account gave you under Keys."
            )
        )
    _refuse_old_library(key)


def _opened(pem: str) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as broken:
        raise CredentialRefused(
            _(
                "The private key cannot be read. Give the file AuthKey_….p8 as Apple "
                "gave it to you, from BEGIN PRIVATE KEY to END PRIVATE KEY."
            )
        ) from broken


def _refuse_old_library(key: ec.EllipticCurvePrivateKey) -> None:
    """Provider tokens are shared by signing without chance (apns_tokens)."""
    try:
        key.sign(b"", ec.ECDSA(SHA256(), deterministic_signing=True))
    except UnsupportedAlgorithm as missing:
        raise CredentialRefused(
            _(
                "This server's cryptography package was built on an OpenSSL before "
                "3.2, which cannot sign as APNs keys need it here. Install the "
                "package as the lock file names it."
            )
        ) from missing
