"""How many people and devices match: exactly when that is quick, else about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from devices.models import Installation, Person

from . import limits, select
from .limits import TooSlow
from .select import Audience

Counted = TypeVar("Counted")

BUCKETS = 10_000
SAMPLES = (BUCKETS, 500, 25)
"""Everybody first; then 5 % and 0.25 % of people, by their random bucket."""

SECONDS = (5.0, 2.0, 2.0)
"""What each of these may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """People, and their devices that are not retired, at ``at``.

    Not ``exact``: multiplied from a sample; say "about".
    """

    people: int
    devices: int
    exact: bool
    at: datetime


def count(
    application_id: int,
    audience: Audience,
    *,
    at: datetime,
    patience: Sequence[float] = (),
) -> Count:
    """Count the people who match, before any gate, and their devices.

    Takes 9 s at most, or what ``patience`` gives; raises TooSlow when even a sample
    of 0.25 % takes longer than its part, and what `select.people` raises.
    """
    chosen = select.people(application_id, audience, at=at)
    found, scale = sampled(chosen, _counts, patience=patience)
    return Count(
        people=round(found[0] * scale),
        devices=round(found[1] * scale),
        exact=scale == 1,
        at=at,
    )


def sampled(
    people: QuerySet[Person],
    ask: Callable[[QuerySet[Person]], Counted],
    *,
    patience: Sequence[float] = (),
) -> tuple[Counted, float]:
    """Ask about all of them, or about a smaller sample each time that is too slow.

    Returns the answer and what to multiply it by: 1 when all were asked about.
    ``patience``: seconds for each of the three, instead of SECONDS.
    """
    for size, limit in zip(SAMPLES, patience or SECONDS, strict=True):
        some = people if size == BUCKETS else people.filter(bucket__lt=size)
        try:
            with limits.seconds(limit):
                return ask(some), BUCKETS / size
        except TooSlow:
            if size == SAMPLES[-1]:
                raise
    raise TooSlow


def _counts(people: QuerySet[Person]) -> tuple[int, int]:
    devices = Installation.objects.filter(person__in=people, retired_at=None)
    return people.count(), devices.count()
