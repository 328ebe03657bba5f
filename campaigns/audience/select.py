"""From an audience to its people, through the closed table and nowhere else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.models.campaigns import AudienceKind
from devices.models import Person

from . import memberships, rules
from .fields import row_of
from .negation import opposite
from .tree import Condition, Membership, Rule

Audience = Mapping[str, Any]
"""What a revision keeps: kind, rule (JSON or None), segment (id or None), name."""


class NoAudience(ValueError):
    """Nobody chose who gets it: there is no default. Ask the person to choose."""


def of_campaign(campaign: Campaign) -> dict[str, Any]:
    """The audience as a campaign has it now, in the shape a revision keeps."""
    segment = campaign.segment if campaign.audience == AudienceKind.SEGMENT else None
    return {
        "kind": campaign.audience,
        "rule": memberships.kept(segment) if segment else None,
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
    rule = memberships.known(rules.parse(audience["rule"]), application_id)
    return base.filter(to_q(rule, at=at))


def to_q(node: Rule | Condition, *, at: datetime) -> Q:
    """The query of a rule; ``at`` ends its windows and dates its "today".

    What the rule says of other segments was looked up: `memberships.known`.
    """
    if isinstance(node, Condition):
        value = node.value
        if isinstance(value, Membership):
            value = to_q(value.rule, at=at)
        return row_of(node).query(node.name, value, at)
    whole = Q()
    for each in node.rules:
        part = to_q(each, at=at)
        whole = whole & part if node.match == "all" else whole | part
    return opposite(whole) if node.match == "none" else whole
