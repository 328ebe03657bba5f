"""Apple's credentials: an uploaded key or certificate, as JSON."""

import json
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from devices.gateways import apns_certificate, apns_key
from devices.gateways.apns_certificate import ApnsCertificate
from devices.gateways.apns_key import ApnsKey
from devices.gateways.base import CredentialRefused

LONGEST_SECRET = 65_536

ApnsCredential = ApnsKey | ApnsCertificate


def parse_apns(
    secret: str | bytes, *, environment: str = "", at: datetime | None = None
) -> ApnsCredential:
    """Read a key ({"team_id", "key_id", "topic", "private_key"}) or a certificate
    ({"topic", "certificate", "private_key"}), uploaded as JSON.

    A certificate that ended before ``at``, or is for the other environment, is
    refused where these are given. Raises CredentialRefused with a sentence for
    whoever uploaded it.
    """
    fields = _fields(secret)
    if "certificate" not in fields:
        return apns_key.read(fields)
    return apns_certificate.read(fields, environment=environment, at=at)


def _fields(secret: str | bytes) -> dict[str, str]:
    try:
        fields = json.loads(secret) if len(secret) <= LONGEST_SECRET else None
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise CredentialRefused(
            _(
                "This is neither an APNs key nor a certificate. Give the file "
                "AuthKey_….p8 of your Apple developer account, with its key ID, your "
                "team ID and the app's bundle ID."
            )
        )
    return {str(name): _text(value) for name, value in fields.items()}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
