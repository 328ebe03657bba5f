"""The queries behind comparisons of devices: (name, value, at) -> Q.

A device counts until it is retired. "Is unknown" holds for people who have a device
that does not say it. Negative comparisons are the exact opposite of positive ones.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast
from django.db.models.lookups import Exact, GreaterThanOrEqual, IsNull, LessThan

from devices.models import Installation, Preference
from devices.models.consents import PreferenceState
from devices.models.installations import LINKS, SUSPENSION, Permission
from devices.registration.reasons import Retired

SHOWN = (Permission.GRANTED, Permission.PROVISIONAL)


def _devices() -> QuerySet[Installation]:
    return _devices_of("pk")


def _devices_of(person: str) -> QuerySet[Installation]:
    return Installation.objects.filter(person=OuterRef(person), retired_at=None)


def _a_device(*wanted: Any, **facts: Any) -> Q:
    return Q(Exists(_devices().filter(*wanted, **facts)))


# How many, and what they are


def count_at_least(name: str, value: int, at: datetime) -> Q:
    if value < 1:
        return Q(pk__isnull=False)
    if value == 1:
        return _a_device()
    if value == 2:
        # One join for all people at once; more of them multiply where the database
        # knows little of its tables.
        later = _devices_of("person_id").filter(pk__gt=OuterRef("pk"))
        return _a_device(Exists(later))
    return Q(Exists(_devices().order_by()[value - 1 : value]))


def count_at_most(name: str, value: int, at: datetime) -> Q:
    return ~count_at_least(name, value + 1, at)


def count_is(name: str, value: int, at: datetime) -> Q:
    return count_at_least(name, value, at) & count_at_most(name, value, at)


def model_is(name: str, value: Sequence[str], at: datetime) -> Q:
    return _a_device(model__in=value)


def model_contains(name: str, value: str, at: datetime) -> Q:
    return _a_device(model__icontains=value)


def model_starts_with(name: str, value: str, at: datetime) -> Q:
    return _a_device(model__istartswith=value)


def model_unknown(name: str, value: None, at: datetime) -> Q:
    return _a_device(model="")


def app_version_unknown(name: str, value: None, at: datetime) -> Q:
    return _a_device(app_version_order="")


def system_from(name: str, value: str, at: datetime) -> Q:
    return _a_device(GreaterThanOrEqual(_system(), _wanted(value)))


def system_below(name: str, value: str, at: datetime) -> Q:
    return _a_device(LessThan(_system(), _wanted(value)))


def system_is(name: str, value: str, at: datetime) -> Q:
    return _a_device(Exact(_system(), _wanted(value)))


def system_unknown(name: str, value: None, at: datetime) -> Q:
    return _a_device(IsNull(_system(), True))


class _Numbers(Func):
    """A version as its numbers, without zeros at the end; NULL where it has none."""

    template = (
        r"string_to_array(regexp_replace(substring(%(expressions)s from "
        r"'[0-9]{1,8}(?:\.[0-9]{1,8}){0,7}'), '(\.?\y0+)+$', ''), '.')::int[]"
    )
    output_field = ArrayField(IntegerField())


def _system() -> _Numbers:
    return _Numbers(F("os_version"))


def _wanted(version: str) -> Cast:
    """What `_Numbers` makes of a version that somebody asks for."""
    found = [min(int(each), 99_999_999) for each in re.findall("[0-9]+", version)[:8]]
    while found and not found[-1]:
        found.pop()
    return Cast(Value(found), ArrayField(IntegerField()))


def browser_is(name: str, value: Sequence[str], at: datetime) -> Q:
    return _a_device(webpush__browser__in=[each.upper() for each in value])


def browser_is_not(name: str, value: Sequence[str], at: datetime) -> Q:
    return ~browser_is(name, value, at)


def language_is(name: str, value: Sequence[str], at: datetime) -> Q:
    """A language without region means all its regions: "pt" holds for pt-BR."""
    choice = Q(locale__in=value)
    for each in value:
        choice |= Q(locale__startswith=f"{each}-")
    return _a_device(choice)


def language_is_not(name: str, value: Sequence[str], at: datetime) -> Q:
    return ~language_is(name, value, at)


def language_unknown(name: str, value: None, at: datetime) -> Q:
    return _a_device(locale="")


# Whether pushes reach them


def removed_in_last(name: str, value: int, at: datetime) -> Q:
    since = at - timedelta(days=value)
    return _removed(retired_at__gt=since, retired_at__lte=at)


def removed(name: str, value: None, at: datetime) -> Q:
    return _removed()


def never_removed(name: str, value: None, at: datetime) -> Q:
    return ~_removed()


def _removed(**window: Any) -> Q:
    gone = Installation.objects.filter(
        person=OuterRef("pk"), retired_reason=Retired.TOKEN_DEAD, **window
    )
    return Q(Exists(gone))


def shown(name: str, value: None, at: datetime) -> Q:
    return allowed(name, value, at) & ~_unsubscribed()


def not_shown(name: str, value: None, at: datetime) -> Q:
    return ~allowed(name, value, at) | _unsubscribed()


def allowed(name: str, value: None, at: datetime) -> Q:
    return _a_device(_live(at), permission__in=SHOWN)


def not_allowed(name: str, value: None, at: datetime) -> Q:
    return ~allowed(name, value, at)


def reached(name: str, value: None, at: datetime) -> Q:
    return _a_device(_live(at)) & ~_unsubscribed()


def not_reached(name: str, value: None, at: datetime) -> Q:
    return ~_a_device(_live(at)) | _unsubscribed()


def provisional(name: str, value: None, at: datetime) -> Q:
    return _a_device(_live(at), permission=Permission.PROVISIONAL)


def _live(at: datetime) -> Q:
    switched_on = Q()
    for link in LINKS:
        switched_on |= Q(**{f"{link}__active": True})
    return switched_on & (Q(suspended_at=None) | Q(suspended_at__lte=at - SUSPENSION))


def _unsubscribed() -> Q:
    said = Preference.objects.filter(
        person=OuterRef("pk"), state=PreferenceState.UNSUBSCRIBED
    )
    return Q(Exists(said))
