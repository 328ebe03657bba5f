"""The signed name of one time that a device was given a primer.

Whoever answers a showing was given it: its seal binds primer, version and device.
"""

import hashlib
import hmac
import re
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "primer showing"
TEXT = re.compile(r"([0-9a-f]{1,8})\.([0-9a-f]{32})\.([0-9a-f]{32})")


def make(primer: int, version: int, *, application: int, key: str) -> str:
    """A new showing of a primer to the device with this installation id."""
    told = f"{version:x}.{secrets.token_hex(16)}"
    seal = _seal(told, primer, application, key, settings.SECRET_KEY)
    return f"{told}.{seal}"


def read(
    text: str, primer: int, *, application: int, key: str
) -> tuple[int, str] | None:
    """(version, name) of a showing that this device was given; None for any other."""
    parts = TEXT.fullmatch(text)
    if parts is None:
        return None
    told = f"{parts[1]}.{parts[2]}"
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        seal = _seal(told, primer, application, key, secret)
        if hmac.compare_digest(seal, parts[3]):
            return int(parts[1], 16), parts[2]
    return None


def _seal(told: str, primer: int, application: int, key: str, secret: str) -> str:
    bound = hashlib.sha256(key.encode()).hexdigest()
    whole = f"{told} {primer} {application} {bound}"
    return salted_hmac(SALT, whole, secret=secret, algorithm="sha256").hexdigest()[:32]
