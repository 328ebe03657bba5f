"""Words that one application showed are found by that application alone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("devices", "0017_imports"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="wording",
            name="wording_version",
        ),
        migrations.AddField(
            model_name="wording",
            name="application",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="devices.application"),
        ),
        migrations.AddIndex(
            model_name="wording",
            index=models.Index(fields=["application", "version", "locale"], name="wording_version"),
        ),
    ]
