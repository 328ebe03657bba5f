"""The browsers behind the simulator: their subscriptions, and how they decrypt.

Nothing is kept for a subscription: its keys follow from a secret in the simulator's
folder and from its endpoint, and the endpoint carries a mark that only we can make.
"""

import hmac
import os
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from devices.gateways import vapid
from devices.gateways.encryption import to_base64url

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the group of P-256 (SEC 2, 2.4.2)."""

CHROME = "fcm.googleapis.com"
FIREFOX = "updates.push.services.mozilla.com"
SAFARI = "web.push.apple.com"
EDGE = "wns2-par02p.notify.windows.com"
ROADS = {CHROME: "/fcm/send/", FIREFOX: "/wpush/v2/", SAFARI: "/"}
"""Where each service keeps its subscriptions; Windows names them in the query."""

NAME = re.compile(r"[A-Za-z0-9_.-]{1,120}")
MARK = re.compile(r"([0-9a-f]{8}|any-----)([0-9a-f]{16})")
ANY_KEY = "any-----"


class Made(NamedTuple):
    """What a browser gives to its site."""

    endpoint: str
    p256dh: str
    auth: str


class Undecipherable(ValueError):
    """A browser would drop this message without a word."""


def vapid_secret(folder: Path, name: str = "demo") -> str:
    """The VAPID keys of a simulated application: made once, then found again.

    Returns the JSON text that the product takes.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a name of letters, digits, _, . and -")
    subject = f"mailto:push@{name.lower().strip('.-').replace('_', '-')}"
    credential = vapid.VapidCredential(
        subject=f"{subject}.{vapid.SIMULATED}", keys=(vapid.new_key(),)
    )
    fresh = vapid.secret_of(credential).encode()
    return _kept(folder / "accounts" / f"vapid-{name}.json", fresh).decode()


def subscription(folder: Path, name: str, *, host: str = CHROME, key: str = "") -> Made:
    """A browser's subscription at a push service.

    ``name`` is what the page of phones reads in it, and "dead-x" answers like that.
    ``key`` is the public VAPID key that it takes alone; "" takes every one. Raises
    ValueError for another name than of letters, digits, _, . and -.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a name of letters, digits, _, . and -")
    wanted = fingerprint(key) if key else ANY_KEY
    mark = wanted + _seal(secret_in(folder), host, name, wanted)
    if host in ROADS:
        endpoint = f"https://{host}{ROADS[host]}{mark}/{name}"
    else:
        endpoint = f"https://{host}/w/?mark={mark}&token={name}"
    browser = Browser(secret_in(folder), endpoint)
    return Made(endpoint, to_base64url(browser.point), to_base64url(browser.auth))


def fingerprint(key: str) -> str:
    """Eight characters that stand for a public VAPID key in an endpoint."""
    return sha256(key.encode()).hexdigest()[:8]


@lru_cache(maxsize=16)
def secret_in(folder: Path) -> bytes:
    """The secret from which every subscription follows; made if missing."""
    return _kept(folder / "browsers.key", os.urandom(32))


def key_wanted(secret: bytes, endpoint: str) -> str | None:
    """The fingerprint of the key that a subscription takes, or ANY_KEY.

    None when we never gave that subscription to anybody.
    """
    address = urlsplit(endpoint)
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    steps = address.path.split("/")
    mark, name = (query.get("mark", ""), query.get("token", ""))
    if not query and len(steps) > 2:
        mark, name = steps[-2:]
    found = MARK.fullmatch(mark)
    if not found:
        return None
    seal = _seal(secret, address.hostname or "", name, found[1])
    return found[1] if hmac.compare_digest(seal, found[2]) else None


class Browser:
    """One subscription's private side."""

    def __init__(self, secret: bytes, endpoint: str) -> None:
        seed = hmac.digest(secret, b"key " + endpoint.encode(), "sha512")
        number = int.from_bytes(seed, "big") % (ORDER - 1) + 1
        self._key = ec.derive_private_key(number, CURVE)
        self.auth = hmac.digest(secret, b"auth " + endpoint.encode(), "sha256")[:16]
        self.point = self._key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )

    def decrypt(self, body: bytes) -> bytes:
        """The message in a request's body (RFC 8188, RFC 8291).

        Raises Undecipherable where a browser would give up.
        """
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20:21]
        point, text = body[21:86], body[86:]
        if length != b"A" or not 18 <= len(text) <= size:
            raise Undecipherable("not one record after a key of 65 bytes")
        try:
            sender = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
            shared = self._key.exchange(ec.ECDH(), sender)
            info = b"WebPush: info\x00" + self.point + point
            secret = _hkdf(self.auth, shared, info, 32)
            key = _hkdf(salt, secret, b"Content-Encoding: aes128gcm\x00", 16)
            nonce = _hkdf(salt, secret, b"Content-Encoding: nonce\x00", 12)
            plain = AESGCM(key).decrypt(nonce, text, None).rstrip(b"\0")
        except (ValueError, InvalidTag) as broken:
            raise Undecipherable("not for this subscription") from broken
        if not plain.endswith(b"\x02"):
            raise Undecipherable("not the last record")
        return plain[:-1]


def _hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _seal(secret: bytes, host: str, name: str, wanted: str) -> str:
    told = f"{host} {wanted} {name}".encode()
    return hmac.digest(secret, told, "sha256").hex()[:16]


def _kept(path: Path, fresh: bytes) -> bytes:
    """What the file holds; ``fresh`` becomes that when there is none yet.

    Two processes may begin at once: the one that links first wins, whole.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        draft.touch(0o600)
        draft.write_bytes(fresh)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
