"""Which variant of a campaign a person gets: a stable hash of the two, nothing kept.

The same person gets the same variant in every run of a campaign for as long as its
shares are the same, and another one in another campaign. The control group stands
first among the points, so that changing the shares of variants never touches it, and
enlarging it keeps everybody who is in it.

hashint8extended is PostgreSQL's own (what hash partitions are made by): 20 ns a row.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from django.db import connection

from campaigns.models import variants

POINTS = variants.WHOLE


def point(column: str, *, campaign: int) -> str:
    """SQL: where the person of this id stands in a campaign, from 0 to 99."""
    return f"abs(mod(hashint8extended({column}, {campaign:d}), {POINTS:d}))"


def is_control(column: str, *, campaign: int, control: int) -> str:
    """SQL: whether a person is in the control group of ``control`` per cent."""
    return f"{point(column, campaign=campaign)} < {control:d}"


def case(column: str, *, campaign: int, shares: Sequence[int], control: int) -> str:
    """SQL: the number of the variant that a person gets, 0 for A.

    ``shares`` in per cent, A's first. Whoever is in the control group is told A: ask
    `is_control` before.
    """
    if len(shares) < 2:
        return "0"
    begins = list(accumulate(shares[:-1], initial=control))[1:]
    numbers = ",".join(f"{each:d}" for each in begins)
    where = point(column, campaign=campaign)
    return f"width_bucket({where}, ARRAY[{numbers}]::bigint[])"


def of_content(column: str, content: Mapping[str, Any]) -> str:
    """SQL: `case` with the shares of a revision's content."""
    return case(
        column,
        campaign=content.get("drawn_by", 0),
        shares=variants.shares_in(content),
        control=content.get("control", 0),
    )


def key_for(person: int, content: Mapping[str, Any]) -> str:
    """The key of the variant that this person gets, "" for the control group."""
    place = "%(person)s::bigint"
    number, control = of_content(place, content), content.get("control", 0)
    is_left_out = is_control(
        place, campaign=content.get("drawn_by", 0), control=control
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CASE WHEN {is_left_out} THEN -1 ELSE {number} END",
            {"person": person},
        )
        found = int(cursor.fetchone()[0])
    return "" if found < 0 else variants.keys_in(content)[found]
