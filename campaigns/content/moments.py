"""What a date is beside today, for one person: in their zone, in whole days.

Texts read it as ``days_until.renewal``, ``day.renewal`` and ``anniversary.birthday``,
and the beginning of a word as ``starts.city contains "Par"``: a condition of Liquid
compares, but knows no filters.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from campaigns.content.values import said

NOW, LANGUAGE, ZONE = "@now", "@language", "zone"
"""Names in a scope. A text cannot say those that begin with @."""

QUARTER = 15 * 60
"""Seconds. Every zone's day begins on a quarter of an hour."""


def clock(moment: datetime) -> dict[str, str]:
    """The present, for a person's values: the same for a quarter of an hour.

    So that what was rendered once can be remembered. ``moment`` is aware.
    """
    begun = moment.timestamp() // QUARTER * QUARTER
    return {NOW: datetime.fromtimestamp(begun, UTC).isoformat()}


def local(value: object, *, zone: object) -> datetime | None:
    """A day or moment in the person's zone; None for what is neither.

    A moment without an offset, and a day, are what they say, wherever one is.
    """
    try:
        moment = datetime.fromisoformat(said(value) or "")
    except ValueError:
        return None
    place = _zone(str(zone or ""))
    if moment.tzinfo is None or place is None:
        return moment
    return moment.astimezone(place)


def days_until(value: object, *, now: object, zone: object) -> int | None:
    """Whole days from today to the day of a date; None without a date or a present."""
    then, today = local(value, zone=zone), local(now, zone=zone)
    if then is None or today is None:
        return None
    return (then.date() - today.date()).days


def day(value: object, *, now: object, zone: object) -> str | None:
    """The day as 2026-12-01, which compares as days do; None without a date."""
    then = local(value, zone=zone)
    return None if then is None else then.date().isoformat()


def anniversary(value: object, *, now: object, zone: object) -> int | None:
    """Whole days until the next day of that day and month; 0 is today.

    Born on 29 February, one has it on 1 March in other years.
    """
    then, today = local(value, zone=zone), local(now, zone=zone)
    if then is None or today is None:
        return None
    years = (today.year, today.year + 1)
    coming = (_of_year(then.date(), year) for year in years)
    return next((each - today.date()).days for each in coming if each >= today.date())


def _of_year(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


class Start:
    """The beginning of a text: it "contains" what the text begins with."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __contains__(self, wanted: object) -> bool:
        return self._text.startswith(str(wanted))

    def __iter__(self) -> Iterator[str]:
        return iter(self._text)

    def __len__(self) -> int:
        return len(self._text)


def starts(value: object, *, now: object, zone: object) -> Start | None:
    """What a text begins with; None for no text."""
    text = said(value)
    return None if text is None else Start(text)


NAMESPACES: dict[str, Callable[..., object]] = {
    "anniversary": anniversary,
    "day": day,
    "days_until": days_until,
    "starts": starts,
}
"""What may stand before the dot of a field in a text."""

OF_DATES = frozenset({"anniversary", "day", "days_until"})
"""Those that need the person's zone and the present."""


def scope(
    asked: Mapping[str, tuple[str, ...]], values: Mapping[str, object]
) -> dict[str, dict[str, object]]:
    """The namespaces that a text asks for, with one person's values."""
    now, zone = values.get(NOW), values.get(ZONE)
    return {
        space: {
            name: NAMESPACES[space](values.get(name), now=now, zone=zone)
            for name in names
        }
        for space, names in asked.items()
    }


@lru_cache(512)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
