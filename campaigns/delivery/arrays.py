"""PostgreSQL's arrays as text, cast where they are used.

psycopg looks at each member of a list by itself: 2.4 microseconds a row of the ledger
(reference: ledger.md T7). These are joined in one go.
"""

from collections.abc import Iterable, Sequence


def numbers(values: Iterable[float]) -> str:
    """For ``::int[]``, ``::smallint[]`` or ``::float8[]``."""
    return "{" + ",".join(map(repr, values)) + "}"


def texts(values: Sequence[str]) -> str:
    """For ``::text[]``; whatever is in them, they come out as they are."""
    joined = '","'.join(values)
    if "\\" in joined or joined.count('"') != 2 * (len(values) - 1):
        escaped = [each.replace("\\", r"\\").replace('"', r"\"") for each in values]
        joined = '","'.join(escaped)
    return '{"' + joined + '"}' if values else "{}"
