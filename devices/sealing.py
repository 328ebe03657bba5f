"""Secrets at rest: AES-256-GCM under a key that only the environment holds.

A sealed secret is key id (8 bytes), nonce (12 bytes), cipher text. The key id
says which key opens it, so that two keys can live side by side during a rotation.
"""

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from push_notifications.exceptions import NotificationError

KEY_ID = 8
NONCE = 12


class SealBroken(NotificationError):
    """The secret cannot be opened with the keys of this site.

    Ask an administrator for the old CREDENTIAL_KEY, or store the secret again.
    """


@dataclass(frozen=True, slots=True)
class Keyring:
    """The key that seals, first, and the keys that may still open."""

    keys: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def read(cls, *texts: str) -> "Keyring":
        """Keys from their base64 texts, empty ones left out.

        Raises ValueError with a sentence for the administrator when a key is not
        the base64 of 32 bytes.
        """
        return cls(tuple(decode(text) for text in texts if text))

    def seal(self, secret: str, *, bound_to: str) -> bytes:
        """Encrypt; ``bound_to`` names the one place where it may be opened."""
        key, nonce = self.keys[0], os.urandom(NONCE)
        sealed = AESGCM(key).encrypt(nonce, secret.encode(), bound_to.encode())
        return key_id(key) + nonce + sealed

    def unseal(self, sealed: bytes, *, bound_to: str) -> str:
        """Decrypt, or raise SealBroken."""
        nonce, body = sealed[KEY_ID : KEY_ID + NONCE], sealed[KEY_ID + NONCE :]
        for key in self.keys:
            if key_id(key) == sealed[:KEY_ID]:
                try:
                    return AESGCM(key).decrypt(nonce, body, bound_to.encode()).decode()
                except InvalidTag as broken:
                    raise SealBroken("A stored secret was changed.") from broken
        raise SealBroken("A stored secret belongs to another CREDENTIAL_KEY.")

    def is_current(self, sealed: bytes) -> bool:
        """Whether the key that seals now also sealed this."""
        return sealed[:KEY_ID] == key_id(self.keys[0])


def key_id(key: bytes) -> bytes:
    """A name for a key that tells nothing about it."""
    return hashlib.sha256(b"key id" + key).digest()[:KEY_ID]


def decode(text: str) -> bytes:
    """The 32 bytes behind a base64 text, in either alphabet."""
    try:
        key = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error as broken:
        raise ValueError("CREDENTIAL_KEY must be base64 of 32 bytes.") from broken
    if len(key) != 32:
        raise ValueError(
            f"CREDENTIAL_KEY must be base64 of 32 bytes; this one has {len(key)}."
        )
    return key
