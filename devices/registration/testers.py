"""Devices of our own staff, the only ones that a test send may reach."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from devices.models import Application, AuditEvent, Installation
from devices.refusals import Refused

from .log import Log

MOST = 20
"""Test devices of one member of staff: a test goes to few, by design."""


def enrol_by_key(
    application: Application, key: str, user: Any, at: datetime
) -> Installation:
    """Enrol the device with this installation id, which its own app shows.

    Knowing the id is what makes it one's own. Raises Refused.
    """
    require_right(user)
    found = Installation.objects.filter(
        application=application, key=key, retired_at=None
    ).first()
    if found is None:
        raise Refused("/key", "unknown", _("No device has this installation id."))
    if found.is_test and found.tester_id != user.pk:
        raise Refused("/key", "taken", _("This is another person's test phone."))
    if Installation.objects.filter(is_test=True, tester=user).count() >= MOST:
        raise Refused("/key", "too_many", _("You have 20 test phones: remove one."))
    enrol_test_device(found, user, at)
    return found


@transaction.atomic
def enrol_test_device(installation: Installation, user: Any, at: datetime) -> int:
    """This device is ``user``'s own; 0 when it was so already. Raises Refused."""
    require_right(user)
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
    """No test sends to this device any more; 0 when it got none. Raises Refused."""
    require_right(user)
    changed = Installation.objects.filter(pk=installation.pk, is_test=True).update(
        is_test=False, tester=None
    )
    if changed:
        note(installation, "no test device", user, at)
    return changed


def require_right(user: Any) -> None:
    """Raise Refused unless this member of staff may send tests."""
    if not user.has_perm("campaigns.send_test"):
        raise Refused("", "not_allowed", _("You are not allowed to send tests."))


def note(installation: Installation, action: str, user: Any, at: datetime) -> None:
    log = Log(at, action, actor=str(user))
    log.note(installation, "tester", new=action)
    log.write()
    AuditEvent.objects.note(user, action, installation)
