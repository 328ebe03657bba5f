"""Tokens, their hashes, secrets, and the library's rows that hold the tokens."""

import hashlib
import hmac
import secrets
from typing import Any

from django.db import connection
from push_notifications.models import APNSDevice, GCMDevice, WebPushDevice, WNSDevice

from devices.models import Installation
from devices.models.applications import GatewayKind, library_id
from devices.models.installations import LINK_OF, LINKS

from .addresses import Address

LIBRARY: dict[str, Any] = dict(
    zip(LINKS, (GCMDevice, APNSDevice, WebPushDevice, WNSDevice), strict=True)
)


def hash_of(token: str) -> bytes:
    """The SHA-256 by which a token is known outside the library's row."""
    return hashlib.sha256(token.encode()).digest()


def new_secret() -> str:
    """256 random bits for one device, shown once."""
    return "ds_" + secrets.token_urlsafe(32)


def is_secret(secret: str, secret_hash: bytes) -> bool:
    """Whether this is the secret behind the hash, in constant time."""
    return hmac.compare_digest(hash_of(secret), secret_hash)


def columns_of(application_id: int, address: Address) -> dict[str, str]:
    """What the library's row of this address holds, but for its liveness."""
    columns = {
        "registration_id": address.token,
        "application_id": library_id(application_id, address.environment),
    }
    if address.gateway == GatewayKind.FCM:
        columns["cloud_message_type"] = "FCM"
    if address.gateway == GatewayKind.WEBPUSH:
        columns |= {
            "p256dh": address.p256dh,
            "auth": address.auth,
            "browser": address.browser,
        }
    return columns


def new_row(application_id: int, address: Address, *, active: bool) -> dict[str, Any]:
    """The link of a new installation: the library's row that holds its token."""
    link = LINK_OF[address.gateway]
    columns = columns_of(application_id, address)
    return {link: LIBRARY[link].objects.create(**columns, active=active)}


def set_row(installation: Installation, address: Address, *, active: bool) -> None:
    """Write an address to the library's row of an installation.

    Another gateway has another table: the row there is a new one, and the old one
    goes, since its token is nobody's any more.
    """
    link = LINK_OF[address.gateway]
    if pk := getattr(installation, f"{link}_id"):
        columns = columns_of(installation.application_id, address)
        LIBRARY[link].objects.filter(pk=pk).update(**columns, active=active)
        return
    old = [(each, getattr(installation, f"{each}_id")) for each in LINKS]
    links: dict[str, Any] = dict.fromkeys(LINKS)
    links |= new_row(installation.application_id, address, active=active)
    Installation.objects.filter(pk=installation.pk).update(**links)
    for each, row in links.items():
        setattr(installation, each, row)
    for each, pk in old:
        LIBRARY[each].objects.filter(pk=pk).delete()


def set_active(installation: Installation, *, active: bool) -> None:
    """Write the one liveness flag; the token stays."""
    _update(installation, active=active)


def clear_row(installation: Installation) -> None:
    """The token goes, and with it the keys of a browser."""
    _update(installation, registration_id="", active=False)
    if installation.webpush_id:
        _update(installation, p256dh="", auth="")


def _update(installation: Installation, **columns: object) -> None:
    for link in LINKS:
        if pk := getattr(installation, f"{link}_id"):
            LIBRARY[link].objects.filter(pk=pk).update(**columns)


def claim(*names: bytes) -> None:
    """Hold these names until the transaction ends, so that one caller has them.

    Sorted, so that two callers with the same two names cannot wait in a ring.
    """
    numbers = sorted(
        int.from_bytes(hashlib.sha256(name).digest()[:8], signed=True) for name in names
    )
    places = ", ".join(["pg_advisory_xact_lock(%s)"] * len(numbers))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {places}", numbers)


def claim_people(application_id: int) -> None:
    """Keep imports and erasures of one application out of each other's way."""
    claim(f"people {application_id}".encode())


def claim_registration(application_id: int, key: str, token_hash: bytes) -> None:
    """Hold an installation id and a token of one application."""
    scope = f"registration {application_id} ".encode()
    claim(scope + b"key " + key.encode(), scope + b"token " + token_hash)
