"""A message may leave people out at the moment of sending."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0020_templates_and_blocks")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="leave_out",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                verbose_name="who is left out at the last moment",
            ),
        ),
    ]
