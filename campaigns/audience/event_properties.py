"""Comparisons of what an event was about: their queries and their clauses.

A property of another type than its comparison's does not match.
"""

from datetime import datetime, timedelta

from django.db.models import (
    Case,
    CharField,
    DecimalField,
    Exists,
    Func,
    OuterRef,
    Q,
    QuerySet,
    When,
)
from django.db.models.fields.json import KeyTransform
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from devices.models import Event

from .values import Property
from .wording import counted, spoken


def did_where_text(name: str, value: Property, at: datetime) -> Q:
    wanted = Q(properties__contains={value.name: value.value})
    return Q(Exists(_events(name, value, at).filter(wanted)))


def did_where_number(name: str, value: Property, at: datetime) -> Q:
    wanted = Q(Exact(_number(value.name), value.value))
    return Q(Exists(_events(name, value, at).filter(wanted)))


def did_where_at_least(name: str, value: Property, at: datetime) -> Q:
    wanted = Q(GreaterThanOrEqual(_number(value.name), value.value))
    return Q(Exists(_events(name, value, at).filter(wanted)))


def did_where_at_most(name: str, value: Property, at: datetime) -> Q:
    wanted = Q(LessThanOrEqual(_number(value.name), value.value))
    return Q(Exists(_events(name, value, at).filter(wanted)))


def _events(name: str, value: Property, at: datetime) -> QuerySet[Event]:
    rows: QuerySet[Event] = Event.objects.filter(person=OuterRef("pk"), name=name)
    if value.days is None:
        return rows
    return rows.filter(at__gt=at - timedelta(days=value.days), at__lte=at)


def _number(name: str) -> Case:
    found = KeyTransform(name, "properties")
    is_number = Exact(_TypeOf(found), "number")
    return Case(When(Q(is_number), then=_AsNumeric(found)))


class _TypeOf(Func):
    function = "jsonb_typeof"
    output_field = CharField()


class _AsNumeric(Func):
    template = "(%(expressions)s)::numeric"
    output_field = DecimalField()


def where_text(name: str, value: Property) -> str:
    facts = _facts(name, value)
    if value.days is None:
        return _("who did “%(event)s” where %(property)s is “%(value)s”") % facts
    return (
        ngettext(
            "who did “%(event)s” where %(property)s is “%(value)s”"
            " in the last %(days)d day",
            "who did “%(event)s” where %(property)s is “%(value)s”"
            " in the last %(days)d days",
            value.days,
        )
        % facts
    )


def where_number(name: str, value: Property) -> str:
    facts = _facts(name, value)
    if value.days is None:
        return _("who did “%(event)s” where %(property)s is %(value)s") % facts
    return (
        ngettext(
            "who did “%(event)s” where %(property)s is %(value)s"
            " in the last %(days)d day",
            "who did “%(event)s” where %(property)s is %(value)s"
            " in the last %(days)d days",
            value.days,
        )
        % facts
    )


def where_at_least(name: str, value: Property) -> str:
    facts = _facts(name, value)
    if value.days is None:
        return _("who did “%(event)s” where %(property)s is at least %(value)s") % facts
    return (
        ngettext(
            "who did “%(event)s” where %(property)s is at least %(value)s"
            " in the last %(days)d day",
            "who did “%(event)s” where %(property)s is at least %(value)s"
            " in the last %(days)d days",
            value.days,
        )
        % facts
    )


def where_at_most(name: str, value: Property) -> str:
    facts = _facts(name, value)
    if value.days is None:
        return _("who did “%(event)s” where %(property)s is at most %(value)s") % facts
    return (
        ngettext(
            "who did “%(event)s” where %(property)s is at most %(value)s"
            " in the last %(days)d day",
            "who did “%(event)s” where %(property)s is at most %(value)s"
            " in the last %(days)d days",
            value.days,
        )
        % facts
    )


def _facts(name: str, value: Property) -> dict[str, object]:
    told = value.value if isinstance(value.value, str) else counted(value.value)
    return {
        "event": name,
        "property": spoken(value.name),
        "value": told,
        "days": value.days,
    }
