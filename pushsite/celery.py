"""The Celery application: `celery -A pushsite worker` and `celery -A pushsite beat`.

Celery carries wake-ups only; PostgreSQL is the truth. Settings are CELERY_* in
settings.py.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pushsite.settings")

app = Celery("pushsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
