"""The rows that beat fires: visible and editable under System."""

from django.db import migrations
from django.utils import timezone

ROWS = [
    ("Pushsite tick", "campaigns.tick", 2, 2),
    ("Pushsite housekeeping", "campaigns.housekeeping", 60, 60),
]


def make_rows(apps, schema_editor):
    """By a migration and not by beat_schedule, which would undo edits at each start."""
    intervals = apps.get_model("django_celery_beat", "IntervalSchedule").objects
    tasks = apps.get_model("django_celery_beat", "PeriodicTask").objects
    for name, task, every, expires in ROWS:
        interval = intervals.filter(every=every, period="seconds").first()
        interval = interval or intervals.create(every=every, period="seconds")
        tasks.get_or_create(
            name=name,
            defaults={
                "task": task,
                "interval": interval,
                "expire_seconds": expires,
                "queue": "control",
                "description": "Starts campaigns on time. Leave it on.",
            },
        )
    changes = apps.get_model("django_celery_beat", "PeriodicTasks").objects
    changes.update_or_create(ident=1, defaults={"last_update": timezone.now()})


def drop_rows(apps, schema_editor):
    tasks = apps.get_model("django_celery_beat", "PeriodicTask").objects
    tasks.filter(name__in=[name for name, *_ in ROWS]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0003_confirmed_people"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(make_rows, drop_rows)]
