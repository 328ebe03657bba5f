"""The clauses behind comparisons of what people agreed to: (name, value) -> words."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Primer

from .wording import dated


def topic_unanswered(name: str, value: None) -> str:
    return _("who said nothing about the topic “%(topic)s”") % {"topic": name}


def preference_unknown(name: str, value: None) -> str:
    return _("who never said whether they want messages")


def opted_in_on(name: str, value: date) -> str:
    return _("who opted in on %(day)s") % {"day": dated(value)}


def opted_in_before(name: str, value: date) -> str:
    return _("who opted in before %(day)s") % {"day": dated(value)}


def opted_in_after(name: str, value: date) -> str:
    return _("who opted in after %(day)s") % {"day": dated(value)}


def opted_in_in_last(name: str, value: int) -> str:
    return ngettext(
        "who opted in in the last %(days)d day",
        "who opted in in the last %(days)d days",
        value,
    ) % {"days": value}


def opted_in_long_ago(name: str, value: int) -> str:
    return ngettext(
        "who opted in more than %(days)d day ago",
        "who opted in more than %(days)d days ago",
        value,
    ) % {"days": value}


def not_opted_in(name: str, value: None) -> str:
    return _("who are not opted in")


def left_on(name: str, value: date) -> str:
    return _("who unsubscribed on %(day)s") % {"day": dated(value)}


def left_before(name: str, value: date) -> str:
    return _("who unsubscribed before %(day)s") % {"day": dated(value)}


def left_after(name: str, value: date) -> str:
    return _("who unsubscribed after %(day)s") % {"day": dated(value)}


def left_in_last(name: str, value: int) -> str:
    return ngettext(
        "who unsubscribed in the last %(days)d day",
        "who unsubscribed in the last %(days)d days",
        value,
    ) % {"days": value}


def left_long_ago(name: str, value: int) -> str:
    return ngettext(
        "who unsubscribed more than %(days)d day ago",
        "who unsubscribed more than %(days)d days ago",
        value,
    ) % {"days": value}


def not_left(name: str, value: None) -> str:
    return _("who are not unsubscribed")


# Primers


def primer_shown(name: str, value: None) -> str:
    return _("to whom the primer “%(primer)s” was shown") % {"primer": primer(name)}


def primer_not_shown(name: str, value: None) -> str:
    return _("to whom the primer “%(primer)s” was not shown") % {"primer": primer(name)}


def primer_accepted(name: str, value: None) -> str:
    return _("who accepted the primer “%(primer)s”") % {"primer": primer(name)}


def primer_not_accepted(name: str, value: None) -> str:
    return _("who did not accept the primer “%(primer)s”") % {"primer": primer(name)}


def primer_put_off(name: str, value: None) -> str:
    return _("who answered “later” to the primer “%(primer)s”") % {
        "primer": primer(name)
    }


def primer(name: str) -> str:
    """The primer's name, one query; its number when it is gone."""
    rows = Primer.objects.filter(pk=name).values_list("name", flat=True)
    return rows.first() or name
