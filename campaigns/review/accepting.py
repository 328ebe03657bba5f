"""Which ambers somebody has looked at and accepted, and whether that still holds.

An acceptance is of what a field said then: another value of that field asks again,
while another count of the same thing does not.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from campaigns.audience import select
from campaigns.models import Campaign, CheckAcceptance, variants

from .problem import Problem

TEXTS = ("title", "body")
AUDIENCE = ("audience", "segment")
COLUMNS = frozenset(each.name for each in Campaign._meta.concrete_fields)


@dataclass(frozen=True, slots=True)
class Sorted:
    """Ambers that wait for somebody, and those with who accepted them."""

    open: list[Problem]
    accepted: list[tuple[Problem, CheckAcceptance]]


def sort(campaign: Campaign, looks: Sequence[Problem]) -> Sorted:
    """The "look" problems of a campaign as it is now."""
    kept = {each.key: each for each in campaign.acceptances.select_related("user")}
    waiting, accepted = [], []
    for each in looks:
        found = kept.get(each.key)
        if found is not None and found.mark == mark(campaign, each):
            accepted.append((each, found))
        else:
            waiting.append(each)
    return Sorted(waiting, accepted)


def rows(campaign: Campaign, looks: Iterable[Problem]) -> list[CheckAcceptance]:
    """What to keep of these when they are accepted; nothing is written."""
    return [
        CheckAcceptance(
            campaign=campaign,
            key=each.key,
            mark=mark(campaign, each),
            sentence=str(each.sentence),
        )
        for each in looks
    ]


def mark(campaign: Campaign, problem: Problem) -> str:
    """A digest of all that the problem is about, as it is now."""
    fields = (problem.field, *problem.about)
    mine = variants.view(campaign, problem.variant) if problem.variant else campaign
    said = {each: _value(mine, each) for each in fields}
    spelled = json.dumps(said, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(spelled.encode()).hexdigest()


def _value(campaign: Campaign, field: str) -> Any:
    """What a field says; for what is no field, which version it is: any change asks."""
    if field in TEXTS:
        return [getattr(campaign, each) for each in TEXTS]
    if field in AUDIENCE:
        return select.of_campaign(campaign)
    tag, _dot, name = field.rpartition(".")
    if tag:
        return _translated(campaign, tag, name)
    platform, _colon, name = field.rpartition(":")
    if platform:
        return _on(campaign.platforms, platform, name)
    if field == "languages":
        return [campaign.locale, campaign.translations]
    if field in COLUMNS:
        return campaign.serializable_value(field)
    return campaign.version


def _translated(campaign: Campaign, tag: str, name: str) -> Any:
    found = (each for each in campaign.translations if each["locale"] == tag)
    said: dict[str, Any] = next(found, {})
    platform, _colon, name = name.rpartition(":")
    if platform:
        return _on(said.get("platforms", {}), platform, name)
    return [said.get(each) for each in (TEXTS if name in TEXTS else (name,))]


def _on(platforms: dict[str, dict[str, Any]], platform: str, name: str) -> Any:
    return [platforms.get(each, {}).get(name) for each in (platform, "all")]
