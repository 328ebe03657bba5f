"""Many people at once, for samples and moves from another system."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import orjson
from django.db import connection, transaction

from devices.models import Application

from .keeping import BUCKETS


class BulkPerson(NamedTuple):
    external_id: str | None
    attributes: Mapping[str, object]
    locale: str
    country: str
    zone: str
    created_at: datetime
    last_seen_at: datetime | None


def import_many(application: Application, rows: Iterable[BulkPerson]) -> list[int]:
    """Load people by COPY; returns their ids in the order of the rows.

    The rows must be clean, and their external ids new.
    """
    people = list(rows)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('devices_person', 'id'))"
            " FROM generate_series(1, %s)",
            [len(people)],
        )
        ids = [row[0] for row in cursor.fetchall()]
        with cursor.copy(
            "COPY devices_person (id, application_id, external_id, attributes, locale,"
            " country, zone, bucket, created_at, last_seen_at) FROM STDIN"
        ) as copy:
            for pk, one in zip(ids, people, strict=True):
                copy.write_row(
                    (
                        pk,
                        application.pk,
                        one.external_id,
                        orjson.dumps(one.attributes).decode(),
                        one.locale,
                        one.country,
                        one.zone,
                        secrets.randbelow(BUCKETS),
                        one.created_at,
                        one.last_seen_at,
                    )
                )
    return ids
