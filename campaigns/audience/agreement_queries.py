"""The queries behind comparisons of what people agreed to: (name, value, at) -> Q.

The day of a preference is that of their last word: whoever opted in and left later
has no day of opting in any more.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from campaigns.models import PrimerResponse
from campaigns.models.primers import ResponseKind
from devices.models import Preference, TopicPreference
from devices.models.consents import PreferenceState

from .days import end_of, start_of

IN, OUT = PreferenceState.OPTED_IN, PreferenceState.UNSUBSCRIBED


def topic_unanswered(name: str, value: None, at: datetime) -> Q:
    said = TopicPreference.objects.filter(
        person=OuterRef("pk"),
        topic__key=name,
        topic__application=OuterRef("application"),
    )
    return ~Q(Exists(said))


def preference_unknown(name: str, value: None, at: datetime) -> Q:
    """They never said anything: subscribed, as everybody is at the beginning."""
    return ~_said()


def opted_in_on(name: str, value: date, at: datetime) -> Q:
    return _on(IN, value)


def opted_in_before(name: str, value: date, at: datetime) -> Q:
    return _said(state=IN, changed_at__lt=start_of(value))


def opted_in_after(name: str, value: date, at: datetime) -> Q:
    return _said(state=IN, changed_at__gte=end_of(value))


def opted_in_in_last(name: str, value: int, at: datetime) -> Q:
    return _said(state=IN, changed_at__gte=at - timedelta(days=value))


def opted_in_long_ago(name: str, value: int, at: datetime) -> Q:
    return _said(state=IN, changed_at__lt=at - timedelta(days=value))


def not_opted_in(name: str, value: None, at: datetime) -> Q:
    return ~_said(state=IN)


def left_on(name: str, value: date, at: datetime) -> Q:
    return _on(OUT, value)


def left_before(name: str, value: date, at: datetime) -> Q:
    return _said(state=OUT, changed_at__lt=start_of(value))


def left_after(name: str, value: date, at: datetime) -> Q:
    return _said(state=OUT, changed_at__gte=end_of(value))


def left_in_last(name: str, value: int, at: datetime) -> Q:
    return _said(state=OUT, changed_at__gte=at - timedelta(days=value))


def left_long_ago(name: str, value: int, at: datetime) -> Q:
    return _said(state=OUT, changed_at__lt=at - timedelta(days=value))


def not_left(name: str, value: None, at: datetime) -> Q:
    return ~_said(state=OUT)


def _on(state: PreferenceState, day: date) -> Q:
    return _said(state=state, changed_at__gte=start_of(day), changed_at__lt=end_of(day))


def _said(**facts: Any) -> Q:
    return Q(Exists(Preference.objects.filter(person=OuterRef("pk"), **facts)))


# Primers


def primer_shown(name: str, value: None, at: datetime) -> Q:
    return _answered(name, ResponseKind.SHOWN, at)


def primer_not_shown(name: str, value: None, at: datetime) -> Q:
    return ~primer_shown(name, value, at)


def primer_accepted(name: str, value: None, at: datetime) -> Q:
    return _answered(name, ResponseKind.ACCEPTED, at)


def primer_not_accepted(name: str, value: None, at: datetime) -> Q:
    return ~primer_accepted(name, value, at)


def primer_put_off(name: str, value: None, at: datetime) -> Q:
    return _answered(name, ResponseKind.LATER, at)


def _answered(primer: str, kind: ResponseKind, at: datetime) -> Q:
    answers = PrimerResponse.objects.filter(
        person=OuterRef("pk"), primer=int(primer), kind=kind, at__lte=at
    )
    return Q(Exists(answers))
