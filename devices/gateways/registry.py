"""From a kind and a secret to a gateway. One sender and one token per process."""

import os
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from devices.gateways.base import Gateway, GatewayMisconfigured
from devices.gateways.fcm import FcmGateway
from devices.gateways.http import Sender
from devices.gateways.oauth import AccessToken, FcmCredential, parse_service_account
from devices.gateways.wire import Wire

_senders: dict[tuple[int, Wire], Sender] = {}
_tokens: dict[tuple[int, Wire, FcmCredential], AccessToken] = {}
_read = lru_cache(maxsize=64)(parse_service_account)


def open_gateway(kind: str, secret: bytes | str, config: Wire) -> Gateway:
    """A gateway of its own for the caller, over this process's shared connections.

    ``config`` is configured_wire() but for tests.
    ``secret`` is what was uploaded: for fcm the JSON key file. Raises
    CredentialRefused, or GatewayMisconfigured for a kind that there is not.
    """
    if kind == "fcm":
        return _fcm(_read(secret), config)
    raise GatewayMisconfigured(
        _("There is no gateway of the kind %(kind)s.") % {"kind": kind}
    )


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
    key = (os.getpid(), config)
    if key not in _senders:
        _senders[key] = Sender(config)
    return _senders[key]


def _fcm(credential: FcmCredential, config: Wire) -> FcmGateway:
    sender = sender_for(config)
    key = (os.getpid(), config, credential)
    if key not in _tokens:
        _tokens[key] = AccessToken(credential, sender)
    return FcmGateway(credential, sender, tokens=_tokens[key])
