"""The saved segments that one person is in now."""

from datetime import datetime

from django.db.models import Case, Value, When

from campaigns.models import Segment
from devices.models import Person

from . import limits, memberships, rules, select

ASKED = 30
"""Segments asked about one person: one statement for all of them."""

SECONDS = 1.0


def segments(person: Person, *, at: datetime) -> list[Segment]:
    """Those of the first thirty by name; none that cannot be used.

    Raises TooSlow after a second.
    """
    rows = Segment.objects.filter(application=person.application_id, archived_at=None)
    asked = {
        segment: Case(When(select.to_q(rule, at=at), then=Value(1)), default=Value(0))
        for segment in rows[:ASKED]
        if (rule := _usable(segment)) is not None
    }
    if not asked:
        return []
    named = {f"in_{segment.pk}": case for segment, case in asked.items()}
    mine = Person.objects.filter(pk=person.pk).annotate(**named)
    with limits.seconds(SECONDS):
        held = mine.values(*named).first() or {}
    return [each for each in asked if held.get(f"in_{each.pk}")]


def _usable(segment: Segment) -> rules.Rule | None:
    try:
        rule = rules.parse(segment.rule)
        return memberships.known(rule, segment.application_id, inside=(segment.pk,))
    except rules.RuleError:
        return None
