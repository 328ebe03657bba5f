from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0022_promo_codes'),
    ]

    operations = [
        migrations.AddField(
            model_name='testsend',
            name='locale',
            field=models.CharField(blank=True, db_default='', default='', max_length=20, verbose_name='language'),
        ),
        migrations.AddField(
            model_name='testsend',
            name='variant',
            field=models.CharField(blank=True, db_default='', default='', max_length=1, verbose_name='variant'),
        ),
    ]
