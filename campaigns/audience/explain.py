"""Why one person is in an audience, or is not: each condition with what is true."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, Q, Value, When
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from devices.models import Event, Person, Topic
from devices.models.consents import PreferenceState
from devices.models.installations import Platform

from . import campaign_queries, memberships, readings, select, sentences
from .readings import devices, moment, told
from .tree import Condition, Group, Membership, Rule


class Answer(NamedTuple):
    """One condition: its sentence, whether it holds, and the actual value in words."""

    sentence: str
    matched: bool
    actual: str


def person(rule: Rule, person: Person, *, at: datetime) -> list[Answer]:
    """Every condition of the rule, in its order, for this person.

    Whether each holds is asked of the database by the very query that selects, in
    one statement for all of them. Raises RuleError as `memberships.known` does.
    """
    whole = memberships.known(rule, person.application_id)
    conditions = list(whole.conditions())
    held = _held(conditions, person, at=at)
    return [
        Answer(
            sentence=sentences.of_condition(each),
            matched=matched,
            actual=actual(each, person, at=at),
        )
        for each, matched in zip(conditions, held, strict=True)
    ]


def _held(conditions: list[Condition], person: Person, *, at: datetime) -> list[bool]:
    asked = {
        f"holds_{number}": _yes(select.to_q(each, at=at))
        for number, each in enumerate(conditions)
    }
    rows = Person.objects.filter(pk=person.pk).annotate(**asked)
    found = rows.values_list(*asked).first()
    return [bool(each) for each in found or [0] * len(asked)]


def _yes(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0))


def matches(rule: Rule, person: Person, *, at: datetime) -> bool:
    """Whether the whole rule holds for this person; raises as `person` does."""
    whole = memberships.known(rule, person.application_id)
    mine = Person.objects.filter(pk=person.pk)
    return mine.filter(select.to_q(whole, at=at)).exists()


def actual(condition: Condition, person: Person, *, at: datetime) -> str:
    """What the condition looks at, as this person has it: "unknown" for nothing."""
    family = condition.field.partition(".")[0]
    if family == "segment":
        return _segment(condition, person, at)
    return READ[family](condition, person) or _("unknown")


def _attribute(condition: Condition, person: Person) -> str:
    value = person.attributes.get(condition.name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return formats.number_format(value, use_l10n=True)
    return "" if value is None else str(value)


def _platforms(condition: Condition, person: Person) -> str:
    found = devices(person, "platform")
    return ", ".join(str(Platform(each).label) for each in found) or _("no device")


def _versions(condition: Condition, person: Person) -> str:
    return told(person, "app_version")


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


def _share(condition: Condition, person: Person) -> str:
    share = formats.number_format(Decimal(person.bucket) / 100, use_l10n=True)
    return _("drawn at %(share)s %%") % {"share": share}


def _event(condition: Condition, person: Person) -> str:
    mine = Event.objects.filter(person=person, name=condition.name)
    times = mine.count()
    if not times:
        return _("never")
    last = mine.latest("at").at
    return ngettext(
        "%(times)d time, on %(last)s", "%(times)d times, last on %(last)s", times
    ) % {"times": times, "last": moment(last)}


def _property(condition: Condition, person: Person) -> str:
    mine = Event.objects.filter(person=person, name=condition.name)
    last = mine.order_by("-at").first()
    if last is None:
        return _("never")
    facts = {"value": last.properties.get(condition.value.name), "on": moment(last.at)}
    if facts["value"] is None:
        return _("last on %(on)s, without this property") % facts
    return _("last on %(on)s: %(value)s") % facts


def _messages(condition: Condition, person: Person) -> str:
    """When they last got, or opened, a message: of one campaign or of any."""
    last = (
        campaign_queries.last_opened
        if "opened" in condition.operator
        else (campaign_queries.last_sent)
    )
    return moment(last(person, condition.name)) or _("never")


def _segment(condition: Condition, person: Person, at: datetime) -> str:
    """Which of the other segment's conditions do not hold."""
    value = condition.value
    if not isinstance(value, Membership):
        return ""
    if matches(value.rule, person, at=at):
        return _("in it")
    failed = [each for each in value.rule.rules if not _holds(each, person, at)]
    first = next((each for each in failed if isinstance(each, Condition)), None)
    if first is None:
        return _("not in it")
    facts = {"sentence": sentences.of_condition(first)}
    return _("not in it, which wants: %(sentence)s") % facts


def _holds(node: Condition | Group, person: Person, at: datetime) -> bool:
    mine = Person.objects.filter(pk=person.pk)
    return mine.filter(select.to_q(node, at=at)).exists()


READ: Mapping[str, Callable[[Condition, Any], str]] = {
    "attribute": _attribute,
    "language": lambda condition, person: person.locale,
    "country": lambda condition, person: person.country,
    "zone": lambda condition, person: person.zone,
    "created": lambda condition, person: moment(person.created_at),
    "last_seen": lambda condition, person: moment(person.last_seen_at) or _("never"),
    "platform": _platforms,
    "app_version": _versions,
    "topic": _topic,
    "preference": _preference,
    "bucket": _share,
    "event": _event,
    "event_property": _property,
    "messages": _messages,
    "campaign": _messages,
    **readings.READ,
}
