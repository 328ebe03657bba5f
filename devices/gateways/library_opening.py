"""From a kind and a secret to a gateway that sends by the library's functions."""

from collections.abc import Callable
from datetime import UTC, datetime

from devices.gateways import registry, vapid
from devices.gateways.apns_credential import parse_apns
from devices.gateways.base import Gateway
from devices.gateways.library_apns import ApnsLibrary
from devices.gateways.library_fcm import FcmLibrary
from devices.gateways.library_webpush import WebPushLibrary
from devices.gateways.wire import Wire


def open_library(
    kind: str,
    secret: str,
    config: Wire,
    *,
    environment: str,
    application_id: str,
    undo: Callable[[str], object],
) -> Gateway:
    """A gateway of its own for the caller; for Windows it is our own.

    ``application_id`` is what LibraryConfig knows the credential by. ``undo`` is told
    each token that the library may have switched off. Raises CredentialRefused, or
    GatewayMisconfigured when the library's packages are missing.
    """
    own = registry.open_gateway(kind, secret, config, environment=environment)
    if kind == "fcm":
        _account, tokens = registry.google_tokens(secret, config)
        return FcmLibrary(own, tokens=tokens, application_id=application_id, undo=undo)
    if kind == "apns":
        return ApnsLibrary(
            own,
            credential=parse_apns(
                secret, environment=environment, at=datetime.now(UTC)
            ),
            wire=config,
            application_id=application_id,
            undo=undo,
        )
    if kind == "webpush":
        return WebPushLibrary(
            own,
            credential=vapid.parse(secret),
            wire=config,
            application_id=application_id,
            undo=undo,
        )
    # The library takes WNS's "dropped" for a success, and waits without an end.
    return own
