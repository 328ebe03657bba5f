"""Ages and coming anniversaries of dates among the attributes: queries and clauses.

Days compare as text, as all dates among the attributes do. Whoever was born on 29
February is a year older on 1 March where a year has no such day.
"""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Substr
from django.db.models.lookups import GreaterThan, In, LessThanOrEqual
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .attribute_queries import day_of
from .days import today
from .wording import spoken


def at_least(name: str, value: int, at: datetime) -> Q:
    return Q(LessThanOrEqual(day_of(name), _born(value, today(at))))


def at_most(name: str, value: int, at: datetime) -> Q:
    """Nobody who is not born yet has an age."""
    younger = Q(GreaterThan(day_of(name), _born(value + 1, today(at))))
    return younger & at_least(name, 0, at)


def between(name: str, value: tuple[int, int], at: datetime) -> Q:
    return at_least(name, value[0], at) & at_most(name, value[1], at)


def _born(years: int, day: date) -> str:
    """The last day of birth of whoever is so many years old on ``day``."""
    return f"{max(day.year - years, 0):04}-{day:%m-%d}"


def anniversary_in_next(name: str, value: int, at: datetime) -> Q:
    """From today to so many days ahead."""
    days = [today(at) + timedelta(days=each) for each in range(value + 1)]
    wanted = {f"{each:%m-%d}" for each in days}
    if any((each.month, each.day) == (3, 1) and _follows_28(each) for each in days):
        wanted.add("02-29")
    return Q(In(Substr(day_of(name), 6, 5), sorted(wanted)))


def _follows_28(first_of_march: date) -> bool:
    return (first_of_march - timedelta(days=1)).day == 28


def told_at_least(name: str, value: int) -> str:
    return ngettext(
        "who are %(years)d year old or older by their %(name)s",
        "who are %(years)d years old or older by their %(name)s",
        value,
    ) % {"name": spoken(name), "years": value}


def told_at_most(name: str, value: int) -> str:
    return ngettext(
        "who are %(years)d year old at most by their %(name)s",
        "who are %(years)d years old at most by their %(name)s",
        value,
    ) % {"name": spoken(name), "years": value}


def told_between(name: str, value: tuple[int, int]) -> str:
    return _("who are between %(low)d and %(high)d years old by their %(name)s") % {
        "name": spoken(name),
        "low": value[0],
        "high": value[1],
    }


def told_anniversary(name: str, value: int) -> str:
    return ngettext(
        "whose %(name)s has its anniversary today or tomorrow",
        "whose %(name)s has its anniversary in the next %(days)d days",
        value,
    ) % {"name": spoken(name), "days": value}
