"""Read the consent ledger by time: built beside whoever writes it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("devices", "0006_consent_with_proof_and_erasure")]

    operations = [
        AddIndexConcurrently(
            model_name="consentevent",
            index=models.Index(fields=["at", "id"], name="consent_at"),
        )
    ]
