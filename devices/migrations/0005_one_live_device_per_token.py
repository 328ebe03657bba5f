"""One live device per token, as the database's own word.

Registration has kept it so all along; where a race left two, the older is retired as
moved. The index is built beside the traffic; a build that failed begins anew.
"""

import django.db.models
from django.db import migrations, models

RETIRE = """
WITH older AS (
  UPDATE devices_installation AS one SET retired_at = now(), retired_reason = 'moved'
  WHERE one.retired_at IS NULL AND EXISTS (
    SELECT FROM devices_installation AS twin
    WHERE twin.token_hash = one.token_hash
      AND twin.application_id = one.application_id AND twin.retired_at IS NULL
      AND (twin.last_registered_at, twin.id) > (one.last_registered_at, one.id))
  RETURNING one.id, one.person_id, gcm_id, apns_id, webpush_id, wns_id
), gcm AS (
  UPDATE push_notifications_gcmdevice SET active = false
  WHERE id IN (SELECT gcm_id FROM older)
), apns AS (
  UPDATE push_notifications_apnsdevice SET active = false
  WHERE id IN (SELECT apns_id FROM older)
), webpush AS (
  UPDATE push_notifications_webpushdevice SET active = false
  WHERE id IN (SELECT webpush_id FROM older)
), wns AS (
  UPDATE push_notifications_wnsdevice SET active = false
  WHERE id IN (SELECT wns_id FROM older)
)
INSERT INTO devices_installationchange
  (installation_id, person_id, kind, old, new, cause, actor, at)
SELECT id, person_id, 'retired', '', 'moved', 'one live device per token', '', now()
FROM older"""

INDEX = """
CREATE UNIQUE INDEX CONCURRENTLY one_live_device_per_token
ON devices_installation (application_id, token_hash) WHERE retired_at IS NULL"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("devices", "0004_pairings_and_test_groups")]

    operations = [
        migrations.RunSQL(RETIRE, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        "DROP INDEX CONCURRENTLY IF EXISTS one_live_device_per_token",
                        INDEX,
                    ],
                    "DROP INDEX CONCURRENTLY one_live_device_per_token",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="installation",
                    constraint=models.UniqueConstraint(
                        fields=["application", "token_hash"],
                        condition=django.db.models.Q(("retired_at", None)),
                        name="one_live_device_per_token",
                    ),
                )
            ],
        ),
    ]
