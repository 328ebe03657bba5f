from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('devices', '0011_times_of_events'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='latitude',
            field=models.FloatField(blank=True, help_text='In degrees (WGS 84).', null=True, verbose_name='latitude'),
        ),
        migrations.AddField(
            model_name='person',
            name='located_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='located'),
        ),
        migrations.AddField(
            model_name='person',
            name='longitude',
            field=models.FloatField(blank=True, null=True, verbose_name='longitude'),
        ),
    ]
