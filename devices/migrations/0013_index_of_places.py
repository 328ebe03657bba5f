from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('devices', '0012_last_known_places'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='person',
            index=models.Index(condition=models.Q(('latitude__isnull', False)), fields=['application', 'latitude'], name='person_latitude'),
        ),
    ]
