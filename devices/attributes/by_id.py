"""Many people by the customer's own ids, as servers name them."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from devices.models import Application, Suppression
from devices.models.erasures import Kind

from .keeping import BUCKETS

FIND = """
SELECT external_id, id FROM devices_person
WHERE application_id = %s AND external_id = ANY(%s::text[])"""

MAKE = """
INSERT INTO devices_person (application_id, external_id, attributes, locale, country,
                            zone, bucket, created_at)
SELECT %s, id, '{}', '', '', '', floor(random() * %s)::int, %s
FROM unnest(%s::text[]) AS id ORDER BY id
ON CONFLICT (application_id, external_id) DO NOTHING"""


def ids_of(
    application: Application, external_ids: Collection[str], at: datetime
) -> dict[str, int]:
    """The person of each external id, made where nobody has it yet.

    Three statements at most for any number of them. Those who were erased are left
    out: only they themselves come back. The ids must be clean (1 to 128 characters).
    """
    found = _found(application, external_ids)
    missing = set(external_ids) - set(found)
    if not missing:
        return found
    gone = Suppression.objects.among(application, Kind.EXTERNAL_ID, missing)
    wanted = sorted(missing - gone)
    if not wanted:
        return found
    with connection.cursor() as cursor:
        cursor.execute(MAKE, [application.pk, BUCKETS, at, wanted])
    return found | _found(application, wanted)


def _found(application: Application, external_ids: Collection[str]) -> dict[str, int]:
    # One array: Django's own IN costs more than the statement, for a thousand ids.
    with connection.cursor() as cursor:
        cursor.execute(FIND, [application.pk, list(external_ids)])
        return {str(name): int(pk) for name, pk in cursor.fetchall()}
