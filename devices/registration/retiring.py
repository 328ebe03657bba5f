"""What answers of providers do to installations: always compare and set.

Each row names the installation, the hash of the token that was sent to, and when
that attempt started: a token that was registered since is never touched
(reference: providers F3).
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from devices import credentials
from devices.models import Application, AuditEvent, Installation

from .log import LIVE, SUSPENDED, Kind, Log
from .reasons import Retired
from .rows import atomic

Attempt = tuple[int, bytes, datetime]
"""Installation, token hash, and the moment before which what is said counts."""

STRIKE_APART = timedelta(hours=24)
STRIKE_COUNTS = timedelta(days=30)

LOCKED = """
WITH told AS (
  SELECT * FROM unnest(
    %(ids)s::bigint[], %(hashes)s::bytea[], %(starts)s::timestamptz[]
  ) AS told (id, token_hash, started_at)
), locked AS (
  SELECT one.id, one.person_id, one.strikes, one.strike_campaign, one.suspended_at
  FROM devices_installation AS one JOIN told ON told.id = one.id
  WHERE one.token_hash = told.token_hash AND one.last_registered_at <= told.started_at
    AND one.retired_at IS NULL
  ORDER BY one.id FOR UPDATE OF one
)"""

RETIRE = """, retired AS (
  UPDATE devices_installation AS one
  SET retired_at = %(at)s, retired_reason = %(reason)s
  FROM (SELECT DISTINCT id FROM locked) AS dead WHERE one.id = dead.id
  RETURNING one.id, one.person_id, suspended_at, gcm_id, apns_id, webpush_id, wns_id
), gcm AS (
  UPDATE push_notifications_gcmdevice SET active = false
  WHERE id IN (SELECT gcm_id FROM retired)
), apns AS (
  UPDATE push_notifications_apnsdevice SET active = false
  WHERE id IN (SELECT apns_id FROM retired)
), webpush AS (
  UPDATE push_notifications_webpushdevice SET active = false
  WHERE id IN (SELECT webpush_id FROM retired)
), wns AS (
  UPDATE push_notifications_wnsdevice SET active = false
  WHERE id IN (SELECT wns_id FROM retired)
), noted AS (
  INSERT INTO devices_installationchange
    (installation_id, person_id, kind, old, new, cause, actor, at)
  SELECT id, person_id, 'retired',
    CASE WHEN suspended_at IS NULL THEN 'live' ELSE 'suspended' END,
    %(reason)s, %(cause)s, %(actor)s, %(at)s
  FROM retired
)
SELECT count(*) FROM retired"""

SUSPEND = """, struck AS (
  UPDATE devices_installation AS one
  SET strikes = 1, strike_campaign = %(campaign)s, suspended_at = %(at)s
  FROM (SELECT DISTINCT id FROM locked
        WHERE strikes = 0 OR suspended_at <= %(at)s - %(apart)s) AS first
  WHERE one.id = first.id
  RETURNING one.id, one.person_id
), noted AS (
  INSERT INTO devices_installationchange
    (installation_id, person_id, kind, old, new, cause, actor, at)
  SELECT id, person_id, 'suspended', 'live', 'suspended', %(cause)s, '', %(at)s
  FROM struck
)
SELECT count(*) FROM struck"""


REVIVE = """
WITH told AS (
  SELECT * FROM unnest(%(ids)s::bigint[], %(hashes)s::bytea[]) AS told (id, token_hash)
), locked AS (
  SELECT one.id FROM devices_installation AS one JOIN told ON told.id = one.id
  WHERE one.token_hash = told.token_hash AND one.retired_reason = %(reason)s
    AND EXISTS (
      SELECT 1 FROM devices_installationchange AS change
      WHERE change.installation_id = one.id AND change.kind = 'retired'
        AND change.at = one.retired_at AND change.actor = %(actor)s)
    AND NOT EXISTS (
      SELECT 1 FROM devices_installation AS other
      WHERE other.token_hash = one.token_hash AND other.id <> one.id
        AND other.retired_at IS NULL)
  ORDER BY one.id FOR UPDATE OF one
), revived AS (
  UPDATE devices_installation AS one SET retired_at = NULL, retired_reason = ''
  FROM locked WHERE one.id = locked.id
  RETURNING one.id, one.person_id, gcm_id, apns_id, webpush_id, wns_id
), gcm AS (
  UPDATE push_notifications_gcmdevice SET active = true
  WHERE id IN (SELECT gcm_id FROM revived)
), apns AS (
  UPDATE push_notifications_apnsdevice SET active = true
  WHERE id IN (SELECT apns_id FROM revived)
), webpush AS (
  UPDATE push_notifications_webpushdevice SET active = true
  WHERE id IN (SELECT webpush_id FROM revived)
), wns AS (
  UPDATE push_notifications_wnsdevice SET active = true
  WHERE id IN (SELECT wns_id FROM revived)
), noted AS (
  INSERT INTO devices_installationchange
    (installation_id, person_id, kind, old, new, cause, actor, at)
  SELECT id, person_id, 'revived', %(reason)s, 'live', 'retirement undone', %(by)s,
    %(at)s
  FROM revived
)
SELECT count(*) FROM revived"""


def told(attempt: Attempt, *, since: float | None) -> Attempt:
    """The same where the provider says when the token died, in Unix seconds.

    A device that registered after that moment is another life of the token.
    """
    if since is None:
        return attempt
    installation, token_hash, started_at = attempt
    try:
        died_at = datetime.fromtimestamp(since, UTC)
    except (ValueError, OverflowError, OSError):
        return attempt
    return installation, token_hash, min(started_at, died_at)


def retire_dead(rows: Sequence[Attempt], at: datetime, *, actor: str = "") -> int:
    """Retire installations whose token the provider calls gone.

    ``actor`` is what found it, such as "run 7", and what `revive` asks for. One
    statement, in the caller's transaction. Returns how many were retired:
    those whose token is still the one sent to, registered before the attempt.
    """
    facts: dict[str, Any] = {
        "at": at,
        "reason": Retired.TOKEN_DEAD,
        "cause": "provider: token dead",
        "actor": actor,
    }
    return run(LOCKED + RETIRE, rows, facts)


@atomic
def revive(rows: Sequence[Attempt], at: datetime, *, actor: str, by: str) -> int:
    """Undo what retire_dead did on behalf of ``actor``; returns how many live again.

    A device that was registered since, or whose token another one has, stays as it
    is. One statement.
    """
    facts = {"reason": Retired.TOKEN_DEAD, "actor": actor, "by": by, "at": at}
    return run(REVIVE, rows, facts)


@transaction.atomic
def strike(rows: Sequence[Attempt], campaign_id: int, at: datetime) -> tuple[int, int]:
    """Note that tokens belong to another sender; returns (suspended, retired).

    The first strike suspends for 24 hours. A second one, in another campaign and
    1 to 30 days later, retires; after that the next one counts as the first.
    """
    facts: dict[str, Any] = {
        "at": at,
        "campaign": campaign_id,
        "apart": STRIKE_APART,
        "counts": STRIKE_COUNTS,
        "reason": Retired.WRONG_SENDER,
        "cause": "provider: wrong sender",
        "actor": "",
    }
    second = LOCKED.replace(
        "AND one.retired_at IS NULL",
        """AND one.retired_at IS NULL AND one.strikes > 0
    AND one.strike_campaign <> %(campaign)s
    AND one.suspended_at BETWEEN %(at)s - %(counts)s AND %(at)s - %(apart)s""",
    )
    retired = run(second + RETIRE, rows, facts)
    return run(LOCKED + SUSPEND, rows, facts), retired


@transaction.atomic
def lift_suspensions(
    application: Application, gateway: str, *, actor: Any, at: datetime
) -> int:
    """The credential was mended: every suspended device counts as new.

    Raises CredentialRefused for somebody who may not change credentials.
    """
    credentials.require_right(actor)
    suspended = (
        Installation.objects.select_for_update()
        .filter(application=application, gateway=gateway, retired_at=None)
        .exclude(suspended_at=None)
        .order_by("pk")
    )
    log = Log(at, "suspensions lifted", actor=str(actor))
    for installation in suspended:
        log.note(installation, Kind.REVIVED, old=SUSPENDED, new=LIVE)
    ids = [line.installation_id for line in log.lines]
    log.write()
    AuditEvent.objects.note(
        actor, "suspensions lifted", application, gateway=gateway, devices=len(ids)
    )
    return Installation.objects.filter(pk__in=ids).update(
        strikes=0, strike_campaign=None, suspended_at=None
    )


def run(statement: str, rows: Sequence[Attempt], facts: dict[str, Any]) -> int:
    """Run one of the statements above and return its count."""
    if not rows:
        return 0
    ids, hashes, starts = zip(*rows, strict=True)
    told = {
        "ids": list(ids),
        "hashes": [bytes(each) for each in hashes],
        "starts": list(starts),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, facts | told)
        return int(cursor.fetchone()[0])
