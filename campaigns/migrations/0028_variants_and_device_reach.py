"""Variants of a message, the control group, and which devices of a person get it.

Campaigns that earlier versions write meanwhile have neither.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0027_languages_of_messages")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="variants",
            field=models.JSONField(
                blank=True, db_default=[], default=list, verbose_name="variants"
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="control",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="In per cent.",
                verbose_name="control group",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="reach",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "All their devices"),
                    ("latest", "Only the one that they used last"),
                    ("iphone", "All, but of Apple’s only iPhones"),
                    ("ipad", "All, but of Apple’s only iPads"),
                ],
                db_default="",
                default="",
                max_length=8,
                verbose_name="devices",
            ),
        ),
    ]
