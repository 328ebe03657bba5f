"""The Celery application: `celery -A pushsite worker` and `celery -A pushsite beat`.

Celery carries wake-ups only; PostgreSQL is the truth. Settings are CELERY_* in
settings.py.
"""

import os
import sys
import warnings
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import beat_init, worker_ready
from kombu.connection import Connection

from . import pool, queues

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pushsite.settings")

# It warns root of pickled messages; ours are JSON, and nothing else is accepted.
warnings.simplefilter("ignore", SecurityWarning)

queues.serve()
pool.serve()


class Wakeful(Celery):
    """Celery, in which only who waits for messages listens for them.

    kombu's transport has every connection that ever named a queue listen to it. One
    that only writes never reads what it hears: after some hundred wake-ups the server
    can write no more to it, and whatever waits for all of the server's sessions, such
    as dropping a database, waits for ever.
    """

    def connection_for_write(self, url: str | None = None, **how: Any) -> Connection:
        if self.conf.broker_transport_options.get("use_notify"):
            given = how.get("transport_options") or {}
            how["transport_options"] = {**given, "use_notify": False}
        return super().connection_for_write(url, **how)


app = Wakeful("pushsite")
# Threads of the web server find this one too, not only the thread that imports it.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

READY = "Celery is ready"


@worker_ready.connect
@beat_init.connect
def say_ready(**details: Any) -> None:
    """Tell whoever started this process that it works, at any level of logging."""
    if sys.__stdout__:
        sys.__stdout__.write(READY + "\n")
        sys.__stdout__.flush()
