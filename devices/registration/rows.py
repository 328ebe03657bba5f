"""Which installations a registration concerns, and who may have the token."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q

from devices.models import Installation
from devices.models.applications import GatewayKind

from . import tokens
from .addresses import Address
from .log import LIVE, SUSPENDED, Kind, Log, state_of
from .reasons import SILENCE, Retired

P = ParamSpec("P")
R = TypeVar("R")


def atomic(change: Callable[P, R]) -> Callable[P, R]:
    """As one transaction; once more when a token came to life elsewhere meanwhile.

    A device that `revive` brings back claims no names, since they may be many: the
    database lets one of two live, and the other one sees it the second time.
    """

    @wraps(change)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                return change(*args, **kwargs)
        except IntegrityError as clash:
            if "one_live_device_per_token" not in str(clash):
                raise
        with transaction.atomic():
            return change(*args, **kwargs)

    return wrapped


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
        before = state_of(other)
        retire(other, Retired.MOVED, at)
        log.note(other, Kind.RETIRED, old=before, new=Retired.MOVED)
    return free


def retire(installation: Installation, reason: Retired, at: datetime) -> None:
    installation.retired_at = at
    installation.retired_reason = reason
    installation.save(update_fields=["retired_at", "retired_reason"])
    tokens.set_active(installation, active=False)


def settle(
    installation: Installation,
    *,
    address: Address,
    others: list[Installation],
    log: Log,
) -> set[str]:
    """Give an installation this address; returns the fields that changed in memory.

    A new token clears suspension and strikes. A dead one lives again because the
    app registered it again, unless it proved to be another project's or a member of
    staff switched it off.
    """
    at = log.at
    free = take_over(others, installation.person_id, at, log)
    if others and free:
        log.note(installation, Kind.TOOK_OVER)
    was_retired = installation.retired_reason
    is_new = is_another(installation, address) or was_retired == Retired.FORGOTTEN
    changed = {"last_registered_at"}
    installation.last_registered_at = at
    if is_new:
        changed |= renew(installation, address, log)
    stays_dead = was_retired == Retired.SWITCHED_OFF or (
        was_retired == Retired.WRONG_SENDER and not is_new
    )
    reason = "" if free else Retired.HELD
    if not stays_dead and reason != was_retired:
        installation.retired_at = at if reason else None
        installation.retired_reason = reason
        changed |= {"retired_at", "retired_reason"}
        log.note(
            installation,
            Kind.RETIRED if reason else Kind.REVIVED,
            old=was_retired or LIVE,
            new=reason or LIVE,
        )
    # A browser may bring new keys for the endpoint that it had.
    if is_new or "retired_at" in changed or address.gateway == GatewayKind.WEBPUSH:
        alive = installation.retired_at is None
        tokens.set_row(installation, address, active=alive)
    return changed


def is_another(installation: Installation, address: Address) -> bool:
    """Whether what a provider said of the address so far says nothing of this one."""
    knows = address.vapid_key or installation.vapid_key
    return (
        bytes(installation.token_hash) != tokens.hash_of(address.token)
        or installation.gateway != address.gateway
        or installation.environment != address.environment
        or installation.vapid_key != knows
    )


def renew(installation: Installation, address: Address, log: Log) -> set[str]:
    """Put another address on an installation in memory; returns the fields."""
    old, new = bytes(installation.token_hash), tokens.hash_of(address.token)
    knew = installation.vapid_key if old == new else ""
    values: dict[str, Any] = {
        "token_hash": new,
        "gateway": address.gateway,
        "environment": address.environment,
        "vapid_key": address.vapid_key or knew,
        "suspended_at": None,
        "strikes": 0,
        "strike_campaign": None,
    }
    log.note(installation, Kind.TOKEN, old=old.hex()[:12], new=new.hex()[:12])
    if state_of(installation) == SUSPENDED:
        log.note(installation, Kind.REVIVED, old=SUSPENDED, new=LIVE)
    for name, value in values.items():
        setattr(installation, name, value)
    return set(values)


def locked(installation: Installation) -> Installation:
    """The same installation, read again under its lock."""
    assert transaction.get_connection().in_atomic_block  # noqa: S101
    return (
        Installation.objects.select_for_update(of=("self",))
        .select_related("person", "application")
        .get(pk=installation.pk)
    )
