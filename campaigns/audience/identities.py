"""Comparisons of the customer's own ids: their queries, clauses and row of the table.

Somebody who never logged in has none.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import values
from .table import KNOWN, UNKNOWN, field
from .values import NOTHING
from .wording import either, quoted

SPELLED = 5
"""Longer lists are told by their length."""


def is_one_of(name: str, value: Sequence[str], at: datetime) -> Q:
    return Q(external_id__in=value)


def starts_with(name: str, value: str, at: datetime) -> Q:
    return Q(external_id__startswith=value)


def known(name: str, value: None, at: datetime) -> Q:
    return Q(external_id__isnull=False)


def unknown(name: str, value: None, at: datetime) -> Q:
    return Q(external_id__isnull=True)


def told_is_one_of(name: str, value: Sequence[str]) -> str:
    if len(value) <= SPELLED:
        return _("whose external id is %(ids)s") % {
            "ids": either([quoted(each) for each in value])
        }
    return _("whose external id is among %(count)d that are listed") % {
        "count": len(value)
    }


def told_starts_with(name: str, value: str) -> str:
    return _("whose external id starts with “%(text)s”") % {"text": value}


def told_known(name: str, value: None) -> str:
    return _("who logged in once, so that their external id is known")


def told_unknown(name: str, value: None) -> str:
    return _("who never logged in, so that their external id is unknown")


FIELDS = (
    field(
        "external_id",
        gettext_lazy("External id"),
        (
            "is_one_of",
            gettext_lazy("is one of"),
            values.TEXTS,
            is_one_of,
            told_is_one_of,
        ),
        (
            "starts_with",
            gettext_lazy("starts with"),
            values.TEXT,
            starts_with,
            told_starts_with,
        ),
        ("is_known", KNOWN, NOTHING, known, told_known),
        ("is_unknown", UNKNOWN, NOTHING, unknown, told_unknown),
    ),
)
