"""The gateway of one application's credential, over this process's connections."""

from django.utils.translation import gettext as _

from devices import credentials
from devices.gateways import registry
from devices.gateways.base import Gateway, GatewayMisconfigured
from devices.models import Credential


def channel(application: int, gateway: str, environment: str) -> Gateway:
    """The open gateway. Raises devices.gateways.base.GatewayError with a sentence."""
    found = Credential.objects.filter(
        application=application, gateway=gateway, environment=environment
    ).first()
    if found is None:
        raise GatewayMisconfigured(_("The application has no key for this service."))
    secret = credentials.open_secret(found)
    return registry.open_gateway(gateway, secret, registry.configured_wire())
