"""Some of the people who match, and what it is about them."""

from datetime import datetime
from typing import NamedTuple

from devices.models import Person

from . import agreement_clauses, campaign_clauses, estimate, explain, listed, select
from .fields import FIELDS
from .tree import Condition, Group, Membership, Rule
from .wording import spoken

SHOWN = 10
CONDITIONS = 4
"""Of each person so many are told: enough to recognise them by."""

NAMED = {
    "campaign": campaign_clauses.campaign,
    "primer": agreement_clauses.primer,
    "list": listed.called,
}
"""What is kept by its number, and how it is called."""

PATIENCE = (2.0, 1.0, 1.0)


class Example(NamedTuple):
    """Somebody who matches; ``facts`` are (what was looked at, what is true)."""

    person: Person
    facts: list[tuple[str, str]]


def some(rule: Rule, application_id: int, *, at: datetime) -> list[Example]:
    """The ten newest who match, of everybody or of a sample; raises TooSlow.

    ``rule`` is one that `memberships.known` gave.
    """
    everybody = Person.objects.present().filter(application=application_id)
    people = everybody.filter(select.to_q(rule, at=at)).order_by("-pk")
    found, _scale = estimate.sampled(
        people, lambda these: list(these[:SHOWN]), patience=PATIENCE
    )
    return [Example(each, facts(rule, each, at=at)) for each in found]


def facts(rule: Rule, person: Person, *, at: datetime) -> list[tuple[str, str]]:
    """The first conditions that hold for them, with what is true."""
    first = tuple(list(rule.conditions())[:CONDITIONS])
    answers = explain.person(Group(match="any", rules=first), person, at=at)
    return [
        (subject(condition), answer.actual)
        for condition, answer in zip(first, answers, strict=True)
        if answer.matched
    ]


def subject(condition: Condition) -> str:
    """What a condition looks at, in a word or two."""
    value = condition.value
    if isinstance(value, Membership):
        return value.title
    if named := NAMED.get(condition.field):
        return named(condition.name)
    return spoken(condition.name) or str(FIELDS[condition.field].label)
