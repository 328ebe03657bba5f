"""Which installations a registration concerns, and who may have the token."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from devices.models import Installation

from . import tokens
from .log import Log
from .reasons import SILENCE, Retired


def concerned(
    application_id: int, key: str, token_hash: bytes
) -> tuple[Installation | None, list[Installation]]:
    """The installation with this id, and others that hold this token; all locked.

    Call inside a transaction, after claim_registration: the names are ours, and
    the rows are locked in the order of their ids.
    """
    rows = (
        Installation.objects.select_for_update(of=("self",))
        .select_related("person", "application")
        .filter(application_id=application_id)
        .filter(Q(key=key) | Q(token_hash=token_hash, retired_at=None))
        .order_by("pk")
    )
    mine, others = None, []
    for row in rows:
        if row.key == key:
            mine = row
        else:
            others.append(row)
    return mine, others


def take_over(
    others: Iterable[Installation], person_id: int | None, at: datetime, log: Log
) -> bool:
    """Retire those that were silent for a day, or are the same person's.

    True when nobody else holds the token now. Somebody who merely knows a token
    must not cut off the device that uses it (reference: reliability 4.2).
    """
    free = True
    for other in others:
        if other.last_seen_at > at - SILENCE and other.person_id != person_id:
            free = False
            continue
        retire(other, Retired.MOVED, at)
        log.note(other, "retired", new=Retired.MOVED)
    return free


def retire(installation: Installation, reason: Retired, at: datetime) -> None:
    installation.retired_at = at
    installation.retired_reason = reason
    installation.save(update_fields=["retired_at", "retired_reason"])
    tokens.set_row(installation, token=None, active=False)


def settle(
    installation: Installation,
    *,
    token: str,
    others: list[Installation],
    log: Log,
) -> set[str]:
    """Give an installation this token; returns the fields that changed in memory.

    A new token clears suspension and strikes. A dead one lives again because the
    app registered it again, unless it proved to be another project's.
    """
    at, token_hash = log.at, tokens.hash_of(token)
    free = take_over(others, installation.person_id, at, log)
    old_hash = bytes(installation.token_hash)
    was_retired = installation.retired_reason
    is_new = old_hash != token_hash or was_retired == Retired.FORGOTTEN
    changed = {"last_registered_at"}
    installation.last_registered_at = at
    if is_new:
        installation.token_hash = token_hash
        installation.suspended_at = installation.strike_campaign = None
        installation.strikes = 0
        changed |= {"token_hash", "suspended_at", "strikes", "strike_campaign"}
        old, new = old_hash.hex()[:12], token_hash.hex()[:12]
        log.note(installation, "token", old=old, new=new)
    stays_dead = was_retired == Retired.WRONG_SENDER and not is_new
    reason = "" if free else Retired.HELD
    if not stays_dead and reason != was_retired:
        installation.retired_at = at if reason else None
        installation.retired_reason = reason
        changed |= {"retired_at", "retired_reason"}
        log.note(
            installation,
            "retired" if reason else "revived",
            old=was_retired,
            new=reason,
        )
    if is_new or "retired_at" in changed:
        alive = installation.retired_at is None
        tokens.set_row(installation, token=token if is_new else None, active=alive)
    return changed


def locked(installation: Installation) -> Installation:
    """The same installation, read again under its lock."""
    assert transaction.get_connection().in_atomic_block  # noqa: S101
    return (
        Installation.objects.select_for_update(of=("self",))
        .select_related("person", "application")
        .get(pk=installation.pk)
    )
