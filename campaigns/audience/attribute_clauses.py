"""The clauses behind comparisons of attributes: (name, value) -> words.

Clauses follow "People": "whose city is “Paris”", "who did “purchase” in the last
30 days". Each is one message, so that every language orders its words freely.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .wording import counted, dated, either, quoted, spoken


def known(name: str, value: None) -> str:
    return _("whose %(name)s is known") % {"name": spoken(name)}


def unknown(name: str, value: None) -> str:
    return _("whose %(name)s is unknown") % {"name": spoken(name)}


def text_is(name: str, value: str) -> str:
    return _("whose %(name)s is “%(value)s”") % {
        "name": spoken(name),
        "value": value,
    }


def text_is_not(name: str, value: str) -> str:
    return _("whose %(name)s is not “%(value)s”, or is unknown") % {
        "name": spoken(name),
        "value": value,
    }


def text_is_one_of(name: str, value: Sequence[str]) -> str:
    return _("whose %(name)s is %(values)s") % {
        "name": spoken(name),
        "values": either([quoted(each) for each in value]),
    }


def text_contains(name: str, value: str) -> str:
    return _("whose %(name)s contains “%(value)s”") % {
        "name": spoken(name),
        "value": value,
    }


def text_starts_with(name: str, value: str) -> str:
    return _("whose %(name)s starts with “%(value)s”") % {
        "name": spoken(name),
        "value": value,
    }


def number_is(name: str, value: Decimal) -> str:
    return _("whose %(name)s is %(number)s") % _of(name, value)


def number_is_not(name: str, value: Decimal) -> str:
    return _("whose %(name)s is not %(number)s, or is unknown") % _of(name, value)


def more_than(name: str, value: Decimal) -> str:
    return _("whose %(name)s is more than %(number)s") % _of(name, value)


def at_least(name: str, value: Decimal) -> str:
    return _("whose %(name)s is at least %(number)s") % _of(name, value)


def less_than(name: str, value: Decimal) -> str:
    return _("whose %(name)s is less than %(number)s") % _of(name, value)


def at_most(name: str, value: Decimal) -> str:
    return _("whose %(name)s is at most %(number)s") % _of(name, value)


def between(name: str, value: tuple[Decimal, Decimal]) -> str:
    return _("whose %(name)s is between %(low)s and %(high)s") % {
        "name": spoken(name),
        "low": counted(value[0]),
        "high": counted(value[1]),
    }


def _of(name: str, value: Decimal) -> dict[str, str]:
    return {"name": spoken(name), "number": counted(value)}


def is_yes(name: str, value: None) -> str:
    return _("whose %(name)s is yes") % {"name": spoken(name)}


def is_no(name: str, value: None) -> str:
    return _("whose %(name)s is no") % {"name": spoken(name)}


def day_on(name: str, value: date) -> str:
    return _("whose %(name)s is %(day)s") % _on(name, value)


def day_before(name: str, value: date) -> str:
    return _("whose %(name)s is before %(day)s") % _on(name, value)


def day_after(name: str, value: date) -> str:
    return _("whose %(name)s is after %(day)s") % _on(name, value)


def _on(name: str, value: date) -> dict[str, str]:
    return {"name": spoken(name), "day": dated(value)}


def day_in_last(name: str, value: int) -> str:
    return ngettext(
        "whose %(name)s is today or yesterday",
        "whose %(name)s is in the last %(days)d days",
        value,
    ) % {"name": spoken(name), "days": value}


def day_in_next(name: str, value: int) -> str:
    return ngettext(
        "whose %(name)s is today or tomorrow",
        "whose %(name)s is in the next %(days)d days",
        value,
    ) % {"name": spoken(name), "days": value}


def day_long_ago(name: str, value: int) -> str:
    return ngettext(
        "whose %(name)s is more than %(days)d day ago",
        "whose %(name)s is more than %(days)d days ago",
        value,
    ) % {"name": spoken(name), "days": value}


def anniversary(name: str, value: None) -> str:
    return _("whose %(name)s has its anniversary today") % {"name": spoken(name)}
