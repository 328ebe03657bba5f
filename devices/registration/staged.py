"""Devices by the million: what a caller staged, compared with those we know.

The caller fills ``arriving_devices`` (`STAGE`) in its own transaction. `compare` makes
``compared_devices`` of it: nothing is written yet. `write` keeps what is new.
"""

from typing import Any

from django.db import connection

from devices.models import Application
from devices.models.installations import LINKS

from . import bulk
from .reasons import Retired

STAGE = """
DROP TABLE IF EXISTS pg_temp.arriving_devices, pg_temp.compared_devices,
  pg_temp.added_devices;
CREATE TEMPORARY TABLE arriving_devices (number int, person_id bigint, device jsonb,
  token_hash bytea) ON COMMIT DROP"""
"""``device`` has the columns of bulk.COPY; ``person_id`` is NULL for somebody new."""

# ``was`` is new; known (the person has it); taken (somebody else's lives); dead (the
# token was given up, whatever the file says); or named (its id has another token).
COMPARE = """
CREATE TEMPORARY TABLE compared_devices ON COMMIT DROP AS
SELECT arriving.*,
  CASE
    WHEN holder.person_id = arriving.person_id THEN 'known'
    WHEN holder.retired_at IS NULL AND holder.id IS NOT NULL THEN 'taken'
    WHEN holder.id IS NOT NULL THEN 'dead'
    WHEN named.id IS NOT NULL THEN 'named'
    ELSE 'new'
  END AS was
FROM arriving_devices AS arriving
LEFT JOIN LATERAL (
  SELECT id, person_id, retired_at FROM devices_installation AS one
  WHERE one.token_hash = arriving.token_hash AND one.application_id = %(application)s
  ORDER BY retired_at IS NOT NULL, id LIMIT 1
) AS holder ON true
LEFT JOIN devices_installation AS named
  ON named.application_id = %(application)s AND named.key = arriving.device ->> 'key'"""

FILL = """
INSERT INTO arriving (person_id, key, token, platform, permission, model, os_version,
  app_version, locale, zone, registered_at, seen_at, secret, gateway, environment,
  p256dh, auth, vapid_key, browser, version_order)
SELECT compared.person_id, one.key, one.token, one.platform, one.permission, one.model,
  one.os_version, one.app_version, one.locale, one.zone, one.registered_at,
  one.seen_at, '', one.gateway, one.environment, one.p256dh, one.auth, one.vapid_key,
  one.browser, one.version_order
FROM compared_devices AS compared, jsonb_to_record(compared.device) AS one (
  key text, token text, platform text, permission text, model text, os_version text,
  app_version text, locale text, zone text, registered_at timestamptz,
  seen_at timestamptz, gateway text, environment text, p256dh text, auth text,
  vapid_key text, browser text, version_order text)
WHERE compared.was = 'new'"""

ADDED = """
CREATE TEMPORARY TABLE added_devices ON COMMIT DROP AS
SELECT compared.number, one.person_id, one.id AS installation_id
FROM compared_devices AS compared JOIN devices_installation AS one
  ON one.application_id = %(application)s AND one.key = compared.device ->> 'key'
WHERE compared.was = 'new'"""

# Only what nobody has used or changed since it came.
UNTOUCHED = """
CREATE TEMPORARY TABLE untouched_devices ON COMMIT DROP AS
SELECT one.id, one.gcm_id, one.apns_id, one.webpush_id, one.wns_id
FROM removing_devices AS removing
JOIN devices_installation AS one ON one.id = removing.installation_id
WHERE one.person_id = removing.person_id AND one.retired_at IS NULL
  AND one.last_registered_at = one.created_at AND NOT one.is_test
  AND one.strikes = 0 AND one.suspended_at IS NULL
FOR UPDATE OF one"""

FORGET_LOG = """
DELETE FROM devices_installationchange
WHERE installation_id IN (SELECT id FROM untouched_devices)"""

FORGET = """
DELETE FROM devices_installation WHERE id IN (SELECT id FROM untouched_devices)"""

FORGET_TOKENS = [
    f"DELETE FROM push_notifications_{link}device"  # noqa: S608
    f" WHERE id IN (SELECT {link}_id FROM untouched_devices)"
    for link in LINKS
]


def compare(application: Application) -> None:
    """Make ``compared_devices`` of ``arriving_devices``."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE arriving_devices")
        cursor.execute(COMPARE, {"application": application.pk})


def write(application: Application, *, cause: str, actor: str) -> None:
    """Add the new ones of ``compared_devices``, each with a line of the log.

    Leaves ``added_devices`` (number, person_id, installation_id). Raises
    IntegrityError when one of them registered meanwhile: begin again with another
    comparison.
    """
    facts: dict[str, Any] = {
        "application": application.pk,
        "dead": Retired.TOKEN_DEAD,
        "cause": cause,
        "actor": actor,
    }
    with connection.cursor() as cursor:
        cursor.execute(bulk.STAGE)
        cursor.execute(FILL)
        cursor.execute("ANALYZE arriving")
        cursor.execute(bulk.INSTALLATIONS, facts)
        cursor.execute(ADDED, facts)


def remove() -> int:
    """Delete those of ``removing_devices`` that nothing has touched since.

    (installation_id, person_id) with their tokens and their log, as if they had
    never come; returns how many.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.untouched_devices")
        cursor.execute(UNTOUCHED)
        cursor.execute(FORGET_LOG)
        cursor.execute(FORGET)
        removed = int(cursor.rowcount)
        for sql in FORGET_TOKENS:
            cursor.execute(sql)
        return removed
