"""How often people did something: (name, value, at) -> Q, from what events add up to.

One row of `EventTally` for each person and name of event answers most of it: the
newest eight moments say whether somebody did it up to eight times in any window.
Where they cannot (nine times and more, or a moment ahead of the clock) the events of
that one person are counted.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, Value
from django.db.models.lookups import GreaterThanOrEqual

from devices.models import EventTally

from .values import Often

KEPT = 8
"""Moments that a tally has."""


class _TimesBetween(Func):
    """Of (person, name, after, until). PostgreSQL is told that a call costs little."""

    function = "devices_event_times"
    output_field = IntegerField()


def did(name: str, value: Often, at: datetime) -> Q:
    """At least so many times; a window ends at ``at``."""
    tallies = EventTally.objects.filter(
        application=OuterRef("application"), name=name, person=OuterRef("pk")
    )
    return Q(Exists(tallies.filter(_often(value, at))))


def did_not(name: str, value: Often, at: datetime) -> Q:
    """Fewer than so many times."""
    return ~did(name, value, at)


def _often(value: Often, at: datetime) -> Q:
    if value.days is None:
        return Q(times__gte=value.times)
    since = at - timedelta(days=value.days)
    if value.times == 1:
        return Q(last_at__gt=since) & (Q(last_at__lte=at) | _counted(value, since, at))
    if value.times <= KEPT:
        newest = Q(**{f"latest__{value.times - 1}__gt": since})
        return newest & (Q(last_at__lte=at) | _counted(value, since, at))
    could = Q(times__gte=value.times, **{f"latest__{KEPT - 1}__gt": since})
    every = Q(first_at__gt=since, last_at__lte=at)
    return could & (every | _counted(value, since, at))


def _counted(value: Often, since: datetime, at: datetime) -> Q:
    times = _TimesBetween(F("person_id"), F("name"), Value(since), Value(at))
    return Q(GreaterThanOrEqual(times, value.times))
