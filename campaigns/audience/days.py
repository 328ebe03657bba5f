"""Days as the site's own time zone has them."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def today(at: datetime) -> date:
    """The day that it is at the site's own time zone."""
    return timezone.localdate(at, timezone.get_default_timezone())


def start_of(day: date) -> datetime:
    """The first instant of a day at the site's own time zone."""
    return datetime.combine(day, time(), timezone.get_default_timezone())


def end_of(day: date) -> datetime:
    return start_of(day + timedelta(days=1))
