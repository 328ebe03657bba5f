"""The queries behind comparisons of people: (name, value, at) -> Q.

Negative comparisons are the exact opposite of positive ones.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q

from devices.models import Installation, Preference, Topic, TopicPreference
from devices.models.consents import PreferenceState
from devices.models.installations import version_order

from .days import end_of, start_of

# Where people are and what they speak


def language_is(name: str, value: Sequence[str], at: datetime) -> Q:
    """A language without region means all its regions: "pt" holds for pt-BR."""
    choice = Q(locale__in=value)
    for each in value:
        choice |= Q(locale__startswith=f"{each}-")
    return choice


def language_is_not(name: str, value: Sequence[str], at: datetime) -> Q:
    return ~language_is(name, value, at)


def language_unknown(name: str, value: None, at: datetime) -> Q:
    return Q(locale="")


def country_is(name: str, value: Sequence[str], at: datetime) -> Q:
    return Q(country__in=value)


def country_is_not(name: str, value: Sequence[str], at: datetime) -> Q:
    return ~country_is(name, value, at)


def country_unknown(name: str, value: None, at: datetime) -> Q:
    return Q(country="")


def zone_is(name: str, value: Sequence[str], at: datetime) -> Q:
    return Q(zone__in=value)


def zone_is_not(name: str, value: Sequence[str], at: datetime) -> Q:
    return ~zone_is(name, value, at)


def zone_unknown(name: str, value: None, at: datetime) -> Q:
    return Q(zone="")


# When people came, and were seen last


def created_on(name: str, value: date, at: datetime) -> Q:
    return Q(created_at__gte=start_of(value), created_at__lt=end_of(value))


def created_before(name: str, value: date, at: datetime) -> Q:
    return Q(created_at__lt=start_of(value))


def created_after(name: str, value: date, at: datetime) -> Q:
    return Q(created_at__gte=end_of(value))


def created_in_last(name: str, value: int, at: datetime) -> Q:
    return Q(created_at__gte=at - timedelta(days=value))


def created_long_ago(name: str, value: int, at: datetime) -> Q:
    return Q(created_at__lt=at - timedelta(days=value))


def seen_on(name: str, value: date, at: datetime) -> Q:
    return Q(last_seen_at__gte=start_of(value), last_seen_at__lt=end_of(value))


def seen_before(name: str, value: date, at: datetime) -> Q:
    return Q(last_seen_at__lt=start_of(value))


def seen_after(name: str, value: date, at: datetime) -> Q:
    return Q(last_seen_at__gte=end_of(value))


def seen_in_last(name: str, value: int, at: datetime) -> Q:
    return Q(last_seen_at__gte=at - timedelta(days=value))


def seen_long_ago(name: str, value: int, at: datetime) -> Q:
    return Q(last_seen_at__lt=at - timedelta(days=value))


def never_seen(name: str, value: None, at: datetime) -> Q:
    return Q(last_seen_at=None)


# Devices: one that is not retired


def has_platform(name: str, value: Sequence[str], at: datetime) -> Q:
    return _a_device(platform__in=value)


def lacks_platform(name: str, value: Sequence[str], at: datetime) -> Q:
    return ~has_platform(name, value, at)


def version_from(name: str, value: str, at: datetime) -> Q:
    return _a_device(app_version_order__gte=version_order(value))


def version_below(name: str, value: str, at: datetime) -> Q:
    return _a_device(
        app_version_order__lt=version_order(value), app_version_order__gt=""
    )


def version_is(name: str, value: str, at: datetime) -> Q:
    return _a_device(app_version_order=version_order(value))


def permission_is(name: str, value: Sequence[str], at: datetime) -> Q:
    return _a_device(permission__in=value)


def permission_is_not(name: str, value: Sequence[str], at: datetime) -> Q:
    return ~permission_is(name, value, at)


def _a_device(**facts: Any) -> Q:
    return _some(Installation, retired_at=None, **facts)


def _some(model: type[Model], **facts: Any) -> Q:
    return Q(Exists(model._default_manager.filter(person=OuterRef("pk"), **facts)))


# What people said


def topic_on(name: str, value: None, at: datetime) -> Q:
    """Said on, or said nothing of a topic that is on unless switched off.

    As "did not say off, and …": of a million people that is one join, where "said on
    or said nothing" looked twice at each.
    """
    topics = Topic.objects.filter(key=name, default_on=True)
    answers = TopicPreference.objects.filter(topic__key=name, is_on=True)
    said_off = _some(
        TopicPreference,
        is_on=False,
        topic__key=name,
        topic__application=OuterRef("application"),
    )
    is_on = Q(application__in=topics.values("application"))
    return ~said_off & (is_on | Q(pk__in=answers.values("person")))


def topic_off(name: str, value: None, at: datetime) -> Q:
    return ~topic_on(name, value, at)


def preference_is(name: str, value: Sequence[str], at: datetime) -> Q:
    """No row means subscribed."""
    if PreferenceState.SUBSCRIBED in value:
        others = set(PreferenceState.values) - set(value)
        return ~_some(Preference, state__in=sorted(others))
    return _some(Preference, state__in=value)


def bucket_between(name: str, value: tuple[int, int], at: datetime) -> Q:
    return Q(bucket__gte=value[0], bucket__lte=value[1])
