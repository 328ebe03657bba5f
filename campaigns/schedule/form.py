"""Schedules as JSON: closed and strict, with errors in a marketer's words."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import TypeVar, cast

from django.utils.translation import gettext as _

from campaigns.schedule.instants import next_occurrence
from campaigns.schedule.rule import (
    LAST,
    MAX_EXCLUDED,
    Frequency,
    Kind,
    Recurrence,
    Schedule,
    ScheduleError,
    Weekday,
    problems,
    spell,
)

Read = TypeVar("Read")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def to_json(schedule: Schedule) -> dict[str, object]:
    """The JSON form that `from_json` reads back to an equal schedule."""
    if schedule.kind == Kind.NOW:
        return {"kind": "now"}
    place: dict[str, object] = {
        "kind": schedule.kind.value,
        "start": schedule.start and schedule.start.isoformat(),
        "time": schedule.wall and spell(schedule.wall),
        "zone": schedule.zone,
    }
    if schedule.every is None:
        return place
    return {
        **place,
        "every": _every_to_json(schedule.every),
        "end": _end_to_json(schedule),
        "excluded": [day.isoformat() for day in schedule.excluded],
    }


def _every_to_json(every: Recurrence) -> dict[str, object]:
    fields = {
        "frequency": every.frequency.value,
        "interval": every.interval,
        "weekdays": [day.value for day in every.weekdays] or None,
        "month": every.month,
        "month_day": _number_to_json(every.month_day),
        "nth": _number_to_json(every.nth),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _number_to_json(number: int | None) -> int | str | None:
    return "last" if number == LAST else number


def _end_to_json(schedule: Schedule) -> dict[str, object] | None:
    if schedule.until is not None:
        return {"until": schedule.until.isoformat()}
    if schedule.count is not None:
        return {"count": schedule.count}
    return None


def from_json(value: object) -> Schedule:
    """Read a schedule; raises `ScheduleError` with a sentence for each wrong field.

    ``{"kind": "now"}``, ``{"kind": "once", "start": "2026-12-01", "time": "09:00",
    "zone": "Europe/Paris"}``, or recurring with ``every`` (frequency, interval,
    weekdays, month, month_day, nth; "last" for the last), ``end`` (null, {"until":
    date} or {"count": number}) and ``excluded`` (dates).
    """
    fields = Fields(value)
    schedule = _read(fields)
    fields.close()
    for field, sentence in problems(schedule):
        fields.found.setdefault(field, sentence)
    if fields.found:
        raise ScheduleError(fields.found)
    return schedule


def _read(fields: "Fields") -> Schedule:
    until, count = _end(fields)
    kind = _("Choose when: now, once, recurring.")
    if "kind" not in fields.given:
        fields.found.setdefault("kind", kind)
    return Schedule(
        kind=fields.take("kind", _kind, Kind.NOW, kind),
        zone=fields.take("zone", _text, "", _("Choose a time zone.")),
        start=fields.take("start", _date, None, _("Write the date as 2026-12-01.")),
        wall=fields.take("time", _time, None, _("Write the time as 09:00.")),
        every=_every(fields),
        until=until,
        count=count,
        excluded=fields.take(
            "excluded", _dates, (), _("Write excluded dates as a list of 2026-12-25.")
        ),
    )


def check(schedule: Schedule, *, at: datetime) -> None:
    """Raise `ScheduleError` for what can no longer be launched at the time ``at``."""
    found = dict(problems(schedule))
    if found:
        raise ScheduleError(found)
    if schedule.kind == Kind.NOW or next_occurrence(schedule, at):
        return
    if schedule.kind == Kind.ONCE:
        raise ScheduleError({"start": _("This time is past: choose a later one.")})
    sentence = _("No date is left between the start and the end: change one of them.")
    raise ScheduleError({"end": sentence})


class Fields:
    """The keys of one JSON object, read once each; what is wrong is in ``found``."""

    def __init__(
        self, value: object, *, found: dict[str, str] | None = None, prefix: str = ""
    ) -> None:
        self.found = {} if found is None else found
        self.prefix = prefix
        self.asked: set[str] = set()
        self.given: Mapping[str, object] = {}
        if isinstance(value, Mapping):
            self.given = cast(Mapping[str, object], value)
        else:
            name = prefix.rstrip(".") or "schedule"
            self.found[name] = _("Write the schedule as an object with named fields.")

    def raw(self, key: str) -> object:
        self.asked.add(key)
        return self.given.get(key)

    def take(
        self, key: str, read: Callable[[object], Read], missing: Read, sentence: str
    ) -> Read:
        """The field read by ``read``, or ``missing``; ``sentence`` when it is wrong."""
        raw = self.raw(key)
        if raw is None:
            return missing
        try:
            return read(raw)
        except (ValueError, TypeError):
            self.found[self.prefix + key] = sentence
            return missing

    def close(self) -> None:
        """Refuse the fields that nobody asked for."""
        for key in sorted(map(str, set(self.given) - self.asked)):
            self.found[self.prefix + key] = _(
                "“%(field)s” is not a field of a schedule: remove it."
            ) % {"field": key[:40]}


def _end(fields: Fields) -> tuple[date | None, int | None]:
    raw = fields.raw("end")
    end = Fields({} if raw is None else raw, found=fields.found, prefix="end.")
    until = end.take("until", _date, None, _("Write the end date as 2026-12-31."))
    count = end.take("count", _count, None, _("Write how many times as a number."))
    end.close()
    return until, count


def _every(fields: Fields) -> Recurrence | None:
    raw = fields.raw("every")
    if raw is None:
        return None
    inner = Fields(raw, found=fields.found, prefix="every.")
    number = _("Write a whole number.")
    frequency = inner.take(
        "frequency", _frequency, None, _("Choose daily, weekly, monthly or yearly.")
    )
    parts = Recurrence(
        frequency=frequency or Frequency.DAILY,
        interval=inner.take("interval", _count, 1, number),
        weekdays=inner.take("weekdays", _weekdays, (), _("Choose days of the week.")),
        month=inner.take("month", _count, None, number),
        month_day=inner.take("month_day", _number_or_last, None, number),
        nth=inner.take("nth", _number_or_last, None, number),
    )
    inner.close()
    if frequency is None:
        sentence = _("Choose daily, weekly, monthly or yearly.")
        fields.found.setdefault("every.frequency", sentence)
    return parts


def _kind(raw: object) -> Kind:
    return Kind(_text(raw))


def _frequency(raw: object) -> Frequency | None:
    return Frequency(_text(raw))


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise TypeError(raw)
    return raw[:64]


def _date(raw: object) -> date:
    if not DATE.fullmatch(_text(raw)):
        raise ValueError(raw)
    return date.fromisoformat(_text(raw))


def _dates(raw: object) -> tuple[date, ...]:
    if not isinstance(raw, list):
        raise TypeError(raw)
    return tuple(sorted({_date(each) for each in raw[: 10 * MAX_EXCLUDED]}))


def _time(raw: object) -> time:
    if not TIME.fullmatch(_text(raw)):
        raise ValueError(raw)
    return time.fromisoformat(_text(raw))


def _count(raw: object) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise TypeError(raw)
    return raw


def _number_or_last(raw: object) -> int:
    if raw == "last":
        return LAST
    if _count(raw) < 1:
        raise ValueError(raw)
    return _count(raw)


def _weekdays(raw: object) -> tuple[Weekday, ...]:
    if not isinstance(raw, list) or len(raw) > 14:
        raise TypeError(raw)
    return tuple(sorted(map(Weekday, raw), key=lambda day: day.number))
