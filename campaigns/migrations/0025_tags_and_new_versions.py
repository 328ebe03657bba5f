import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0024_accepted_checks_and_house_style'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='tags',
            field=models.JSONField(blank=True, db_default=[], default=list, verbose_name='tags'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='replaces',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('replaces',), name='one_draft_per_live_campaign'),
        ),
    ]
