"""Freeze a run's audience, a while at a time, then let it send."""

import logging
import time
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection, transaction

from campaigns.audience.rules import RuleError
from campaigns.audience.select import NoAudience
from campaigns.delivery import lifecycle, partitions, seams, snapshot, stops
from campaigns.models import Run
from campaigns.models.states import RunState

log = logging.getLogger(__name__)


def prepare(run_id: int, *, seconds: float, at: datetime) -> bool:
    """Freeze slices for at most about ``seconds``; True when some are left.

    Many workers may be told to prepare one run: one works, the others leave.
    """
    if not Run.objects.filter(pk=run_id, state=RunState.PREPARING).exists():
        return False
    partitions.ensure_partitions(run_id)
    ends = time.monotonic() + seconds
    while True:
        try:
            more = _slice(run_id)
        except (RuleError, NoAudience) as trouble:
            lifecycle.abandon(run_id, reason=str(trouble), at=at)
            return False
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            # The sweep tries again; until it succeeds the run's page says why not.
            log.exception("The audience of run %s cannot be written down", run_id)
            lifecycle.explain(run_id, reason=stops.cannot_prepare())
            return False
        if more is None:
            return False
        if not more:
            partitions.analyze(run_id)
            _begin(run_id, at=at)
            return False
        seams.reached(seams.FREEZING)
        if time.monotonic() > ends:
            return True


def _begin(run_id: int, *, at: datetime) -> None:
    try:
        lifecycle.begin_sending(run_id, at=at)
    except lifecycle.NotConserved:
        log.exception("The audience of run %s does not add up", run_id)
        lifecycle.abandon(run_id, reason=stops.uneven_audience(), at=at)


def _slice(run_id: int) -> bool | None:
    """Whether more is left after one slice; None when another worker is at it."""
    with transaction.atomic():
        if not _lock(run_id):
            return None
        return snapshot.freeze_slice(run_id)


def _lock(run_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('prepare'), %s::int)", [run_id]
        )
        return bool(cursor.fetchone()[0])
