"""Comparisons with lists of people: their queries, clauses and row of the table."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import ListedPerson, PersonList

from .choices import LIST
from .table import field
from .values import NOTHING


def is_on(name: str, value: None, at: datetime) -> Q:
    rows = ListedPerson.objects.filter(people_list=int(name), person=OuterRef("pk"))
    return Q(Exists(rows))


def is_not_on(name: str, value: None, at: datetime) -> Q:
    """Nobody, as long as the list is not there as a whole: it may keep people out."""
    whole = PersonList.objects.filter(
        pk=int(name), ready_at__isnull=False, archived_at=None
    )
    return Q(Exists(whole)) & ~is_on(name, value, at)


def told_is_on(name: str, value: None) -> str:
    return _("who are on the list “%(list)s”") % {"list": called(name)}


def told_is_not_on(name: str, value: None) -> str:
    return _("who are not on the list “%(list)s”") % {"list": called(name)}


def called(name: str) -> str:
    """The list's name, one query; its number when it is gone."""
    rows = PersonList.objects.filter(pk=name).values_list("name", flat=True)
    return rows.first() or name


FIELDS = (
    field(
        "list",
        gettext_lazy("List of people"),
        ("is_on", gettext_lazy("they are on it"), NOTHING, is_on, told_is_on),
        (
            "is_not_on",
            gettext_lazy("they are not on it"),
            NOTHING,
            is_not_on,
            told_is_not_on,
        ),
        name=LIST,
    ),
)
