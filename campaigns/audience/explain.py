"""Why one person is in an audience, or is not: each condition with what is true."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from devices.models import Event, Installation, Person, Topic
from devices.models.consents import PreferenceState
from devices.models.installations import Platform

from . import select, sentences
from .tree import Condition, Rule


class Answer(NamedTuple):
    """One condition: its sentence, whether it holds, and the actual value in words."""

    sentence: str
    matched: bool
    actual: str


def person(rule: Rule, person: Person, *, at: datetime) -> list[Answer]:
    """Every condition of the rule, in its order, for this person.

    Whether one holds is asked of the database by the very query that selects.
    """
    conditions = list(rule.conditions())
    mine = Person.objects.filter(pk=person.pk)
    return [
        Answer(
            sentence=sentences.of_condition(each),
            matched=mine.filter(select.to_q(each, at=at)).exists(),
            actual=actual(each, person),
        )
        for each in conditions
    ]


def matches(rule: Rule, person: Person, *, at: datetime) -> bool:
    """Whether the whole rule holds for this person."""
    return Person.objects.filter(pk=person.pk).filter(select.to_q(rule, at=at)).exists()


def actual(condition: Condition, person: Person) -> str:
    """What the condition looks at, as this person has it: "unknown" for nothing."""
    family = condition.field.partition(".")[0]
    return READ[family](condition, person) or _("unknown")


def _attribute(condition: Condition, person: Person) -> str:
    value = person.attributes.get(condition.name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return formats.number_format(value, use_l10n=True)
    return "" if value is None else str(value)


def _moment(value: datetime | None) -> str:
    if value is None:
        return ""
    return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")


def _platforms(condition: Condition, person: Person) -> str:
    found = _devices(person, "platform")
    return ", ".join(str(Platform(each).label) for each in found) or _("no device")


def _versions(condition: Condition, person: Person) -> str:
    return ", ".join(filter(None, _devices(person, "app_version")))


def _devices(person: Person, column: str) -> list[str]:
    mine = Installation.objects.filter(person=person, retired_at=None)
    return list(mine.order_by(column).values_list(column, flat=True).distinct())


def _topic(condition: Condition, person: Person) -> str:
    topic = Topic.objects.filter(
        application=person.application_id, key=condition.name
    ).first()
    if topic is None:
        return _("there is no such topic")
    answer = topic.preferences.filter(person=person).first()
    if answer is None:
        return _("on by default") if topic.default_on else _("off by default")
    return _("on") if answer.is_on else _("off")


def _preference(condition: Condition, person: Person) -> str:
    said = getattr(person, "preference", None)
    return str(said.get_state_display() if said else PreferenceState.SUBSCRIBED.label)


def _event(condition: Condition, person: Person) -> str:
    mine = Event.objects.filter(person=person, name=condition.name)
    times = mine.count()
    if not times:
        return _("never")
    last = mine.latest("at").at
    return ngettext(
        "%(times)d time, on %(last)s", "%(times)d times, last on %(last)s", times
    ) % {"times": times, "last": _moment(last)}


READ: Mapping[str, Callable[[Condition, Any], str]] = {
    "attribute": _attribute,
    "language": lambda condition, person: person.locale,
    "country": lambda condition, person: person.country,
    "zone": lambda condition, person: person.zone,
    "created": lambda condition, person: _moment(person.created_at),
    "last_seen": lambda condition, person: _moment(person.last_seen_at) or _("never"),
    "platform": _platforms,
    "app_version": _versions,
    "topic": _topic,
    "preference": _preference,
    "bucket": lambda condition, person: str(person.bucket),
    "event": _event,
}
