"""A member of staff switches one device off, or on again."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from devices.models import AuditEvent, Installation
from devices.refusals import Refused

from . import tokens
from .log import LIVE, Kind, Log, state_of
from .reasons import Retired

RIGHT = "devices.change_installation"


@transaction.atomic
def switch_off(installation: Installation, *, user: Any, at: datetime) -> bool:
    """Nothing goes to this device any more, whatever its app registers.

    False when it was out of reach already. Raises Refused.
    """
    require_right(user)
    before = state_of(installation)
    mine = Installation.objects.filter(pk=installation.pk, retired_at=None)
    if not mine.update(retired_at=at, retired_reason=Retired.SWITCHED_OFF):
        return False
    tokens.set_active(installation, active=False)
    note(installation, Kind.RETIRED, before, Retired.SWITCHED_OFF, user=user, at=at)
    AuditEvent.objects.note(user, "switched a device off", installation)
    return True


def switch_on(installation: Installation, *, user: Any, at: datetime) -> bool:
    """The device may be sent to again; False when no member of staff had ended that.

    Raises Refused, also where another device has its token by now.
    """
    require_right(user)
    try:
        return _switch_on(installation, user=user, at=at)
    except IntegrityError as clash:
        raise Refused(
            "",
            "token_elsewhere",
            _("Another device has its push token by now: this one stays off."),
        ) from clash


@transaction.atomic
def _switch_on(installation: Installation, *, user: Any, at: datetime) -> bool:
    off = Installation.objects.filter(
        pk=installation.pk, retired_reason=Retired.SWITCHED_OFF
    )
    if not off.update(retired_at=None, retired_reason=""):
        return False
    tokens.set_active(installation, active=True)
    note(installation, Kind.REVIVED, Retired.SWITCHED_OFF, LIVE, user=user, at=at)
    AuditEvent.objects.note(user, "switched a device on", installation)
    return True


def require_right(user: Any) -> None:
    """Raise Refused unless this member of staff may change devices."""
    if not user.has_perm(RIGHT):
        raise Refused("", "not_allowed", _("You are not allowed to change devices."))


def note(
    installation: Installation,
    kind: Kind,
    old: str,
    new: str,
    *,
    user: Any,
    at: datetime,
) -> None:
    log = Log(at, "by hand", actor=str(user))
    log.note(installation, kind, old=old, new=new)
    log.write()
