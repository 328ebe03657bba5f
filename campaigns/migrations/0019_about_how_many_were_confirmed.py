"""Whether the people who were confirmed were counted from a sample.

Runs that earlier versions make meanwhile say no.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0018_dry_runs")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="confirmed_about",
            field=models.BooleanField(default=False, db_default=False),
        ),
    ]
