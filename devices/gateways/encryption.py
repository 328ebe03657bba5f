"""Messages to browsers: encrypted for one subscription alone (RFC 8291, RFC 8188).

The push service carries what it cannot read. Each message has a key pair and a salt
of its own: nothing that is kept here afterwards can read it again.
"""

import binascii
import hmac
import os
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
ECDH = ec.ECDH()
POINT_BYTES = 65
AUTH_BYTES = 16
SALT_BYTES = 16
RECORD_BYTES = 4096
"""No push service has to take more than this (RFC 8030, 7.2)."""

LARGEST = RECORD_BYTES - (SALT_BYTES + 4 + 1 + POINT_BYTES) - 16 - 1
"""Bytes of a message in one record: less the header, GCM's tag and a delimiter."""

SIZES = RECORD_BYTES.to_bytes(4, "big") + bytes([POINT_BYTES])
LAST_RECORD = b"\x02"
WEB_PUSH = b"WebPush: info\0"
CONTENT_KEY = b"Content-Encoding: aes128gcm\0\x01"
NONCE = b"Content-Encoding: nonce\0\x01"
ORDINARY = bytes.maketrans(b"-_", b"+/")
URL_SAFE = bytes.maketrans(b"+/", b"-_")


class BadSubscription(ValueError):
    """These keys belong to no browser: nothing can ever be sent there."""


class Keys(NamedTuple):
    """What a browser gave: its point on the curve, and 16 shared bytes."""

    point: bytes
    auth: bytes

    def __repr__(self) -> str:
        return "Keys()"


def read_keys(p256dh: str, auth: str) -> Keys:
    """The keys of a subscription from their base64url texts, padded or not.

    The point is looked at when it is used. Raises BadSubscription.
    """
    keys = Keys(from_base64url(p256dh), from_base64url(auth))
    if len(keys.point) != POINT_BYTES or keys.point[0] != 4:
        raise BadSubscription("p256dh is not an uncompressed point of P-256")
    if len(keys.auth) != AUTH_BYTES:
        raise BadSubscription("auth has not 16 bytes")
    return keys


def encrypt(message: bytes, keys: Keys) -> bytes:
    """The body of a request: the message for this subscription alone.

    Raises BadSubscription when the point is not on the curve, and ValueError when
    the message has more than LARGEST bytes.
    """
    sender = ec.generate_private_key(CURVE)
    return seal(message, keys, sender=sender, salt=os.urandom(SALT_BYTES))


def seal(
    message: bytes, keys: Keys, *, sender: ec.EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    """Encrypt with this key pair and salt, which must never serve again."""
    if len(message) > LARGEST:
        raise ValueError(f"{len(message)} bytes do not fit in one record")
    try:
        receiver = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, keys.point)
    except ValueError as wrong:
        raise BadSubscription("p256dh is not a point of P-256") from wrong
    point = sender.public_key().public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    shared = sender.exchange(ECDH, receiver)
    key, nonce = derive(shared, keys, point=point, salt=salt)
    text = AESGCM(key).encrypt(nonce, message + LAST_RECORD, None)
    return b"".join((salt, SIZES, point, text))


def derive(
    shared: bytes, keys: Keys, *, point: bytes, salt: bytes
) -> tuple[bytes, bytes]:
    """(content key, nonce) from the ECDH secret and the sender's point.

    RFC 8291, 3.4. Each HKDF has one block, so it is two HMACs.
    """
    mixed = hmac.digest(keys.auth, shared, "sha256")
    info = b"".join((WEB_PUSH, keys.point, point, b"\x01"))
    secret = hmac.digest(salt, hmac.digest(mixed, info, "sha256"), "sha256")
    content_key = hmac.digest(secret, CONTENT_KEY, "sha256")[:16]
    return content_key, hmac.digest(secret, NONCE, "sha256")[:12]


def from_base64url(text: str) -> bytes:
    """Decode, padded or not. Raises BadSubscription for anything else."""
    try:
        plain = text.rstrip("=").encode("ascii").translate(ORDINARY)
        return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4), strict_mode=True)
    except ValueError as wrong:
        raise BadSubscription("not base64url") from wrong


def to_base64url(value: bytes) -> str:
    """Encode without padding."""
    plain = binascii.b2a_base64(value, newline=False).rstrip(b"=")
    return plain.translate(URL_SAFE).decode()
