"""A person is forgotten: their devices, what is known, and what they did."""

import secrets
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from devices import attributes, consent, dictionary, privacy
from devices.events import erasing as past
from devices.models import (
    AuditEvent,
    Erasure,
    Installation,
    InstallationChange,
    Person,
    TestGroup,
)
from devices.models.erasures import Kind as Suppressed
from devices.models.installations import LINKS, Permission

from . import tokens
from .log import Kind, Log
from .reasons import Retired

BLANK = (
    *("model", "os_version", "app_version", "app_version_order", "locale", "zone"),
    "vapid_key",
)


@transaction.atomic
def erase(
    person: Person, *, by: User | None = None, source: str, at: datetime
) -> Erasure:
    """Forget a person, with everybody who turned out to be them.

    Tokens, attributes, events and answers go at once; numbers of runs and lines of
    the consent ledger stay, and lead to nobody. No import brings back the external id
    or a token before the person does. Repeating it answers with the first record.
    """
    tokens.claim_people(person.application_id)
    people = privacy.family(person)
    mine = list(locked(people))
    list(Person.objects.select_for_update().filter(pk__in=people).order_by("pk"))
    # A device may have signed in as them while their row was waited for.
    mine = list(locked(people))
    if done := Erasure.objects.filter(person=person).first():
        return done
    names = Person.objects.filter(pk__in=people).values_list("external_id", flat=True)
    external_ids = [each for each in names if each]
    application = person.application
    privacy.suppress(application, Suppressed.EXTERNAL_ID, external_ids, at)
    privacy.suppress(application, Suppressed.TOKEN, map(token_of, mine), at)
    log = Log(at, "erased")
    for installation in mine:
        strip(installation, log, at)
    log.write()
    for each in Person.objects.filter(pk__in=people):
        dictionary.forget(application.pk, each.attributes)
    counts = {
        "devices": len(mine),
        "events": past.erase(people),
        "consent_lines": consent.erase(people),
        "answers": privacy.forget_answers([each.pk for each in mine]),
        "people": attributes.erase(people, at),
    }
    AuditEvent.objects.note(by, "person.erased", person, source=source, **counts)
    return privacy.record(person, by=by, source=source, counts=counts, at=at)


def locked(people: list[int]) -> Any:
    """Every device of these people, in the order in which all lock them."""
    rows = Installation.objects.select_for_update(of=("self",))
    return rows.select_related(*LINKS).filter(person__in=people).order_by("pk")


def token_of(installation: Installation) -> str:
    """The token that the library's row holds now; "" when it holds none."""
    held = (getattr(installation, link) for link in LINKS)
    return next((str(each.registration_id) for each in held if each is not None), "")


def strip(installation: Installation, log: Log, at: datetime) -> None:
    """Nothing of a device remains but that there was one."""
    was_live = installation.retired_at is None
    tokens.clear_row(installation)
    changes = dict.fromkeys(BLANK, "") | {
        "key": f"erased-{secrets.token_hex(16)}",
        "token_hash": secrets.token_bytes(32),
        "secret_hash": tokens.hash_of(tokens.new_secret()),
        "permission": Permission.UNKNOWN,
        "is_test": False,
        "tester": None,
        "retired_at": at,
        "retired_reason": Retired.ERASED,
    }
    Installation.objects.filter(pk=installation.pk).update(**changes)
    for group in TestGroup.objects.filter(devices=installation):
        group.devices.remove(installation)
    InstallationChange.objects.filter(
        installation=installation, kind=Kind.TOKEN
    ).update(old="", new="")
    if was_live:
        log.note(installation, Kind.RETIRED, old="live", new=Retired.ERASED)
