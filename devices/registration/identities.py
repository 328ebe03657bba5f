"""Whose device it is: login and logout."""

from datetime import datetime

from django.db import transaction

from devices import attributes, consent, events, privacy
from devices.models import Installation
from devices.models.erasures import Kind as Suppressed

from . import rows
from .log import Kind, Log


@transaction.atomic
def identify(
    installation: Installation, external_id: str, at: datetime
) -> Installation:
    """The device belongs to this person from now on.

    An anonymous person's attributes fill what the person lacks, their later
    answers and events move along, and their row is closed when this was their last
    device. Another known person merely leaves the device; both logs say so.
    Somebody who was erased comes back by this as somebody new.
    """
    privacy.lift(installation.application, Suppressed.EXTERNAL_ID, external_id)
    mine = rows.locked(installation)
    person = attributes.hold(installation.application, external_id, at)
    before = mine.person
    if before.pk == person.pk:
        return mine
    log = Log(at, "identified")
    log.note(mine, Kind.PERSON, old="this person", new="another person")
    mine.person = person
    mine.save(update_fields=["person"])
    log.note(mine, Kind.PERSON, old="another person", new="this person")
    log.write()
    if before.external_id is None and not before.installations.exists():
        consent.merge(before, person, at)
        events.move(before, person)
        attributes.merge(before, person)
    attributes.seen(person.pk, at)
    return mine


@transaction.atomic
def reset(installation: Installation, at: datetime) -> Installation:
    """Logout: the device stays, with a new anonymous person."""
    mine = rows.locked(installation)
    if mine.person.external_id is None:
        return mine
    log = Log(at, "logged out")
    log.note(mine, Kind.PERSON, old="this person", new="anonymous")
    mine.person = attributes.anonymous(mine.application, at)
    mine.save(update_fields=["person"])
    log.note(mine, Kind.PERSON, old="another person", new="this person")
    log.write()
    attributes.describe(mine.person, locale=mine.locale, zone=mine.zone)
    return mine
