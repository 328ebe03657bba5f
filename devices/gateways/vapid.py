"""VAPID: the keys by which a push service knows who sends (RFC 8292)."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.translation import gettext as _

from devices.gateways import repeatable
from devices.gateways.base import CredentialRefused
from devices.gateways.encryption import (
    BadSubscription,
    from_base64url,
    to_base64url,
)

LIFE = 43_200
"""Seconds that a token is good for at most; RFC 8292 allows twice as many."""

SLOT = LIFE // 2
"""Seconds between two tokens for one origin: half a life, in every process alike."""

MOST_KEYS = 20
LONGEST_SECRET = 65_536
SIMULATED = "simulator.invalid"
"""The domain of every subject that the simulator gives."""

MAILTO = re.compile(r"mailto:[^\s@<>]{1,64}@((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63})")
HTTPS = re.compile(r"https://((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63})(?:/[!-~]*)?")
LOCAL = (".local", ".localhost", ".localdomain")


@dataclass(frozen=True, slots=True, kw_only=True)
class VapidKey:
    """One key pair, as base64url texts: 65 bytes public, 32 bytes private."""

    public: str
    private: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VapidCredential:
    """An application's key pairs. New subscriptions take the first."""

    subject: str
    keys: tuple[VapidKey, ...]

    @property
    def simulated(self) -> bool:
        """Whether the simulator made this credential."""
        found = _domain(self.subject)
        return found == SIMULATED or found.endswith(f".{SIMULATED}")


def new_key() -> VapidKey:
    """A fresh key pair."""
    key = ec.generate_private_key(ec.SECP256R1())
    number = key.private_numbers().private_value
    return VapidKey(
        public=_public(key), private=to_base64url(number.to_bytes(32, "big"))
    )


def secret_of(credential: VapidCredential) -> str:
    """The JSON text that `parse` reads."""
    keys = [{"public": key.public, "private": key.private} for key in credential.keys]
    return json.dumps({"subject": credential.subject, "keys": keys}, indent=2)


def parse(secret: str | bytes) -> VapidCredential:
    """Read {"subject", "keys": [{"public", "private"}, …]}.

    Raises CredentialRefused with a sentence for whoever gave it.
    """
    given = _given(secret)
    keys = tuple(_key(each) for each in given["keys"])
    if len({key.public for key in keys}) < len(keys):
        raise CredentialRefused(_("The same key is given twice. Give each key once."))
    return VapidCredential(subject=_subject(given["subject"]), keys=keys)


def signing_key(key: VapidKey) -> ec.EllipticCurvePrivateKey:
    """The private key, ready to sign. Raises CredentialRefused."""
    try:
        number = int.from_bytes(from_base64url(key.private), "big")
        return ec.derive_private_key(number, ec.SECP256R1())
    except ValueError as broken:
        raise CredentialRefused(_broken_key()) from broken


class Tokens:
    """The authorization of requests: one token for each origin and key.

    Every process and host makes the same token for the same half day: the claims
    follow the clock's slots, and the signature is deterministic (RFC 6979). So a
    push service sees a new one every six hours, however many workers there are.
    ``clock`` tells Unix time.
    """

    def __init__(
        self, credential: VapidCredential, clock: Callable[[], float] = time.time
    ) -> None:
        self._subject = credential.subject
        self._keys = {each.public: signing_key(each) for each in credential.keys}
        self._clock = clock
        self._slot = -1
        self._made: dict[tuple[str, str], str] = {}

    def knows(self, public: str) -> bool:
        """Whether we hold the private key to this public one."""
        return public in self._keys

    def authorization(self, origin: str, public: str) -> str:
        """The value of the header. The same text until the next slot."""
        slot = int(self._clock() // SLOT)
        if slot != self._slot:
            self._made.clear()
            self._slot = slot
        place = (origin, public)
        if place not in self._made:
            token = self._sign(origin, self._keys[public], slot)
            self._made[place] = f"vapid t={token}, k={public}"
        return self._made[place]

    def _sign(self, origin: str, key: ec.EllipticCurvePrivateKey, slot: int) -> str:
        claims = {"aud": origin, "exp": slot * SLOT + LIFE, "sub": self._subject}
        return repeatable.token(claims, key, headers={"typ": "JWT"})


def _given(secret: str | bytes) -> Mapping[str, Any]:
    try:
        given = json.loads(secret) if len(secret) <= LONGEST_SECRET else None
    except (ValueError, RecursionError):
        given = None
    keys = given.get("keys") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(keys, list) or not keys:
        raise CredentialRefused(
            _(
                "These are not VAPID keys. Let the wizard make a new pair, or give the "
                "pair with which your site's visitors subscribed."
            )
        )
    if len(keys) > MOST_KEYS:
        raise CredentialRefused(
            _("An application has at most %(most)d pairs of keys.")
            % {"most": MOST_KEYS}
        )
    return {"subject": given.get("subject"), "keys": keys}


def _key(given: object) -> VapidKey:
    texts = given if isinstance(given, dict) else {}
    public, private = texts.get("public"), texts.get("private")
    if not isinstance(public, str) or not isinstance(private, str):
        raise CredentialRefused(
            _("Each pair needs its public and its private key, as base64url texts.")
        )
    key = VapidKey(public=public.rstrip("="), private=private.rstrip("="))
    try:
        sizes = len(from_base64url(key.public)), len(from_base64url(key.private))
    except BadSubscription as wrong:
        raise CredentialRefused(_broken_key()) from wrong
    if sizes != (65, 32):
        raise CredentialRefused(_broken_key())
    if _public(signing_key(key)) != key.public:
        raise CredentialRefused(
            _(
                "The public key does not belong to this private key. Give the two "
                "that were made together."
            )
        )
    return key


def _subject(given: object) -> str:
    """Apple refuses pushes whose subject is missing or names this machine."""
    subject = given.strip() if isinstance(given, str) else ""
    host = _domain(subject)
    if not host or f".{host}".endswith(LOCAL):
        raise CredentialRefused(
            _(
                "Give an address at which the push services can reach you, such as "
                "mailto:push@example.com or https://example.com. Addresses of this "
                "machine alone are refused by Apple."
            )
        )
    return subject


def _domain(subject: str) -> str:
    """The domain of a mailto: or https: address, "" for anything else."""
    found = MAILTO.fullmatch(subject) or HTTPS.fullmatch(subject)
    return found[1].lower() if found else ""


def _public(key: ec.EllipticCurvePrivateKey) -> str:
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return to_base64url(point)


def _broken_key() -> str:
    return _(
        "A key cannot be read. The public key has 87 characters and the private one "
        "43; copy each whole, and nothing else."
    )
