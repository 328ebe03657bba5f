"""Many installations at once, for samples and moves from another system."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from devices.models import Application
from devices.models.applications import Environment, GatewayKind
from devices.models.installations import version_order
from devices.refusals import Refused

from .reasons import Retired


class BulkDevice(NamedTuple):
    """One installation; its token and keys are taken as they are, in our spelling.

    ``secret`` "" means: nobody has one. ``browser`` is the library's word.
    """

    person_id: int
    key: str
    token: str
    platform: str
    permission: str
    model: str
    os_version: str
    app_version: str
    locale: str
    zone: str
    registered_at: datetime
    seen_at: datetime
    dead_at: datetime | None = None
    secret: str = ""
    gateway: str = GatewayKind.FCM
    environment: str = Environment.PRODUCTION
    p256dh: str = ""
    auth: str = ""
    vapid_key: str = ""
    browser: str = "CHROME"

    def __repr__(self) -> str:
        return f"BulkDevice({self.key!r})"


STAGE = """
DROP TABLE IF EXISTS pg_temp.arriving;
CREATE TEMPORARY TABLE arriving (
  person_id bigint, key text, token text, platform text, permission text, model text,
  os_version text, app_version text, locale text, zone text,
  registered_at timestamptz, seen_at timestamptz, dead_at timestamptz, secret text,
  gateway text, environment text, p256dh text, auth text, vapid_key text, browser text,
  version_order text
) ON COMMIT DROP"""

COPY = """
COPY arriving (person_id, key, token, platform, permission, model, os_version,
  app_version, locale, zone, registered_at, seen_at, dead_at, secret, gateway,
  environment, p256dh, auth, vapid_key, browser, version_order)
FROM STDIN"""

CLASH = """
SELECT count(*) - count(DISTINCT token) > 0 OR count(*) - count(DISTINCT key) > 0
  OR EXISTS (
    SELECT FROM arriving JOIN devices_installation AS one
      ON one.token_hash = sha256(convert_to(token, 'UTF8'))
    WHERE one.retired_at IS NULL AND one.application_id = %(application)s)
  OR EXISTS (
    SELECT FROM arriving JOIN devices_installation AS one
      ON one.application_id = %(application)s AND one.key = arriving.key)
FROM arriving"""

# Each row of the library's is numbered here, so that its installation knows it.
INSTALLATIONS = """
WITH numbered AS MATERIALIZED (
  SELECT arriving.*, dead_at IS NULL AS active,
    %(application)s || ':' || environment AS library,
    CASE gateway
      WHEN 'fcm'
        THEN nextval(pg_get_serial_sequence('push_notifications_gcmdevice', 'id'))
      WHEN 'apns'
        THEN nextval(pg_get_serial_sequence('push_notifications_apnsdevice', 'id'))
      WHEN 'webpush'
        THEN nextval(pg_get_serial_sequence('push_notifications_webpushdevice', 'id'))
      WHEN 'wns'
        THEN nextval(pg_get_serial_sequence('push_notifications_wnsdevice', 'id'))
    END AS row
  FROM arriving
), gcm AS (
  INSERT INTO push_notifications_gcmdevice
    (id, active, date_created, registration_id, cloud_message_type, application_id)
  SELECT row, active, registered_at, token, 'FCM', library
  FROM numbered WHERE gateway = 'fcm'
), apns AS (
  INSERT INTO push_notifications_apnsdevice
    (id, active, date_created, registration_id, application_id)
  SELECT row, active, registered_at, token, library
  FROM numbered WHERE gateway = 'apns'
), webpush AS (
  INSERT INTO push_notifications_webpushdevice
    (id, active, date_created, registration_id, p256dh, auth, browser, application_id)
  SELECT row, active, registered_at, token, p256dh, auth, browser, library
  FROM numbered WHERE gateway = 'webpush'
), wns AS (
  INSERT INTO push_notifications_wnsdevice
    (id, active, date_created, registration_id, application_id)
  SELECT row, active, registered_at, token, library
  FROM numbered WHERE gateway = 'wns'
), arrived AS (
INSERT INTO devices_installation
  (public_id, application_id, person_id, key, gateway, environment, gcm_id, apns_id,
   webpush_id, wns_id, vapid_key, token_hash, secret_hash, platform, permission, model,
   os_version, app_version, app_version_order, locale, zone, is_test, created_at,
   last_registered_at, last_seen_at, strikes, retired_at, retired_reason)
SELECT gen_random_uuid(), %(application)s, person_id, key, gateway, environment,
  CASE WHEN gateway = 'fcm' THEN row END, CASE WHEN gateway = 'apns' THEN row END,
  CASE WHEN gateway = 'webpush' THEN row END, CASE WHEN gateway = 'wns' THEN row END,
  vapid_key, sha256(convert_to(token, 'UTF8')),
  CASE WHEN secret = '' THEN sha256(uuid_send(gen_random_uuid()))
       ELSE sha256(convert_to(secret, 'UTF8')) END,
  platform, permission, model, os_version, app_version, version_order, locale, zone,
  false, registered_at, registered_at, seen_at, 0, dead_at,
  CASE WHEN dead_at IS NULL THEN '' ELSE %(dead)s END
FROM numbered
RETURNING id, person_id, retired_reason, created_at
), noted AS (
INSERT INTO devices_installationchange
  (installation_id, person_id, kind, old, new, cause, actor, at)
SELECT id, person_id, 'registered', '', coalesce(nullif(retired_reason, ''), 'live'),
  %(cause)s, %(actor)s, created_at
FROM arrived
)
SELECT count(*) FROM arrived"""


@transaction.atomic
def import_many(
    application: Application,
    devices: Iterable[BulkDevice],
    *,
    cause: str = "imported",
    actor: str = "",
) -> int:
    """Load installations of every gateway by COPY; returns how many.

    The same rules as one by one, but for the spelling of tokens: raises Refused, and
    loads none, when an id or a live token comes twice or is registered already. The
    log says of each that it came, for ``cause``: one line each, since a million of
    them are written; what their systems allowed is what the next line calls old.
    """
    facts: dict[str, Any] = {
        "application": application.pk,
        "dead": Retired.TOKEN_DEAD,
        "cause": cause,
        "actor": actor,
    }
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy(COPY) as copy:
            for device in devices:
                copy.write_row((*device, version_order(device.app_version)))
        # A table that has just grown by COPY is small in the statistics, and would be
        # read whole for each arriving row.
        cursor.execute("ANALYZE arriving, devices_installation")
        cursor.execute(CLASH, facts)
        if cursor.fetchone()[0]:
            raise Refused(
                "",
                "registered_already",
                _("An installation id or a token comes twice or is known already."),
            )
        cursor.execute(INSTALLATIONS, facts)
        return int(cursor.fetchone()[0])
