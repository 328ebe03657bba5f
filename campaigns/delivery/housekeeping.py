"""What keeps the tables in order, once a minute."""

from datetime import datetime, timedelta

from django.db import connection

from campaigns.audience import fast, lists, sizes
from campaigns.delivery import bell, firing, heartbeats, partitions
from devices import events, imports
from devices.api import access
from devices.models import IdempotencyKey

KEYS_KEPT = timedelta(hours=48)
AT_ONCE = 10_000

LAST_RUN = """
SELECT coalesce(pg_sequence_last_value(
    pg_get_serial_sequence('campaigns_run', 'id')::regclass), 0)
"""


def keep(*, at: datetime) -> None:
    """Make the ledger's next partitions; drop what is kept for a while only."""
    partitions.ensure_partitions(_last_run() + 1, blocks=2)
    firing.renew_promises(at=at)
    _forget_idempotency_keys(at)
    access.drop_spent(at)
    _keep_segments(at)
    events.drop_old(at)
    imports.forget(at=at)
    heartbeats.forget(at=at)
    heartbeats.beat("housekeeping", at=at)


def _keep_segments(at: datetime) -> None:
    """Have each segment counted once a day, begun lists filled and indexes built."""
    for segment in sizes.uncounted(at=at):
        bell.ring(bell.COUNT_SEGMENT, segment)
    for people in lists.unfilled():
        bell.ring(bell.FILL_LIST, people)
    lists.clear()
    sizes.forget(at=at)
    for index in fast.stranded(at=at):
        bell.ring(bell.INDEX_ATTRIBUTE, index)


def _last_run() -> int:
    """The id of the last run, also of one whose transaction is still open."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_RUN)
        return int(cursor.fetchone()[0])


def _forget_idempotency_keys(at: datetime) -> None:
    old = IdempotencyKey.objects.filter(created_at__lt=at - KEYS_KEPT)
    IdempotencyKey.objects.filter(pk__in=old.values("pk")[:AT_ONCE]).delete()
