import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0028_variants_and_device_reach'),
        ('devices', '0013_index_of_places'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('kind', models.CharField(choices=[('uploaded', 'uploaded'), ('snapshot', 'kept from a segment')], max_length=8)),
                ('rule', models.JSONField(null=True)),
                ('is_excluded', models.BooleanField(default=False, verbose_name='never gets a message')),
                ('lines', models.PositiveIntegerField(default=0)),
                ('repeated', models.PositiveIntegerField(default=0)),
                ('people', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('ready_at', models.DateTimeField(null=True, verbose_name='ready')),
                ('archived_at', models.DateTimeField(null=True, verbose_name='deleted')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='person_lists', to='devices.application')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'list of people',
                'verbose_name_plural': 'lists of people',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ListLine',
            fields=[
                ('pk', models.CompositePrimaryKey('people_list_id', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('external_id', models.CharField(max_length=200)),
                ('people_list', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.personlist')),
            ],
        ),
        migrations.CreateModel(
            name='ListedPerson',
            fields=[
                ('pk', models.CompositePrimaryKey('people_list_id', 'person_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='devices.person')),
                ('people_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='listed', to='campaigns.personlist')),
            ],
        ),
        migrations.CreateModel(
            name='SegmentSize',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('version', models.PositiveIntegerField()),
                ('people', models.PositiveIntegerField(null=True)),
                ('devices', models.PositiveIntegerField(null=True)),
                ('is_exact', models.BooleanField(default=False)),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sizes', to='campaigns.segment')),
            ],
            options={
                'ordering': ['day'],
            },
        ),
        migrations.AddConstraint(
            model_name='personlist',
            constraint=models.UniqueConstraint(condition=models.Q(('archived_at', None)), fields=('application', 'name'), name='one_list_per_name'),
        ),
        migrations.AddConstraint(
            model_name='segmentsize',
            constraint=models.UniqueConstraint(fields=('segment', 'day'), name='one_size_per_segment_and_day'),
        ),
    ]
