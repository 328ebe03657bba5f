"""The tick: starts what is due, and heals what a lost message left lying.

Only conditional statements: five ticks at once, or none for a while, start each run
once. Beat fires it every 2 s and each control worker by itself every 5 s.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import Error
from django.db.models import Q

from campaigns.delivery import (
    bell,
    firing,
    heartbeats,
    instance,
    late,
    lifecycle,
    test_sends,
    waking,
)
from campaigns.models import Campaign, Parked, Run, Switch
from campaigns.models.states import CampaignState, RunState
from devices import imports

log = logging.getLogger(__name__)

SWEEP_EVERY = timedelta(seconds=5)
AT_ONCE = 200
"""Rows of one kind that one tick takes; the next tick takes the others."""

FORGOTTEN = timedelta(minutes=15)
"""A countdown that ended so long ago was interrupted: the person decides again."""


def tick(*, at: datetime, here: instance.Here) -> None:
    """Start every run whose time has come by ``at``, the database's clock.

    ``here`` is this installation: when it is not the one that may send, sending is
    switched off first, and nothing starts.
    """
    heartbeats.beat("tick", at=at)
    instance.guard(here, at=at)
    if Switch.objects.filter(is_on=True).exists():
        begin_countdowns(at)
        fire_due(at)
    if heartbeats.claim("sweep", every=SWEEP_EVERY, at=at):
        sweep(at=at)


def begin_countdowns(at: datetime) -> None:
    """Runs whose countdown is over begin to prepare."""
    over = Run.objects.filter(state=RunState.COUNTDOWN, countdown_until__lte=at)
    for run_id, until in over.values_list("id", "countdown_until")[:AT_ONCE]:
        if until and at - until > FORGOTTEN:
            _each(lifecycle.expire_countdown, run_id, at)
        else:
            _each(lifecycle.begin_preparing, run_id, at)


def fire_due(at: datetime) -> None:
    """Scheduled campaigns whose moment has come get their run."""
    due = Campaign.objects.filter(state=CampaignState.SCHEDULED, next_at__lte=at)
    for campaign_id in due.order_by("next_at").values_list("id", flat=True)[:AT_ONCE]:
        _each(firing.fire, campaign_id, at)


def sweep(*, at: datetime) -> None:
    """Ring for every run with work to do, and finish those that have none left."""
    Parked.objects.filter(run__stopping=True, due__gt=at).update(due=at)
    # Who began just now was rung by whoever began it.
    just_now = Q(changed_at__gt=at - SWEEP_EVERY)
    preparing = Run.objects.filter(state=RunState.PREPARING).exclude(just_now)
    for run_id in preparing.values_list("id", flat=True)[:AT_ONCE]:
        bell.ring(bell.PREPARE, run_id)
    under_way = Run.objects.filter(Q(state=RunState.SENDING) | Q(stopping=True))
    for run_id in lifecycle.settled(under_way).values_list("id", flat=True)[:AT_ONCE]:
        _each(late.finish, run_id, at)
    test_sends.give_up(at=at)
    for upload_id in imports.silent(at=at):
        bell.ring(bell.IMPORT, upload_id)
    waking.idle_senders(at=at)


def _each(move: Callable[..., object], row_id: int, at: datetime) -> None:
    """One row's trouble must not keep the others from starting on time."""
    try:
        move(row_id, at=at)
    except (Error, ValueError, KeyError):
        log.exception("%s of %s failed", move.__name__, row_id)
