"""Prove what people agreed to, and keep the erased forgotten."""

import django.contrib.postgres.functions
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('devices', '0005_one_live_device_per_token'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=80, verbose_name='source')),
                ('counts', models.JSONField(default=dict, verbose_name='what went')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
            ],
            options={
                'verbose_name': 'erasure',
                'verbose_name_plural': 'erasures',
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('external_id', 'external id'), ('token', 'token')], max_length=12, verbose_name='what')),
                ('hash', models.BinaryField(max_length=32)),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'suppression',
                'verbose_name_plural': 'suppressions',
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.BinaryField(max_length=32, unique=True)),
                ('version', models.CharField(blank=True, max_length=80, verbose_name='version')),
                ('locale', models.CharField(blank=True, max_length=20, verbose_name='language')),
                ('text', models.TextField(verbose_name='text shown')),
                ('kept_at', models.DateTimeField(verbose_name='first kept')),
            ],
            options={
                'verbose_name': 'wording',
                'verbose_name_plural': 'wordings',
            },
        ),
        migrations.AlterModelOptions(
            name='consentevent',
            options={'permissions': [('export_consentevent', 'Can export the consent ledger')], 'verbose_name': 'consent event', 'verbose_name_plural': 'consent ledger'},
        ),
        migrations.AlterModelOptions(
            name='person',
            options={'permissions': [('export_person', 'Can export all that is known of a person'), ('erase_person', 'Can erase a person')], 'verbose_name': 'person', 'verbose_name_plural': 'people'},
        ),
        migrations.AddField(
            model_name='application',
            name='suppression_salt',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, editable=False),
        ),
        migrations.AddField(
            model_name='consentevent',
            name='installation',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='devices.installation', verbose_name='device'),
        ),
        migrations.AddField(
            model_name='consentevent',
            name='locale',
            field=models.CharField(blank=True, db_default='', default='', max_length=20, verbose_name='language'),
        ),
        migrations.AddField(
            model_name='consentevent',
            name='proof',
            field=models.CharField(blank=True, db_default='', default='', max_length=500, verbose_name='proof'),
        ),
        migrations.AddField(
            model_name='consentevent',
            name='until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='until'),
        ),
        migrations.AddField(
            model_name='preference',
            name='paused_until',
            field=models.DateTimeField(blank=True, help_text='Promotional messages wait until then.', null=True, verbose_name='paused until'),
        ),
        migrations.AddField(
            model_name='topic',
            name='is_required',
            field=models.BooleanField(db_default=False, default=False, verbose_name='cannot be switched off'),
        ),
        migrations.AddField(
            model_name='topic',
            name='texts',
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name='texts'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('is_required', False), ('default_on', True), _connector='OR'), name='required_topic_is_on_at_first'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='erasure',
            name='person',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='erasure', to='devices.person'),
        ),
        migrations.AddField(
            model_name='suppression',
            name='application',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='suppressions', to='devices.application'),
        ),
        migrations.AddIndex(
            model_name='wording',
            index=models.Index(fields=['version', 'locale'], name='wording_version'),
        ),
        migrations.AddField(
            model_name='consentevent',
            name='wording',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='devices.wording'),
        ),
        migrations.AddIndex(
            model_name='erasure',
            index=models.Index(condition=models.Q(('finished_at', None)), fields=['id'], name='erasure_unfinished'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.UniqueConstraint(fields=('application', 'kind', 'hash'), name='one_suppression_per_hash'),
        ),
    ]
