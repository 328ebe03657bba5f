"""Count one person's events in a window, and keep no index twice.

The two further indexes of foreign keys begin as others do: (application, name, at),
(person, name, at), (installation, key).
"""

import django.db.models.deletion
from django.db import migrations, models

# The planner is told that a call costs little: it is made for few rows, and what it
# would put in its place is a look at every event.
TIMES = """
CREATE FUNCTION devices_event_times(bigint, text, timestamptz, timestamptz)
RETURNS integer LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 AS $$
BEGIN
  RETURN (SELECT count(*) FROM devices_event
           WHERE person_id = $1 AND name = $2 AND at > $3 AND at <= $4);
END $$
"""


DROP = """
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN
    SELECT index.relname FROM pg_index
      JOIN pg_class index ON index.oid = indexrelid
      JOIN pg_attribute one ON one.attrelid = indrelid AND one.attnum = indkey[0]
     WHERE indrelid = 'devices_event'::regclass AND indnatts = 1 AND NOT indisunique
       AND one.attname IN ('application_id', 'installation_id', 'person_id')
  LOOP
    EXECUTE format('DROP INDEX %I', name);
  END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("devices", "0010_add_up_old_events")]

    operations = [
        migrations.RunSQL(TIMES, "DROP FUNCTION devices_event_times"),
        # Django would make each foreign key anew, and read every event for it.
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DROP, migrations.RunSQL.noop)],
            state_operations=[
                migrations.AlterField(
                    model_name="event",
                    name="application",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="devices.application",
                    ),
                ),
                migrations.AlterField(
                    model_name="event",
                    name="installation",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="devices.installation",
                    ),
                ),
                migrations.AlterField(
                    model_name="event",
                    name="person",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="devices.person",
                    ),
                ),
            ],
        ),
    ]
