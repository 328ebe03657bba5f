import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('devices', '0003_columns_of_every_gateway'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Pairing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.BinaryField(max_length=32, unique=True)),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('used_at', models.DateTimeField(null=True, verbose_name='used')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pairings', to='devices.application')),
                ('installation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='devices.installation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pairings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'pairing',
                'verbose_name_plural': 'pairings',
            },
        ),
        migrations.CreateModel(
            name='TestGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='test_groups', to='devices.application', verbose_name='application')),
                ('colleagues', models.ManyToManyField(blank=True, related_name='test_groups', to=settings.AUTH_USER_MODEL, verbose_name='colleagues')),
                ('devices', models.ManyToManyField(blank=True, related_name='test_groups', to='devices.installation', verbose_name='devices')),
            ],
            options={
                'verbose_name': 'test group',
                'verbose_name_plural': 'test groups',
                'ordering': ['name', 'id'],
                'constraints': [models.UniqueConstraint(fields=('application', 'name'), name='one_test_group_per_name')],
            },
        ),
    ]
