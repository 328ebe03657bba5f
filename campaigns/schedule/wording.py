"""A schedule in words, in the reader's language.

Word order, agreement and elision differ too much for fragments in a catalogue: each
language has one module of whole clauses (docs/decisions.md). A language without a
module reads English.
"""

from datetime import date, datetime
from itertools import islice
from types import ModuleType

from django.utils.translation import get_language, gettext, ngettext

from campaigns.schedule import words_en, words_fr
from campaigns.schedule.instants import Occurrence, occurrences
from campaigns.schedule.rule import Frequency, Kind, Schedule

LANGUAGES = {"en": words_en, "fr": words_fr}
LOOK_AHEAD = 400
"""Occurrences searched for a clock change: a year of daily ones."""


def _words(language: str | None) -> ModuleType:
    spoken = (language or get_language() or "en").lower().replace("_", "-")
    return LANGUAGES.get(spoken.split("-")[0], words_en)


def sentence(schedule: Schedule, language: str | None = None) -> str:
    """The whole schedule as one sentence; ``language`` is the active one if None."""
    said: str = _words(language).sentence(schedule)
    return said


def day(when: date, language: str | None = None) -> str:
    """A date in words, such as 1 December 2026."""
    said: str = _words(language).day(when)
    return said


def moment(occurrence: Occurrence, language: str | None = None) -> str:
    """A line for the list of next occurrences: weekday, day and local time."""
    words = _words(language)
    local = occurrence.local
    return f"{words.weekday(local)} {words.day(local)}, {words.clock(local.time())}"


def advice(schedule: Schedule, after: datetime) -> list[str]:
    """Sentences worth reading before launch: clock changes, short months, weekends.

    Nothing here forbids anything; looks at most a year of occurrences ahead.
    """
    if schedule.kind == Kind.NOW:
        return []
    return [
        *_clock_changes(schedule, after),
        *_short_months(schedule),
        *_weekend(schedule),
        *_needless_exclusions(schedule),
    ]


def _clock_changes(schedule: Schedule, after: datetime) -> list[str]:
    said = []
    for each in islice(occurrences(schedule, after=after), LOOK_AHEAD):
        facts = {"day": day(each.local), "time": _clock(each), "slot": _slot(each)}
        if each.clock_change == "gap":
            sentence = gettext(
                "Clocks go forward: %(slot)s does not exist there, so it goes out "
                "on %(day)s at %(time)s."
            )
            said.append(sentence % facts)
        elif each.clock_change == "overlap":
            sentence = gettext(
                "Clocks go back on %(day)s: %(time)s comes twice there, and it goes "
                "out the first time only."
            )
            said.append(sentence % facts)
    return said[:5]


def _clock(occurrence: Occurrence) -> str:
    said: str = _words(None).clock(occurrence.local.time())
    return said


def _slot(occurrence: Occurrence) -> str:
    promised = datetime.fromisoformat(occurrence.slot.partition("@")[0])
    words = _words(None)
    return f"{words.day(promised)}, {words.clock(promised.time())}"


def _short_months(schedule: Schedule) -> list[str]:
    every = schedule.every
    if every is None or every.frequency != Frequency.MONTHLY:
        return []
    if every.month_day is None or every.month_day <= 28:
        return []
    sentence = gettext(
        "Months without a day %(day)s are left out. Choose “last day of the month” to "
        "reach all of them."
    )
    return [sentence % {"day": every.month_day}]


def _weekend(schedule: Schedule) -> list[str]:
    if schedule.kind != Kind.ONCE or schedule.start is None:
        return []
    if schedule.start.weekday() < 5:
        return []
    return [gettext("%(day)s is on a weekend.") % {"day": day(schedule.start)}]


def _needless_exclusions(schedule: Schedule) -> list[str]:
    if not schedule.excluded:
        return []
    open_rule = Schedule(
        kind=schedule.kind,
        zone=schedule.zone,
        start=schedule.start,
        wall=schedule.wall,
        every=schedule.every,
        until=min(schedule.until or max(schedule.excluded), max(schedule.excluded)),
    )
    met = {each.slot[:10] for each in occurrences(open_rule)}
    missed = [each for each in schedule.excluded if each.isoformat() not in met]
    if not missed:
        return []
    sentence = ngettext(
        "%(day)s is left out, but the schedule does not fall on it.",
        "%(number)s dates that are left out, %(day)s first, are not in the schedule.",
        len(missed),
    )
    return [sentence % {"day": day(missed[0]), "number": len(missed)}]
