"""The public keys that prove who a person is: read strictly, refused in words."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from devices import identity
from devices.refusals import Refused


def cleaned(text: str) -> str:
    """The keys as they are kept, "" for none. Raises ValidationError in words."""
    if "PRIVATE KEY" in text:
        raise ValidationError(
            _(
                "This is a private key. Keep it on your server, consider it known "
                "now, and give the public key that belongs to a new one."
            )
        )
    try:
        return identity.check_keys(text)
    except Refused as refused:
        raise ValidationError(refused.message) from refused
