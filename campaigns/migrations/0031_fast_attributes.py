"""Attributes that administrators made fast. Another table is not touched."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0030_win_back'),
        ('devices', '0016_indexes_of_counts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AttributeIndex',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, verbose_name='attribute')),
                ('kind', models.CharField(max_length=8, verbose_name='type')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('building', 'being built'), ('ready', 'ready'), ('failed', 'failed'), ('removing', 'being removed')], default='waiting', max_length=8, verbose_name='state')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('changed_at', models.DateTimeField(verbose_name='changed')),
                ('problem', models.CharField(blank=True, max_length=200, verbose_name='problem')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='devices.application', verbose_name='application')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'fast attribute',
                'verbose_name_plural': 'fast attributes',
                'constraints': [models.UniqueConstraint(fields=('application', 'name', 'kind'), name='one_index_per_attribute')],
            },
        ),
    ]
