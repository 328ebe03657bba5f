"""The database's clock: the only one that decides when something is due."""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """The database's time at this statement, aware."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
