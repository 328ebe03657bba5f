"""The gateway of one application's credential, over this process's connections."""

from functools import partial

from django.utils.translation import gettext as _

from devices import credentials
from devices.gateways import registry
from devices.gateways.base import Gateway, GatewayMisconfigured
from devices.gateways.library_opening import open_library
from devices.models import Credential
from devices.models.applications import SendWith, library_id
from devices.registration.reinstating import reinstate
from devices.sealing import SealBroken


def channel(application: int, gateway: str, environment: str) -> Gateway:
    """The open gateway. Raises devices.gateways.base.GatewayError with a sentence."""
    found = (
        Credential.objects.select_related("application")
        .filter(application=application, gateway=gateway, environment=environment)
        .first()
    )
    if found is None:
        raise GatewayMisconfigured(_("The application has no key for this service."))
    try:
        secret = credentials.open_secret(found)
    except SealBroken as broken:
        raise GatewayMisconfigured(
            _(
                "The key of this application cannot be opened with this site's "
                "CREDENTIAL_KEY. Set the one that sealed it, or store the key again."
            )
        ) from broken
    wire = registry.configured_wire()
    if found.application.send_with == SendWith.LIBRARY:
        return open_library(
            gateway,
            secret,
            wire,
            environment=environment,
            application_id=library_id(application, environment),
            undo=partial(reinstate, gateway),
        )
    return registry.open_gateway(gateway, secret, wire, environment=environment)
