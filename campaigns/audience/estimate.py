"""How many people and devices match: exactly when that is quick, else about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import TypeVar

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.lookups import LessThan

from devices.models import Person
from devices.models.people import Draw

from . import limits, select
from .limits import TooSlow
from .select import Audience

Counted = TypeVar("Counted")

BUCKETS = 10_000
SAMPLES = (BUCKETS, 500, 25)
"""Everybody first; then 5 % and 0.25 % of people, by a hash of their own."""

SECONDS = (1.2, 0.5, 0.3)
"""What each of these may take: a page waits 2 s at most."""

WANTED = 10_000
"""People of a quick sample: of any share of everybody it misses by 1 % at most."""

QUICK = (1.5, 0.4)
"""Seconds for a quick sample, and for a twentieth of it."""

SURE = 1.96
"""Standard errors on either side that hold in 95 of 100 samples."""

COUNTED = """
WITH chosen AS MATERIALIZED ({people})
SELECT platform, count(*) FROM chosen
  JOIN devices_installation device ON device.person_id = chosen.id
 WHERE device.retired_at IS NULL GROUP BY platform
UNION ALL SELECT '', count(*) FROM chosen"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """People, and their devices that are not retired by platform, at ``at``.

    Not ``exact``: multiplied from a sample; say "about". People are then within
    ``error`` in 95 of 100 samples.
    """

    people: int
    platforms: Mapping[str, int]
    exact: bool
    at: datetime
    error: int = 0

    @property
    def devices(self) -> int:
        return sum(self.platforms.values())


def count(
    application_id: int,
    audience: Audience,
    *,
    at: datetime,
    patience: Sequence[float] = (),
) -> Count:
    """Count the people who match, before any gate, and their devices.

    Takes 2 s at most, or what ``patience`` gives; raises TooSlow when even a sample
    of 0.25 % takes longer than its part, and what `select.people` raises.
    """
    chosen = select.people(application_id, audience, at=at)
    found, scale = sampled(chosen, _counts, patience=patience)
    return _told(found, scale, application_id, at=at)


def about(application_id: int, audience: Audience, *, at: datetime) -> Count:
    """The same from some 10,000 people: exact where there are not many more.

    Some tenths of a second; 1.9 s at most, then TooSlow.
    """
    chosen = select.people(application_id, audience, at=at)
    found, scale = drawn(chosen, application_id, _counts)
    return _told(found, scale, application_id, at=at)


def drawn(
    people: QuerySet[Person],
    application_id: int,
    ask: Callable[[QuerySet[Person]], Counted],
) -> tuple[Counted, float]:
    """Ask about some 10,000 of an application's people, always the same ones.

    Returns the answer and what to multiply it by: 1 when all were asked about.
    1.9 s at most, then TooSlow.
    """
    size = _size(application_id)
    try:
        return _ask(people, ask, size, QUICK[0])
    except TooSlow:
        return _ask(people, ask, max(1, size // 20), QUICK[1])


def sampled(
    people: QuerySet[Person],
    ask: Callable[[QuerySet[Person]], Counted],
    *,
    patience: Sequence[float] = (),
) -> tuple[Counted, float]:
    """Ask about all these people, or a sample of them for whom that is too slow.

    Returns the answer and what to multiply it by: 1 when all were asked about.
    ``patience``: seconds for each of the three, instead of SECONDS.
    """
    for size, limit in zip(SAMPLES, patience or SECONDS, strict=True):
        try:
            return _ask(people, ask, size, limit)
        except TooSlow:
            if size == SAMPLES[-1]:
                raise
    raise TooSlow


def _ask(
    people: QuerySet[Person],
    ask: Callable[[QuerySet[Person]], Counted],
    size: int,
    limit: float,
) -> tuple[Counted, float]:
    """Of the people in the first ``size`` of 10,000 that a hash gives."""
    if size == BUCKETS:
        with limits.seconds(limit):
            return ask(people), 1
    # Of a few people each is looked up, which memory answers: four times what a page
    # costs in order would have whole tables read instead.
    with limits.seconds(limit, random_page_cost="1.1"):
        return ask(people.filter(_first(size))), BUCKETS / size


def _size(application_id: int) -> int:
    """How many of 10,000 draws hold some 10,000 people; all if that is a fifth."""
    some = Person.objects.filter(_first(10), application=application_id).count()
    size = WANTED * 10 // max(some, 1)
    return BUCKETS if size >= BUCKETS // 5 else max(1, size)


def _first(size: int) -> Q:
    """Not by the random bucket: rules ask for that."""
    return Q(LessThan(Draw("id"), size))


def _told(
    found: dict[str, int], scale: float, application_id: int, *, at: datetime
) -> Count:
    people = found.pop("")
    return Count(
        people=round(people * scale),
        platforms={each: round(number * scale) for each, number in found.items()},
        exact=scale == 1,
        at=at,
        error=0 if scale == 1 else _error(people, scale, application_id),
    )


def _error(people: int, scale: float, application_id: int) -> int:
    """Of a share of the sample: the root of share times rest over its size."""
    mine = Person.objects.filter(application=application_id)
    asked = max(mine.filter(_first(round(BUCKETS / scale))).count(), 1)
    share = min(people / asked, 1)
    # Nobody in a sample of n: 3 / n of everybody may match, in 95 of 100 samples.
    miss = max(SURE * sqrt(share * (1 - share) / asked), 3 / asked if not people else 0)
    return round(miss * asked * scale)


def _counts(people: QuerySet[Person]) -> dict[str, int]:
    """Devices by platform, and under "" the people."""
    sql, params = people.values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(people=sql), params)
        return {platform: int(number) for platform, number in cursor.fetchall()}
