"""Whether PostgreSQL keeps what it was told, when it ends suddenly.

What is intended must be on disk before a request leaves: a server that forgets the
intent after a power cut would have it sent again
(https://www.postgresql.org/docs/current/wal-async-commit.html says so of every
external action that relies on a commit).
"""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_noop

from campaigns.delivery import lifecycle
from devices import said

FORGETFUL = """
SELECT name FROM pg_settings
 WHERE name IN ('fsync', 'synchronous_commit') AND setting = 'off' ORDER BY name
"""
WHY = gettext_noop(
    "PostgreSQL may forget what it was told last (%(setting)s is off), and people "
    "would get a message twice: whoever runs the database sets it to on, then an "
    "Administrator allows sending."
)


def guard(*, at: datetime) -> bool:
    """Switch all sending off unless commits are durable; True when they are."""
    with connection.cursor() as cursor:
        cursor.execute(FORGETFUL)
        found = cursor.fetchone()
    if found is None:
        return True
    lifecycle.switch_off(reason=said.keep(WHY, setting=found[0]), user=None, at=at)
    return False
