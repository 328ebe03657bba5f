"""The schedule builder: its form fields to a schedule's JSON, and back.

What a person typed is kept as it is, also when it is wrong: campaigns.schedule.form
finds the errors, and ``field_of`` says beside which field each belongs.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from campaigns.schedule import form, instants, wording
from campaigns.schedule.rule import Frequency, Kind, ScheduleError

Json = dict[str, Any]

FIELDS = {
    "kind": "when_kind",
    "start": "when_start",
    "time": "when_time",
    "zone": "when_zone",
    "every.frequency": "when_frequency",
    "every.interval": "when_interval",
    "every.weekdays": "when_weekdays",
    "every.month": "when_month",
    "every.month_day": "when_month_day",
    "every.nth": "when_nth",
    "end.until": "when_until",
    "end.count": "when_count",
    "excluded": "when_excluded",
}


def field_of(problem: str) -> str:
    """The form field beside which a problem of the schedule is shown."""
    return FIELDS.get(problem, FIELDS.get(problem.partition(".")[0], "when_kind"))


def read(post: QueryDict) -> Json:
    """The schedule's JSON as it was filled in; empty when nothing was chosen."""
    kind = post.get("when_kind", "")
    if not kind:
        return {}
    if kind == Kind.NOW:
        return {"kind": "now"}
    place = {
        "kind": kind,
        "start": post.get("when_start", "").strip() or None,
        "time": post.get("when_time", "").strip()[:5] or None,
        "zone": post.get("when_zone", "").strip(),
    }
    if kind == Kind.ONCE:
        return place
    days = post.get("when_excluded", "").replace(",", " ").split()
    return {**place, "every": _every(post), "end": _end(post), "excluded": days}


def _every(post: QueryDict) -> Json:
    frequency = post.get("when_frequency", "")
    every: Json = {
        "frequency": frequency,
        "interval": _number(post.get("when_interval", "1") or "1"),
    }
    if frequency == Frequency.WEEKLY:
        every["weekdays"] = post.getlist("when_weekdays") or None
    if frequency == Frequency.MONTHLY:
        every |= _day_of_month(post)
    if frequency == Frequency.YEARLY:
        every["month"] = _number(post.get("when_month", ""))
        every["month_day"] = _number(post.get("when_year_day", ""))
    return {name: value for name, value in every.items() if value is not None}


def _day_of_month(post: QueryDict) -> Json:
    manner = post.get("when_manner", "day")
    if manner == "last":
        return {"month_day": "last"}
    if manner == "nth":
        return {
            "nth": _number(post.get("when_nth", "1")),
            "weekdays": [post.get("when_nth_weekday", "monday")],
        }
    return {"month_day": _number(post.get("when_month_day", ""))}


def _end(post: QueryDict) -> Json | None:
    limit = post.get("when_end", "never")
    if limit == "until":
        return {"until": post.get("when_until", "").strip() or None}
    if limit == "count":
        return {"count": _number(post.get("when_count", ""))}
    return None


def _number(text: str) -> int | str | None:
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < 6 else text or None


def show(schedule: Mapping[str, Any]) -> Json:
    """What the builder's fields hold for a schedule, right or wrong."""
    every = schedule.get("every") or {}
    end = schedule.get("end") or {}
    day = every.get("month_day")
    yearly = every.get("frequency") == Frequency.YEARLY
    manner = "nth" if every.get("nth") else "last" if day == "last" else "day"
    return {
        "kind": schedule.get("kind", ""),
        "start": schedule.get("start") or "",
        "time": (schedule.get("time") or "")[:5],
        "zone": schedule.get("zone") or "",
        "frequency": every.get("frequency", Frequency.WEEKLY),
        "interval": every.get("interval", 1),
        "weekdays": [] if manner == "nth" else every.get("weekdays") or [],
        "manner": manner,
        "month_day": "" if yearly or day == "last" else day or "",
        "year_day": day if yearly else "",
        "month": every.get("month", ""),
        "nth": str(every.get("nth") or 1),
        "nth_weekday": (every.get("weekdays") or ["monday"])[0],
        "end": "until" if "until" in end else "count" if "count" in end else "never",
        "until": end.get("until") or "",
        "count": end.get("count") or "",
        "excluded": "\n".join(map(str, schedule.get("excluded") or [])),
    }


def problems(schedule: Json, *, at: datetime) -> dict[str, str]:
    """What stands in the way of launching with this schedule, by form field."""
    if not schedule:
        return {"when_kind": _("Choose when it starts.")}
    try:
        form.check(form.from_json(schedule), at=at)
    except ScheduleError as error:
        return {field_of(name): said for name, said in error.problems.items()}
    return {}


def tell(schedule: Json, *, at: datetime) -> Json:
    """The sentence, the next five starts and what to know about them, in words.

    Only ``errors``, by form field, when the schedule cannot be used.
    """
    errors = problems(schedule, at=at)
    if errors:
        return {"errors": errors}
    read_back = form.from_json(schedule)
    coming = instants.next_five(read_back, at)
    return {
        "errors": {},
        "sentence": wording.sentence(read_back),
        "coming": [_coming(each) for each in coming],
        "advice": wording.advice(read_back, at),
    }


def _coming(each: instants.Occurrence) -> Json:
    return {
        "words": wording.moment(each),
        "utc": f"{each.instant.astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M} UTC",
        "note": _("the clocks change") if each.clock_change else "",
    }


def words(schedule: Json) -> str:
    """The schedule as a sentence, or a dash while it cannot be said."""
    try:
        return wording.sentence(form.from_json(schedule))
    except ScheduleError:
        return "–"
