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


class Migration(migrations.Migration):
    dependencies = [("devices", "0010_add_up_old_events")]

    operations = [
        migrations.RunSQL(TIMES, "DROP FUNCTION devices_event_times"),
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
    ]
