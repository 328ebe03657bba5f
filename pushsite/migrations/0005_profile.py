"""A reader's language and time zone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('pushsite', '0004_roles_of_primers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('language', models.CharField(blank=True, max_length=8, verbose_name='language')),
                ('zone', models.CharField(blank=True, max_length=50, verbose_name='time zone')),
            ],
            options={
                'verbose_name': 'reader’s choices',
                'verbose_name_plural': 'readers’ choices',
                'default_permissions': (),
            },
        ),
    ]
