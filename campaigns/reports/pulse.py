"""The site's few figures of the day: reach, opens and opt-outs, each with a bound."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Q, Sum

from campaigns.audience import limits
from campaigns.models import Batch, Receipt, Run
from campaigns.models.states import RunState
from devices.models import Installation
from devices.models.installations import SUSPENSION, Permission, Platform

PATIENCE = 0.25
"""Seconds for each figure: the whole page has 0.3."""
WEEK = timedelta(days=7)
MONTH = timedelta(days=28)
LOOKED_AT = 20_000
"""Lines of the consent ledger that are looked at, the newest first."""

OPT_OUTS = """
SELECT count(DISTINCT person_id) FILTER (WHERE new = 'unsubscribed'), count(*)
  FROM (SELECT person_id, new, at FROM devices_consentevent
         WHERE topic_id IS NULL ORDER BY id DESC LIMIT %(most)s) AS latest
 WHERE at > %(since)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Devices of a platform that can be reached; in seven days ``gained`` of them
    registered, and ``lost`` went away for good."""

    platform: Platform
    devices: int
    gained: int
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opens:
    """Devices that accepted and that opened, of runs that began in 28 days."""

    accepted: int
    opened: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOuts:
    """People who unsubscribed in seven days; more than that when not ``exact``."""

    people: int
    exact: bool


def reach(*, at: datetime) -> list[Reach]:
    """Every platform that has a device. Raises limits.TooSlow."""
    allowed = Q(permission__in=(Permission.GRANTED, Permission.PROVISIONAL))
    trusted = Q(suspended_at=None) | Q(suspended_at__lte=at - SUSPENSION)
    there = Q(retired_at=None) & allowed & trusted
    rows = Installation.objects.order_by().values("platform")
    with limits.seconds(PATIENCE):
        found = list(
            rows.annotate(
                devices=Count("pk", filter=there),
                gained=Count("pk", filter=there & Q(created_at__gt=at - WEEK)),
                lost=Count("pk", filter=Q(retired_at__gt=at - WEEK)),
            )
        )
    by_platform = {row["platform"]: row for row in found}
    return [
        Reach(
            platform=each,
            devices=by_platform[each]["devices"],
            gained=by_platform[each]["gained"],
            lost=by_platform[each]["lost"],
        )
        for each in Platform
        if each in by_platform
    ]


def opens(*, at: datetime) -> Opens:
    """Of every run of four weeks. Raises limits.TooSlow."""
    runs = Run.objects.filter(due_at__gt=at - MONTH, due_at__lte=at).exclude(
        state__in=(RunState.CANCELLED, RunState.MISSED)
    )
    keys = list(runs.values_list("pk", flat=True))
    accepted = Batch.objects.filter(run__in=keys).aggregate(n=Sum("accepted"))["n"]
    with limits.seconds(PATIENCE):
        opened = Receipt.objects.filter(run__in=keys, kind="opened").count()
    return Opens(accepted=accepted or 0, opened=opened)


def opt_outs(*, at: datetime) -> OptOuts:
    """From the newest lines of the consent ledger, which only grows."""
    with limits.seconds(PATIENCE), connection.cursor() as cursor:
        cursor.execute(OPT_OUTS, {"most": LOOKED_AT, "since": at - WEEK})
        people, lines = cursor.fetchone()
    return OptOuts(people=people, exact=lines < LOOKED_AT)
