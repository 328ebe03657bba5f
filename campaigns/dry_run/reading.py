"""The people of an audience with their devices, judged, and what a message reads."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from campaigns.audience import eligibility
from campaigns.audience.eligibility import Gates
from campaigns.content import locales
from campaigns.content.personalisation import BUILT_IN_FIELDS
from campaigns.dry_run.messages import Messages
from campaigns.dry_run.tally import Row
from devices.models import Person

READ = """
SELECT judged.person_id, judged.platform, judged.gateway, judged.reason,
  ({spoken})::int, {values}, ({variant})::int
FROM ({judged}) judged JOIN devices_person p ON p.id = judged.person_id
ORDER BY judged.person_id"""

PLANS = (
    "SET LOCAL enable_hashjoin = off;"
    "SET LOCAL enable_mergejoin = off;"
    "SET LOCAL enable_material = off;"
    "SET LOCAL work_mem = '64MB';"
    "SET LOCAL jit = off"
)
"""The planner does not know how small a slice is: it would hash whole tables."""


def rows(people: QuerySet[Person], gates: Gates, messages: Messages) -> list[Row]:
    """Every device of these people as `tally.Row`, by person; for a transaction."""
    judged, params = eligibility.judged(people, gates)
    own, *tags = messages.tags
    spoken, languages = locales.case("judged.locale", source=own, tags=tags)
    values, names = _values(messages.fields)
    sql = READ.format(
        judged=judged, spoken=spoken, values=values, variant=messages.number
    )
    with connection.cursor() as cursor:
        cursor.execute(PLANS)
        cursor.execute(sql, [*languages, *names, *params])
        return list(map(Row._make, cursor.fetchall()))


def _values(fields: Sequence[str]) -> tuple[str, list[Any]]:
    """The fields as one JSON object, and their names as parameters."""
    if not fields:
        return "NULL", []
    pairs, names = [], []
    for name in fields:
        names.append(name)
        if name in BUILT_IN_FIELDS:
            pairs.append(f"%s::text, p.{name}")
        else:
            pairs.append("%s::text, p.attributes -> %s::text")
            names.append(name)
    return f"json_build_object({', '.join(pairs)})::text", names
