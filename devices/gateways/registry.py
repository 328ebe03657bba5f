"""From a kind and a secret to a gateway. One sender and one token per process."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from devices.gateways import vapid
from devices.gateways.apns import ApnsGateway
from devices.gateways.apns_credential import ApnsCredential, parse_apns
from devices.gateways.apns_key import ApnsKey
from devices.gateways.apns_tokens import ProviderToken
from devices.gateways.base import Gateway, GatewayMisconfigured
from devices.gateways.fcm import FcmGateway
from devices.gateways.http import Sender
from devices.gateways.oauth import AccessToken, FcmCredential, parse_service_account
from devices.gateways.patience import PatientSender
from devices.gateways.vapid import VapidCredential
from devices.gateways.webpush import WebPushGateway
from devices.gateways.webpush_services import Services
from devices.gateways.wire import Wire
from devices.gateways.wns import WnsGateway
from devices.gateways.wns_account import WnsCredential, WnsToken, parse_wns


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """What a secret says about itself: the account that it belongs to, in the
    provider's words, whether the simulator made it, and when it ends by itself."""

    account: str
    simulated: bool
    expires_at: datetime | None = None


T = TypeVar("T")

Opener = Callable[[str, str, Wire], Gateway]
"""From a secret, an environment and a wire. Raises CredentialRefused."""

Parser = Callable[[str, str], Uploaded]
"""From a secret and an environment. Raises CredentialRefused with a sentence."""

_senders: dict[tuple[int, Wire, ApnsCredential | None], Sender] = {}
_tokens: dict[tuple[int, Wire, FcmCredential], AccessToken] = {}
_wns_tokens: dict[tuple[int, Wire, WnsCredential], WnsToken] = {}
_apns_tokens: dict[tuple[int, Wire, ApnsCredential], ProviderToken] = {}
_read_apns = lru_cache(maxsize=64)(parse_apns)
_services: dict[tuple[int, Wire, VapidCredential], Services] = {}
_read = lru_cache(maxsize=64)(parse_service_account)
_read_vapid = lru_cache(maxsize=64)(vapid.parse)


def open_gateway(
    kind: str, secret: bytes | str, config: Wire, *, environment: str = "production"
) -> Gateway:
    """A gateway of its own for the caller, over this process's shared connections.

    ``config`` is configured_wire() but for tests. ``secret`` is what was uploaded:
    for fcm the JSON key file, for the others the JSON that docs/gateways.md shows.
    Raises CredentialRefused, or GatewayMisconfigured for a kind that there is not.
    """
    text = secret.decode() if isinstance(secret, bytes) else secret
    return _known(OPENERS, kind)(text, environment, config)


def parse(kind: str, secret: str, *, environment: str = "production") -> Uploaded:
    """Read a secret before it is kept. Raises as `open_gateway` does."""
    return _known(PARSERS, kind)(secret, environment)


def configured_wire() -> Wire:
    """How this installation sends, from its settings."""
    simulated = bool(settings.SIMULATOR)
    return Wire(
        simulator=settings.SIMULATOR,
        ca_file=str(settings.VAR / "simulator" / "ca.pem") if simulated else "",
        window=settings.SEND_WINDOW,
        connections=settings.SEND_CONNECTIONS,
        streams=settings.SEND_STREAMS,
    )


def sender_for(config: Wire) -> Sender:
    """This process's sender for these settings; a forked child gets its own."""
    key = (os.getpid(), config, None)
    if key not in _senders:
        _senders[key] = Sender(config)
    return _senders[key]


def google_tokens(secret: str, config: Wire) -> tuple[FcmCredential, AccessToken]:
    """A service account, and this process's access token for it."""
    credential = _read(secret)
    key = (os.getpid(), config, credential)
    if key not in _tokens:
        _tokens[key] = AccessToken(credential, sender_for(config))
    return credential, _tokens[key]


def _known(table: dict[str, T], kind: str) -> T:
    if kind not in table:
        raise GatewayMisconfigured(
            _("There is no gateway of the kind %(kind)s.") % {"kind": kind}
        )
    return table[kind]


def _fcm(secret: str, environment: str, config: Wire) -> Gateway:
    credential, tokens = google_tokens(secret, config)
    return FcmGateway(credential, sender_for(config), tokens=tokens)


def _apns(secret: str, environment: str, config: Wire) -> Gateway:
    """Each credential has connections of its own: Apple takes one key on each."""
    credential = _read_apns(secret)
    key = (os.getpid(), config, credential)
    if key not in _senders:
        _senders[key] = PatientSender(config)
    if key not in _apns_tokens and isinstance(credential, ApnsKey):
        _apns_tokens[key] = ProviderToken(credential)
    return ApnsGateway(
        credential,
        _senders[key],
        environment=environment,
        tokens=_apns_tokens.get(key),
    )


def _wns(secret: str, environment: str, config: Wire) -> Gateway:
    credential, sender = parse_wns(secret), sender_for(config)
    key = (os.getpid(), config, credential)
    if key not in _wns_tokens:
        _wns_tokens[key] = WnsToken(credential, sender)
    return WnsGateway(credential, sender, tokens=_wns_tokens[key])


def _parse_fcm(secret: str, environment: str) -> Uploaded:
    credential = parse_service_account(secret)
    return Uploaded(account=credential.project_id, simulated=credential.simulated)


def _parse_apns(secret: str, environment: str) -> Uploaded:
    credential = parse_apns(secret, environment=environment, at=datetime.now(UTC))
    return Uploaded(
        account=credential.account,
        simulated=credential.simulated,
        expires_at=credential.expires_at,
    )


def _parse_wns(secret: str, environment: str) -> Uploaded:
    credential = parse_wns(secret)
    account = credential.client_id
    return Uploaded(account=account, simulated=credential.simulated)


def _webpush(secret: str, environment: str, config: Wire) -> Gateway:
    credential = _read_vapid(secret)
    key = (os.getpid(), config, credential)
    if key not in _services:
        _services[key] = Services(credential)
    return WebPushGateway(credential, sender_for(config), services=_services[key])


def _parse_webpush(secret: str, environment: str) -> Uploaded:
    credential = vapid.parse(secret)
    return Uploaded(account=credential.subject, simulated=credential.simulated)


OPENERS: dict[str, Opener] = {
    "fcm": _fcm,
    "apns": _apns,
    "webpush": _webpush,
    "wns": _wns,
}
PARSERS: dict[str, Parser] = {
    "fcm": _parse_fcm,
    "apns": _parse_apns,
    "webpush": _parse_webpush,
    "wns": _parse_wns,
}
