"""What must hold before the site starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from .credentials import keyring
from .models import Credential


@register
def keys_can_be_read(**kwargs: Any) -> list[CheckMessage]:
    """CREDENTIAL_KEY and CREDENTIAL_KEY_OLD are keys."""
    try:
        keyring()
    except ValueError as broken:
        return [Error(str(broken), id="devices.E001", hint="docs/settings.md")]
    return []


@register
def no_real_key_beside_the_simulator(**kwargs: Any) -> list[CheckMessage]:
    """With SIMULATOR set, every credential is the simulator's own."""
    if not settings.SIMULATOR:
        return []
    try:
        real = list(Credential.objects.filter(simulated=False)[:3])
    except (DatabaseError, ImproperlyConfigured):
        return []  # No database or no table yet: then there is no credential either.
    if not real:
        return []
    names = ", ".join(f"{one.application} ({one.account})" for one in real)
    return [
        Error(
            f"SIMULATOR is set, and there are real credentials: {names}. Nothing "
            "starts, so that no real push and no test gets into the other's world.",
            hint="Unset SIMULATOR, or remove these credentials.",
            id="devices.E002",
        )
    ]
