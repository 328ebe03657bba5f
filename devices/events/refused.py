"""What was refused, for a week: one row a day for each reason and place."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson
from django.db import connection

from devices.models import RefusedEvent

from .happenings import Fault

KEPT = timedelta(days=7)
MAX_ROWS = 2_000
"""Of one application: whoever refuses to listen must not fill the disk."""

KEEP = """
INSERT INTO devices_refusedevent AS kept
  (application_id, day, code, pointer, name, source, times, first_at, last_at, shape,
   installation_id)
SELECT %(application)s, %(day)s, new.code, new.pointer, new.name, %(source)s, new.times,
       %(at)s, %(at)s, new.shape, %(installation)s
FROM unnest(%(codes)s::text[], %(pointers)s::text[], %(names)s::text[],
            %(times)s::bigint[], %(shapes)s::jsonb[])
  AS new (code, pointer, name, times, shape)
WHERE (SELECT count(*) FROM devices_refusedevent
       WHERE application_id = %(application)s) < %(most)s
ORDER BY new.code, new.pointer, new.name
ON CONFLICT (application_id, day, code, pointer, name, source) DO UPDATE SET
  times = kept.times + excluded.times,
  last_at = greatest(kept.last_at, excluded.last_at),
  shape = excluded.shape,
  installation_id = excluded.installation_id
"""


class Origin(NamedTuple):
    """Where events come from: a device, or a server when there is none."""

    application_id: int
    installation_id: int | None

    @property
    def source(self) -> str:
        return "server" if self.installation_id is None else "device"


def keep(origin: Origin, faults: Sequence[Fault], at: datetime) -> int:
    """Count what was refused, in one statement; returns the rows touched."""
    if not faults:
        return 0
    shapes = {_group(each): each.shape for each in faults}
    groups = Counter(_group(each) for each in faults)
    facts = {
        "application": origin.application_id,
        "installation": origin.installation_id,
        "source": origin.source,
        "day": at.date(),
        "at": at,
        "most": MAX_ROWS,
        "codes": [code for code, _pointer, _name in groups],
        "pointers": [pointer for _code, pointer, _name in groups],
        "names": [name for _code, _pointer, name in groups],
        "times": list(groups.values()),
        "shapes": [orjson.dumps(shapes[each]).decode() for each in groups],
    }
    with connection.cursor() as cursor:
        cursor.execute(KEEP, facts)
        return int(cursor.rowcount)


def _group(each: Fault) -> tuple[str, str, str]:
    return str(each.code), each.pointer[:120], each.name


def of_week(application_id: int, at: datetime) -> Iterable[RefusedEvent]:
    """Everything refused in the last seven days, the latest first."""
    rows = RefusedEvent.objects.filter(application=application_id)
    return rows.filter(last_at__gt=at - KEPT).order_by("-last_at", "id")


def drop_old(at: datetime) -> int:
    """Forget what was refused more than a week ago; housekeeping calls this."""
    return RefusedEvent.objects.filter(last_at__lte=at - KEPT).delete()[0]
