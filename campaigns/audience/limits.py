"""Statements of a page get so many seconds, and no more."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

PLANS = {"jit": "off", "work_mem": "64MB"}
"""Compiling a count took 2 s of its 7; sorts of a million rows spilled to disk."""


class TooSlow(Exception):
    """The database did not answer in time: ask for less, or in a task."""


@contextmanager
def seconds(limit: float, **plans: str) -> Iterator[None]:
    """Run statements that may take ``limit`` seconds each; raises TooSlow.

    ``plans`` are further settings of the planner, such as enable_nestloop="off".
    The settings that were there before are there again afterwards.
    """
    wanted = PLANS | plans | {"statement_timeout": f"{int(limit * 1000)}ms"}
    try:
        with transaction.atomic():
            before = _current(list(wanted))
            _set(wanted)
            yield
            _set(before)
    except OperationalError as stopped:
        if isinstance(stopped.__cause__, QueryCanceled):
            raise TooSlow from stopped
        raise


def _current(names: list[str]) -> dict[str, str]:
    asked = ", ".join(["current_setting(%s)"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}", names)
        return dict(zip(names, cursor.fetchone(), strict=True))


def _set(settings: Mapping[str, str]) -> None:
    calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    values = [each for pair in settings.items() for each in pair]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", values)
