"""Statements of a page get so many seconds, and no more."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled


class TooSlow(Exception):
    """The database did not answer in time: ask for less, or in a task."""


@contextmanager
def seconds(limit: float) -> Iterator[None]:
    """Run statements that may take ``limit`` seconds each; raises TooSlow.

    The limit that was set before is set again afterwards.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            before = cursor.fetchone()[0]
            _set(f"{int(limit * 1000)}ms")
            yield
            _set(before)
    except OperationalError as stopped:
        if isinstance(stopped.__cause__, QueryCanceled):
            raise TooSlow from stopped
        raise


def _set(limit: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [limit])
