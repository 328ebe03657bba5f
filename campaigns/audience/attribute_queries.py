"""The queries behind comparisons of attributes: (name, value, at) -> Q.

Names travel as parameters of explicit expressions, never as parts of a lookup's
name, so that no name from outside can become a join or an operator.

Negative comparisons are the exact opposite of positive ones: "is not Paris" holds
for people whose city is unknown. A value of another type than its field's counts
as unknown.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Case, CharField, DecimalField, Func, Q, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Left, Substr
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IContains,
    IStartsWith,
    LessThan,
    LessThanOrEqual,
    Regex,
)

from .days import today
from .negation import decided, opposite

DAY_SHAPE = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T.*)?$"
"""What counts as a date attribute: its first ten characters are the day.

Days compare as text: a cast would make the whole query fail at 2026-02-31.
"""


class _TypeOf(Func):
    function = "jsonb_typeof"
    output_field = CharField()


class _AsNumeric(Func):
    template = "(%(expressions)s)::numeric"
    output_field = DecimalField()


def _has_type(name: str, json_type: str) -> Q:
    return Q(Exact(_TypeOf(KeyTransform(name, "attributes")), json_type))


def _where(wanted: Q, then: Combinable) -> Case:
    return Case(When(wanted, then=then))


# Text


def text_known(name: str, value: None, at: datetime) -> Q:
    return decided(_has_type(name, "string"))


def text_unknown(name: str, value: None, at: datetime) -> Q:
    return ~text_known(name, value, at)


def text_is(name: str, value: str, at: datetime) -> Q:
    return Q(attributes__contains={name: value})


def text_is_not(name: str, value: str, at: datetime) -> Q:
    return ~text_is(name, value, at)


def text_is_one_of(name: str, value: Sequence[str], at: datetime) -> Q:
    choice = Q()
    for each in value:
        choice |= text_is(name, each, at)
    return choice


def text_contains(name: str, value: str, at: datetime) -> Q:
    return Q(IContains(text_of(name), value))


def text_starts_with(name: str, value: str, at: datetime) -> Q:
    return Q(IStartsWith(text_of(name), value))


def text_of(name: str) -> Case:
    """What comparisons of texts compare; NULL for another type."""
    return _where(_has_type(name, "string"), KeyTextTransform(name, "attributes"))


# Numbers


def number_known(name: str, value: None, at: datetime) -> Q:
    return decided(_has_type(name, "number"))


def number_unknown(name: str, value: None, at: datetime) -> Q:
    return ~number_known(name, value, at)


def number_is(name: str, value: Decimal, at: datetime) -> Q:
    return Q(Exact(number_of(name), value))


def number_is_not(name: str, value: Decimal, at: datetime) -> Q:
    return opposite(number_is(name, value, at))


def number_more_than(name: str, value: Decimal, at: datetime) -> Q:
    return Q(GreaterThan(number_of(name), value))


def number_at_least(name: str, value: Decimal, at: datetime) -> Q:
    return Q(GreaterThanOrEqual(number_of(name), value))


def number_less_than(name: str, value: Decimal, at: datetime) -> Q:
    return Q(LessThan(number_of(name), value))


def number_at_most(name: str, value: Decimal, at: datetime) -> Q:
    return Q(LessThanOrEqual(number_of(name), value))


def number_between(name: str, value: tuple[Decimal, Decimal], at: datetime) -> Q:
    return number_at_least(name, value[0], at) & number_at_most(name, value[1], at)


def number_of(name: str) -> Case:
    """What comparisons of numbers compare; NULL for another type."""
    number = KeyTransform(name, "attributes")
    return _where(_has_type(name, "number"), _AsNumeric(number))


# Yes or no


def is_yes(name: str, value: None, at: datetime) -> Q:
    return Q(attributes__contains={name: True})


def is_no(name: str, value: None, at: datetime) -> Q:
    return Q(attributes__contains={name: False})


def yes_no_known(name: str, value: None, at: datetime) -> Q:
    return decided(_has_type(name, "boolean"))


def yes_no_unknown(name: str, value: None, at: datetime) -> Q:
    return ~yes_no_known(name, value, at)


# Dates among the attributes


def day_known(name: str, value: None, at: datetime) -> Q:
    return decided(Q(Regex(text_of(name), DAY_SHAPE)))


def day_unknown(name: str, value: None, at: datetime) -> Q:
    return ~day_known(name, value, at)


def day_on(name: str, value: date, at: datetime) -> Q:
    return Q(Exact(day_of(name), value.isoformat()))


def day_before(name: str, value: date, at: datetime) -> Q:
    return Q(LessThan(day_of(name), value.isoformat()))


def day_after(name: str, value: date, at: datetime) -> Q:
    return Q(GreaterThan(day_of(name), value.isoformat()))


def day_in_last(name: str, value: int, at: datetime) -> Q:
    first = today(at) - timedelta(days=value)
    return _days_between(name, first, today(at))


def day_in_next(name: str, value: int, at: datetime) -> Q:
    last = today(at) + timedelta(days=value)
    return _days_between(name, today(at), last)


def day_long_ago(name: str, value: int, at: datetime) -> Q:
    return day_before(name, today(at) - timedelta(days=value), at)


def anniversary(name: str, value: None, at: datetime) -> Q:
    """The same month and day as today; 29 February counts on 1 March elsewise."""
    day = today(at)
    wanted = Q(Exact(Substr(day_of(name), 6, 5), f"{day:%m-%d}"))
    if (day.month, day.day) == (3, 1) and (day - timedelta(days=1)).day == 28:
        wanted |= Q(Exact(Substr(day_of(name), 6, 5), "02-29"))
    return wanted


def _days_between(name: str, first: date, last: date) -> Q:
    day = day_of(name)
    return Q(GreaterThanOrEqual(day, first.isoformat())) & Q(
        LessThanOrEqual(day, last.isoformat())
    )


def day_of(name: str) -> Case:
    """The first ten letters of a date attribute, NULL where it is none."""
    text = KeyTextTransform(name, "attributes")
    is_day = Q(Regex(text_of(name), DAY_SHAPE))
    return _where(is_day, Func(Left(text, 10), template='%(expressions)s COLLATE "C"'))
