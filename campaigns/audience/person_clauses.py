"""The clauses behind comparisons of people: (name, value) -> words.

Clauses follow "People": "whose city is “Paris”", "who did “purchase” in the last
30 days". Each is one message, so that every language orders its words freely.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from devices.models.consents import PreferenceState
from devices.models.installations import Permission, Platform

from .values import Often
from .wording import counted, country, dated, either, language


def language_is(name: str, value: Sequence[str]) -> str:
    return _("whose language is %(values)s") % {"values": _languages(value)}


def language_is_not(name: str, value: Sequence[str]) -> str:
    return _("whose language is not %(values)s") % {"values": _languages(value)}


def _languages(value: Sequence[str]) -> str:
    return either([language(each) for each in value])


def language_unknown(name: str, value: None) -> str:
    return _("whose language is unknown")


def country_is(name: str, value: Sequence[str]) -> str:
    return _("whose country is %(values)s") % {"values": _countries(value)}


def country_is_not(name: str, value: Sequence[str]) -> str:
    return _("whose country is not %(values)s") % {"values": _countries(value)}


def _countries(value: Sequence[str]) -> str:
    return either([country(each) for each in value])


def country_unknown(name: str, value: None) -> str:
    return _("whose country is unknown")


def zone_is(name: str, value: Sequence[str]) -> str:
    return _("whose time zone is %(values)s") % {"values": either(value)}


def zone_is_not(name: str, value: Sequence[str]) -> str:
    return _("whose time zone is not %(values)s") % {"values": either(value)}


def zone_unknown(name: str, value: None) -> str:
    return _("whose time zone is unknown")


# When people came, and were seen last


def created_on(name: str, value: date) -> str:
    return _("who came on %(day)s") % {"day": dated(value)}


def created_before(name: str, value: date) -> str:
    return _("who came before %(day)s") % {"day": dated(value)}


def created_after(name: str, value: date) -> str:
    return _("who came after %(day)s") % {"day": dated(value)}


def created_in_last(name: str, value: int) -> str:
    return ngettext(
        "who came in the last %(days)d day",
        "who came in the last %(days)d days",
        value,
    ) % {"days": value}


def created_long_ago(name: str, value: int) -> str:
    return ngettext(
        "who came more than %(days)d day ago",
        "who came more than %(days)d days ago",
        value,
    ) % {"days": value}


def seen_on(name: str, value: date) -> str:
    return _("who were last seen on %(day)s") % {"day": dated(value)}


def seen_before(name: str, value: date) -> str:
    return _("who were last seen before %(day)s") % {"day": dated(value)}


def seen_after(name: str, value: date) -> str:
    return _("who were last seen after %(day)s") % {"day": dated(value)}


def seen_in_last(name: str, value: int) -> str:
    return ngettext(
        "who were seen in the last %(days)d day",
        "who were seen in the last %(days)d days",
        value,
    ) % {"days": value}


def seen_long_ago(name: str, value: int) -> str:
    return ngettext(
        "who were last seen more than %(days)d day ago",
        "who were last seen more than %(days)d days ago",
        value,
    ) % {"days": value}


def never_seen(name: str, value: None) -> str:
    return _("who were never seen")


# Devices


def has_platform(name: str, value: Sequence[str]) -> str:
    return _("who have a device with %(platforms)s") % {"platforms": _systems(value)}


def lacks_platform(name: str, value: Sequence[str]) -> str:
    return _("who have no device with %(platforms)s") % {"platforms": _systems(value)}


def _systems(value: Sequence[str]) -> str:
    return either([str(Platform(each).label) for each in value])


def version_from(name: str, value: str) -> str:
    return _("who have version %(version)s of the app or a later one") % {
        "version": value
    }


def version_below(name: str, value: str) -> str:
    return _("who have a version of the app before %(version)s") % {"version": value}


def version_is(name: str, value: str) -> str:
    return _("who have version %(version)s of the app") % {"version": value}


def permission_is(name: str, value: Sequence[str]) -> str:
    return _("who have a device on which notifications are %(states)s") % {
        "states": _permissions(value)
    }


def permission_is_not(name: str, value: Sequence[str]) -> str:
    return _("who have no device on which notifications are %(states)s") % {
        "states": _permissions(value)
    }


def _permissions(value: Sequence[str]) -> str:
    return either([str(Permission(each).label) for each in value])


# What people said and did


def topic_on(name: str, value: None) -> str:
    return _("who receive the topic “%(topic)s”") % {"topic": name}


def topic_off(name: str, value: None) -> str:
    return _("who do not receive the topic “%(topic)s”") % {"topic": name}


def preference_is(name: str, value: Sequence[str]) -> str:
    states = [str(PreferenceState(each).label) for each in value]
    return _("who are %(states)s") % {"states": either(states)}


def bucket_between(name: str, value: tuple[int, int]) -> str:
    """Buckets are hundredths of a percent: 0 to 999 is the first tenth."""
    return _("who are drawn between %(low)s %% and %(high)s %%") % {
        "low": counted(Decimal(value[0]) / 100),
        "high": counted(Decimal(value[1] + 1) / 100),
    }


def did(name: str, value: Often) -> str:
    facts = {"event": name, "times": value.times, "days": value.days}
    if value.days is None and value.times == 1:
        return _("who did “%(event)s” at least once") % facts
    if value.days is None:
        return _("who did “%(event)s” at least %(times)d times") % facts
    if value.times == 1:
        return (
            ngettext(
                "who did “%(event)s” in the last %(days)d day",
                "who did “%(event)s” in the last %(days)d days",
                value.days,
            )
            % facts
        )
    return (
        ngettext(
            "who did “%(event)s” at least %(times)d times in the last %(days)d day",
            "who did “%(event)s” at least %(times)d times in the last %(days)d days",
            value.days,
        )
        % facts
    )


def did_not(name: str, value: Often) -> str:
    facts = {"event": name, "times": value.times, "days": value.days}
    if value.days is None and value.times == 1:
        return _("who never did “%(event)s”") % facts
    if value.days is None:
        return _("who did “%(event)s” fewer than %(times)d times") % facts
    if value.times == 1:
        return (
            ngettext(
                "who did not do “%(event)s” in the last %(days)d day",
                "who did not do “%(event)s” in the last %(days)d days",
                value.days,
            )
            % facts
        )
    return (
        ngettext(
            "who did “%(event)s” fewer than %(times)d times in the last %(days)d day",
            "who did “%(event)s” fewer than %(times)d times in the last %(days)d days",
            value.days,
        )
        % facts
    )
