"""A pause: promotional messages wait until a day, and nothing else changes."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from devices.models import Person, Preference
from devices.refusals import Refused

from .answers import locked
from .ledger import Said, append, line

LONGEST = timedelta(days=366)
PAUSED, RUNNING = "paused", "not paused"


@transaction.atomic
def pause(person: Person, until: datetime, said: Said, at: datetime) -> bool:
    """No promotional message before ``until``; False when it was so already.

    Raises Refused for a moment that is past, or more than a year away.
    """
    if not at < until <= at + LONGEST:
        raise Refused(
            "/paused_until",
            "bad_pause",
            _("Choose an end that lies ahead, within a year from now."),
        )
    return _set(person, until, said, at)


@transaction.atomic
def resume(person: Person, said: Said, at: datetime) -> bool:
    """End a pause; False when there is none."""
    if paused_until(person, at) is None:
        return False
    return _set(person, None, said, at)


def paused_until(person: Person, at: datetime) -> datetime | None:
    """When the pause ends that holds messages back now, None without one."""
    rows = Preference.objects.filter(person=person, paused_until__gt=at)
    return rows.values_list("paused_until", flat=True).first()


def _set(person: Person, until: datetime | None, said: Said, at: datetime) -> bool:
    kept = locked(person)
    if kept.paused_until == until:
        return False
    is_paused = kept.paused_until is not None and kept.paused_until > at
    Preference.objects.filter(person=person).update(paused_until=until)
    new = line(
        person,
        PAUSED if is_paused else RUNNING,
        PAUSED if until else RUNNING,
        said,
        at,
    )
    new.until = until
    append([new], said)
    return True
