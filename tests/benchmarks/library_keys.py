"""Simulated keys in the form of files, as django-push-notifications wants them."""

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.conf import settings

from devices.gateways.encryption import from_base64url
from devices.simulator import accounts, apns_accounts, webpush_browsers

NAME = "bench-library"
SUBSCRIPTIONS = 50


def main() -> dict[str, Any]:
    """What library_sender needs of each provider, with the paths of the files."""
    folder = settings.VAR / "library-keys"
    folder.mkdir(parents=True, exist_ok=True)
    simulator = settings.VAR / "simulator"
    account = accounts.service_account(simulator, NAME)
    apns = json.loads(apns_accounts.apns_key(simulator, "com.example.shop"))
    vapid = json.loads(webpush_browsers.vapid_secret(simulator, NAME))
    browsers = [
        webpush_browsers.subscription(simulator, f"library-{n}")
        for n in range(SUBSCRIPTIONS)
    ]
    return {
        "fcm": {"file": _kept(folder / "fcm.json", account)},
        "apns": {
            "file": _kept(folder / "apns.p8", apns["private_key"]),
            **{name: apns[name] for name in ("key_id", "team_id", "topic")},
        },
        "webpush": {
            "file": _kept(folder / "vapid.pem", _pem(vapid["keys"][0]["private"])),
            "subject": vapid["subject"],
            "subscriptions": browsers,
        },
    }


def _kept(path: Path, text: str) -> str:
    path.touch(mode=0o600)
    path.write_text(text)
    return str(path)


def _pem(private: str) -> str:
    number = int.from_bytes(from_base64url(private), "big")
    key = ec.derive_private_key(number, ec.SECP256R1())
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key.private_bytes(*form).decode()
