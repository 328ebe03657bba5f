"""Le calendrier en une phrase française : accords, ordinaux, espaces insécables."""

from collections.abc import Sequence
from datetime import date, time

from campaigns.schedule.rule import (
    LAST,
    Frequency,
    Kind,
    Recurrence,
    Schedule,
    Weekday,
)

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
WEEKDAYS = {
    Weekday.MONDAY: "lundi",
    Weekday.TUESDAY: "mardi",
    Weekday.WEDNESDAY: "mercredi",
    Weekday.THURSDAY: "jeudi",
    Weekday.FRIDAY: "vendredi",
    Weekday.SATURDAY: "samedi",
    Weekday.SUNDAY: "dimanche",
}
NTH = {1: "premier", 2: "deuxième", 3: "troisième", 4: "quatrième", LAST: "dernier"}
THIN = "\u202f"
"""Narrow no-break space: a number does not part from its unit."""
SHOWN = 6


def sentence(schedule: Schedule) -> str:
    """The whole schedule, with a full stop."""
    if schedule.kind == Kind.NOW:
        return "Dès son lancement."
    if schedule.start is None or schedule.wall is None:
        return "Pas encore de date."
    place = f"à {clock(schedule.wall)} ({schedule.zone})"
    if schedule.every is None:
        return f"Une fois, le {weekday(schedule.start)} {day(schedule.start)} {place}."
    return (
        f"{_pattern(schedule.every)} {place}, "
        f"{_span(schedule, schedule.start)}{_exceptions(schedule.excluded)}."
    )


def day(when: date) -> str:
    """1er décembre 2026."""
    return f"{_number(when.day)} {MONTHS[when.month - 1]} {when.year}"


def weekday(when: date) -> str:
    """mardi."""
    return WEEKDAYS[list(Weekday)[when.weekday()]]


def clock(wall: time) -> str:
    """9 h 00, with narrow no-break spaces."""
    hours = f"{wall.hour}{THIN}h{THIN}{wall.minute:02}"
    return f"{hours}{THIN}min{THIN}{wall.second:02}{THIN}s" if wall.second else hours


def _number(number: int) -> str:
    return "1er" if number == 1 else str(number)


def _list(words: Sequence[str]) -> str:
    return " et ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _pattern(every: Recurrence) -> str:
    if every.frequency == Frequency.DAILY:
        if every.interval == 1:
            return "Tous les jours"
        return f"Tous les {every.interval}{THIN}jours"
    if every.frequency == Frequency.WEEKLY:
        return _weekly(every)
    if every.frequency == Frequency.MONTHLY:
        return _monthly(every)
    return _yearly(every)


def _weekly(every: Recurrence) -> str:
    names = [WEEKDAYS[each] for each in every.weekdays]
    if every.interval == 1:
        if len(names) == 7:
            return "Tous les jours"
        return f"Tous les {_list([f'{name}s' for name in names])}"
    article = "les" if names[1:] else "le"
    return f"Toutes les {every.interval}{THIN}semaines, {article} {_list(names)},"


def _monthly(every: Recurrence) -> str:
    where = _where_in_month(every)
    short = every.month_day or 0
    if every.interval > 1:
        rest = f" dans les mois qui comptent un {short}," if short > 28 else ""
        return f"Tous les {every.interval}{THIN}mois, le {where},{rest}"
    rest = " qui en compte un," if short > 28 else ""
    return f"Le {where} de chaque mois{rest}"


def _where_in_month(every: Recurrence) -> str:
    if every.nth is not None:
        return f"{NTH[every.nth]} {WEEKDAYS[every.weekdays[0]]}"
    if every.month_day == LAST:
        return "dernier jour"
    return _number(every.month_day or 1)


def _yearly(every: Recurrence) -> str:
    month = MONTHS[(every.month or 1) - 1]
    when = f"{_number(every.month_day or 1)} {month}"
    if every.month_day == LAST:
        when = f"dernier jour {_of(month)}"
    years = "Chaque année"
    if every.interval > 1:
        years = f"Tous les {every.interval}{THIN}ans"
    if (every.month, every.month_day) == (2, 29):
        return f"{years}, le {when}, les années bissextiles seulement,"
    return f"{years}, le {when},"


def _of(month: str) -> str:
    """d'avril, d'août, d'octobre; de mars."""
    return f"d’{month}" if month[0] in "ao" else f"de {month}"


def _span(schedule: Schedule, start: date) -> str:
    if schedule.until == start:
        return f"le {day(start)} seulement"
    if schedule.until:
        return f"du {day(start)} au {day(schedule.until)}"
    if schedule.count == 1:
        return f"à partir du {day(start)}, une seule fois"
    if schedule.count:
        return f"à partir du {day(start)}, {schedule.count}{THIN}fois"
    return f"à partir du {day(start)}"


def _exceptions(excluded: Sequence[date]) -> str:
    if not excluded:
        return ""
    if len(excluded) > SHOWN:
        return f", sauf {len(excluded)}{THIN}dates"
    article = "les" if excluded[1:] else "le"
    return f", sauf {article} {_list([day(each) for each in excluded])}"
