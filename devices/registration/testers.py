"""Devices of our own staff, the only ones that a test send may reach."""

from datetime import datetime
from typing import Any

from django.db import transaction

from devices.models import AuditEvent, Installation

from .log import Log


@transaction.atomic
def enrol_test_device(installation: Installation, user: Any, at: datetime) -> int:
    """This device is ``user``'s own; 0 when it was so already."""
    changed = (
        Installation.objects.filter(pk=installation.pk)
        .exclude(is_test=True, tester=user)
        .update(is_test=True, tester=user)
    )
    if changed:
        note(installation, "test device", user, at)
    return changed


@transaction.atomic
def withdraw_test_device(installation: Installation, user: Any, at: datetime) -> int:
    """No test sends to this device any more; 0 when it got none."""
    changed = Installation.objects.filter(pk=installation.pk, is_test=True).update(
        is_test=False, tester=None
    )
    if changed:
        note(installation, "no test device", user, at)
    return changed


def note(installation: Installation, action: str, user: Any, at: datetime) -> None:
    log = Log(at, action, actor=str(user))
    log.note(installation, "tester", new=action)
    log.write()
    AuditEvent.objects.note(user, action, installation)
