"""What a window means today: "the last 30 days" begins on some day."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from .days import today
from .tree import Condition
from .values import Often, Property
from .wording import dated

BEHIND = {
    "in_last_days",
    "sent_one",
    "sent_none",
    "opened_one",
    "opened_none",
    "control_in_last",
    "sent_in_last_days",
}
BEFORE = {"more_than_days_ago", "last_sent_days_ago"}
AHEAD = {"in_next_days", "anniversary_in_next_days"}


def sentence(condition: Condition, *, at: datetime) -> str:
    """The days that a relative window means at ``at``; "" where there is none."""
    value = condition.value
    if isinstance(value, Often | Property):
        return "" if value.days is None else _since(_ago(value.days, at))
    if not isinstance(value, int):
        return ""
    if condition.operator in BEHIND:
        return _since(_ago(value, at))
    if condition.operator in BEFORE:
        return _("That is before %(day)s.") % {"day": dated(_ago(value, at))}
    if condition.operator in AHEAD:
        return _until(today(at) + timedelta(days=value))
    return ""


def _ago(days: int, at: datetime) -> date:
    return today(at) - timedelta(days=days)


def _since(day: date) -> str:
    return _("That is since %(day)s.") % {"day": dated(day)}


def _until(day: date) -> str:
    return _("That is until %(day)s.") % {"day": dated(day)}
