"""Draw a sample of people, and join their live devices, without reading either table.

Built beside the traffic.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

import devices.models.people


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("devices", "0015_days_of_silence")]

    operations = [
        AddIndexConcurrently(
            model_name="installation",
            index=models.Index(
                condition=models.Q(("retired_at", None)),
                fields=["person", "platform"],
                name="installation_live",
            ),
        ),
        AddIndexConcurrently(
            model_name="person",
            index=models.Index(
                models.F("application"),
                devices.models.people.Draw("id"),
                name="person_draw",
            ),
        ),
        # Without a look at the new expression a sample is taken for a third of everybody.
        migrations.RunSQL("ANALYZE devices_person", migrations.RunSQL.noop),
    ]
