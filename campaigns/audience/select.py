"""From an audience to its people, through the closed table and nowhere else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.models.campaigns import AudienceKind
from devices.models import Person

from . import rules
from .fields import row_of
from .tree import Condition, Rule

Audience = Mapping[str, Any]
"""What a revision keeps: kind, rule (JSON or None), segment (id or None), name."""


class NoAudience(ValueError):
    """Nobody chose who gets it: there is no default. Ask the person to choose."""


def of_campaign(campaign: Campaign) -> dict[str, Any]:
    """The audience as a campaign has it now, in the shape a revision keeps."""
    segment = campaign.segment if campaign.audience == AudienceKind.SEGMENT else None
    return {
        "kind": campaign.audience,
        "rule": segment.rule if segment else None,
        "segment": segment.pk if segment else None,
        "name": segment.name if segment else "",
    }


def people(
    application_id: int, audience: Audience, *, at: datetime
) -> QuerySet[Person]:
    """The people who match now, before any gate: neither erased nor merged.

    Raises NoAudience where nobody chose, RuleError where the rule cannot be used.
    """
    base = Person.objects.present().filter(application_id=application_id)
    if audience.get("kind") == AudienceKind.EVERYONE:
        return base
    if audience.get("kind") != AudienceKind.SEGMENT or not audience.get("rule"):
        raise NoAudience(_("Choose who receives this message."))
    return base.filter(to_q(rules.parse(audience["rule"]), at=at))


def to_q(node: Rule | Condition, *, at: datetime) -> Q:
    """The query of a parsed rule; ``at`` ends its windows and dates its "today"."""
    if isinstance(node, Condition):
        return row_of(node).query(node.name, node.value, at)
    whole = Q()
    for each in node.rules:
        part = to_q(each, at=at)
        whole = whole & part if node.match == "all" else whole | part
    return whole
