"""What becomes of devices that a push service calls gone (reference F3).

They are switched off as they are found, once enough answers say that dead tokens are
few: not before 500 answers of this gateway, or the run's end. When more than a fifth
are dead, nothing more is switched off and somebody decides; the list is the ledger's.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils.translation import gettext as _

from campaigns.delivery.claims import Claim
from campaigns.delivery.lifecycle import refusals
from campaigns.models import BatchReason, Run
from campaigns.models.reasons import Reason
from campaigns.models.runs import DeadTokens
from devices import registration
from devices.models import AuditEvent
from devices.registration.retiring import Attempt

ENOUGH, SHARE = 500, 0.2
"""More than this share of at least so many answers is asked about."""

LOOK_EVERY = 2.0
"""Seconds for which one look at a run's tallies is good enough."""

RECORDED_WITHIN = timedelta(minutes=2)
"""An attempt began no longer than this before its outcome was written."""

AT_ONCE = 500

TALLIES = """
SELECT b.gateway, b.environment, coalesce(b.id = %s, false),
       sum(b.accepted + b.failed)::bigint, coalesce(sum(d.rows), 0)::bigint
  FROM campaigns_batch b
  LEFT JOIN campaigns_batchreason d ON d.batch_id = b.id AND d.reason = 200
 WHERE b.run_id = %s
 GROUP BY 1, 2, 3
"""
LISTED = """
SELECT d.installation_id, d.token_hash, o.at, o.ref FROM campaigns_outcome o
  JOIN campaigns_delivery d ON d.run_id = o.run_id AND d.seq = o.seq
 WHERE o.run_id = %%s AND o.reason = %%s %s
 ORDER BY o.seq
"""

BLAMELESS = """
   AND NOT EXISTS (
       SELECT 1 FROM devices_installation one JOIN campaigns_lane l
           ON l.run_id = o.run_id AND l.gateway = one.gateway
          AND l.environment = one.environment
        WHERE one.id = d.installation_id AND l.broken_at IS NOT NULL)
"""


def found(claim: Claim, dead: Sequence[Attempt], *, decided: str, at: datetime) -> None:
    """Switch off what a chunk found dead, or leave it to the end or to a person.

    Once the chunk is recorded: what a crash in between leaves, `settle` finds at the
    run's end. ``decided`` is the run's dead_tokens.
    """
    if decided == DeadTokens.APPLIED:
        registration.retire_dead(dead, at, actor=actor_of(claim.run))
        return
    if decided or not _are_few(claim):
        return
    registration.retire_dead(dead, at, actor=actor_of(claim.run))


def found_late(run_id: int, dead: Sequence[Attempt], *, at: datetime) -> None:
    """The same for late truth: until a run's end it is only written down."""
    run = Run.objects.get(pk=run_id)
    if run.finished_at and run.dead_tokens in (DeadTokens.RETIRED, DeadTokens.APPLIED):
        registration.retire_dead(dead, at, actor=actor_of(run_id))


def settle(run_id: int, *, at: datetime) -> None:
    """At a run's end: switch off what was found, unless it is too much; and strike."""
    run = Run.objects.get(pk=run_id)
    _strike(run, at=at)
    if run.dead_tokens in (DeadTokens.ASKED, DeadTokens.DISMISSED):
        return
    if run.dead_tokens == DeadTokens.RETIRED and _look(run_id) is False:
        ask(run_id)
        return
    _retire_listed(run_id, at=at)


@transaction.atomic
def ask(run_id: int) -> bool:
    """Switch nothing off any more: somebody decides. False when that was so."""
    asked = Run.objects.filter(pk=run_id, dead_tokens=DeadTokens.RETIRED).update(
        dead_tokens=DeadTokens.ASKED
    )
    if asked:
        AuditEvent.objects.note(
            None, "asked about dead devices", Run.objects.get(pk=run_id)
        )
    return bool(asked)


@transaction.atomic
def apply(run: Run, *, user: User, at: datetime) -> int:
    """They are gone indeed: switch them off; how many were. Raises Refused."""
    _decide(run, (DeadTokens.ASKED,), DeadTokens.APPLIED, user=user)
    retired = _retire_listed(run.pk, at=at)
    AuditEvent.objects.note(user, "switched dead devices off", run, devices=retired)
    return retired


@transaction.atomic
def dismiss(run: Run, *, user: User, at: datetime) -> None:
    """Leave them as they are: nobody is asked again. Raises Refused."""
    _decide(run, (DeadTokens.ASKED,), DeadTokens.DISMISSED, user=user)
    AuditEvent.objects.note(user, "left dead devices on", run)


@transaction.atomic
def undo(run: Run, *, user: User, at: datetime) -> int:
    """Switch on again what this run switched off; how many. Raises Refused."""
    _decide(
        run,
        (DeadTokens.RETIRED, DeadTokens.APPLIED),
        DeadTokens.DISMISSED,
        user=user,
    )
    revived = sum(
        registration.revive(rows, at, actor=actor_of(run.pk), by=user.get_username())
        for rows in _listed(run.pk, Reason.TOKEN_DEAD)
    )
    AuditEvent.objects.note(user, "switched devices on again", run, devices=revived)
    return revived


def actor_of(run_id: int) -> str:
    """What the device log says of who switched a device off."""
    return f"run {run_id}"


def _decide(
    run: Run, before: tuple[DeadTokens, ...], after: DeadTokens, *, user: User
) -> None:
    if not user.has_perm("devices.change_installation"):
        raise refusals.NotAllowed
    moved = Run.objects.filter(pk=run.pk, dead_tokens__in=before).update(
        dead_tokens=after
    )
    if not moved:
        raise refusals.WrongState(_("Somebody has decided about these devices."))


def _are_few(claim: Claim) -> bool:
    """Whether dead tokens are few so far; asks a person when they are many."""
    if time.monotonic() - claim.looked < LOOK_EVERY:
        return claim.few
    found = _look(claim.run, claim)
    claim.looked, claim.few = time.monotonic(), bool(found)
    if found is False:
        # Whoever records a chunk holds its batch, and the run is locked before those.
        transaction.on_commit(partial(ask, claim.run))
    return claim.few


def _look(run_id: int, claim: Claim | None = None) -> bool | None:
    """True: few; False: too many, in all, at one gateway or in this batch; None: it
    is too early to say."""
    with connection.cursor() as cursor:
        cursor.execute(TALLIES, [claim.batch if claim else None, run_id])
        rows = cursor.fetchall()
    sums: dict[object, list[int]] = {}
    for gateway, environment, own, answers, dead in rows:
        for part in ("all", (gateway, environment), *(["own"] if own else [])):
            total = sums.setdefault(part, [0, 0])
            total[0] += answers
            total[1] += dead
    if any(n >= ENOUGH and dead > SHARE * n for n, dead in sums.values()):
        return False
    mine = (claim.gateway, claim.environment) if claim else "all"
    return True if sums.get(mine, [0])[0] >= ENOUGH else None


def _retire_listed(run_id: int, *, at: datetime) -> int:
    return sum(
        registration.retire_dead(rows, at, actor=actor_of(run_id))
        for rows in _listed(run_id, Reason.TOKEN_DEAD)
    )


def _strike(run: Run, *, at: datetime) -> None:
    """Devices of another sender, where the fault was not found to be ours."""
    for rows in _listed(run.pk, Reason.WRONG_SENDER, BLAMELESS):
        registration.strike(rows, run.campaign_id, at)


def _listed(run_id: int, reason: Reason, also: str = "") -> list[list[Attempt]]:
    """What the ledger knows of devices with this reason, in handfuls."""
    known = BatchReason.objects.filter(batch__run=run_id, reason=reason, rows__gt=0)
    if not known.exists():
        return []
    with connection.cursor() as cursor:
        cursor.execute(LISTED % also, [run_id, int(reason)])
        rows = [(row[0], bytes(row[1]), _began(*row[2:])) for row in cursor.fetchall()]
    return [rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]


def _began(written_at: datetime, ref: str) -> datetime:
    """When the attempt began, or the token died: written as the outcome's ref."""
    try:
        return datetime.fromisoformat(ref)
    except ValueError:
        return written_at - RECORDED_WITHIN
