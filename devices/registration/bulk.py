"""Many installations at once, for samples and moves from another system."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from devices.models import Application
from devices.models.applications import Environment, library_id
from devices.models.installations import version_order
from devices.refusals import Refused

from .reasons import Retired


class BulkDevice(NamedTuple):
    """One installation with an FCM token. ``secret`` "" means: nobody has one."""

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


STAGE = """
DROP TABLE IF EXISTS pg_temp.arriving;
CREATE TEMPORARY TABLE arriving (
  person_id bigint, key text, token text, platform text, permission text, model text,
  os_version text, app_version text, locale text, zone text,
  registered_at timestamptz, seen_at timestamptz, dead_at timestamptz, secret text,
  version_order text, gcm_id integer
    DEFAULT nextval(pg_get_serial_sequence('push_notifications_gcmdevice', 'id'))
) ON COMMIT DROP"""

COPY = """
COPY arriving (person_id, key, token, platform, permission, model, os_version,
  app_version, locale, zone, registered_at, seen_at, dead_at, secret, version_order)
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

ROWS = """
INSERT INTO push_notifications_gcmdevice
  (id, active, date_created, registration_id, cloud_message_type, application_id)
SELECT gcm_id, dead_at IS NULL, registered_at, token, 'FCM', %(library)s
FROM arriving"""

INSTALLATIONS = """
INSERT INTO devices_installation
  (public_id, application_id, person_id, key, gateway, environment, gcm_id, token_hash,
   secret_hash, platform, permission, model, os_version, app_version,
   app_version_order, locale, zone, is_test, created_at, last_registered_at,
   last_seen_at, strikes, retired_at, retired_reason)
SELECT gen_random_uuid(), %(application)s, person_id, key, 'fcm', %(environment)s,
  gcm_id, sha256(convert_to(token, 'UTF8')),
  CASE WHEN secret = '' THEN sha256(uuid_send(gen_random_uuid()))
       ELSE sha256(convert_to(secret, 'UTF8')) END,
  platform, permission, model, os_version, app_version, version_order, locale, zone,
  false, registered_at, registered_at, seen_at, 0, dead_at,
  CASE WHEN dead_at IS NULL THEN '' ELSE %(dead)s END
FROM arriving"""


@transaction.atomic
def import_many(
    application: Application,
    devices: Iterable[BulkDevice],
    *,
    environment: str = Environment.PRODUCTION,
) -> int:
    """Load installations by COPY; returns how many.

    The same rules as one by one, but for the log: raises Refused, and loads none,
    when an id or a live token comes twice or is registered already.
    """
    facts: dict[str, Any] = {
        "application": application.pk,
        "environment": environment,
        "library": library_id(application.pk, environment),
        "dead": Retired.TOKEN_DEAD,
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
        cursor.execute(ROWS, facts)
        cursor.execute(INSTALLATIONS, facts)
        return int(cursor.rowcount)
