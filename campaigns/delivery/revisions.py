"""Freeze a campaign into the immutable revision that its runs point to."""

import hashlib
import json
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Max

from campaigns.audience import select
from campaigns.models import Campaign, Revision

Parts = dict[str, dict[str, Any]]


def freeze(
    campaign: Campaign,
    *,
    user: User | None,
    schedule: dict[str, Any] | None = None,
) -> Revision:
    """The revision with this campaign's content, audience, schedule and settings.

    An equal one is used again. ``schedule`` replaces the campaign's own. The caller
    holds the campaign's row lock, or two revisions may want the same number.
    """
    return _kept(campaign, _parts(campaign, schedule), user=user)


def _kept(campaign: Campaign, parts: Parts, *, user: User | None) -> Revision:
    digest = _digest(parts)
    same = campaign.revisions.filter(digest=digest).order_by("-number").first()
    if same is not None:
        return same
    last = campaign.revisions.aggregate(last=Max("number"))["last"] or 0
    return Revision.objects.create(
        campaign=campaign,
        number=last + 1,
        digest=digest,
        created_by=user,
        **parts,
    )


def corrected(before: Revision, content: dict[str, Any], *, user: User) -> Revision:
    """The same audience, schedule and settings with another content.

    The caller holds the campaign's row lock.
    """
    parts = {
        "content": content,
        "audience": before.audience,
        "schedule": before.schedule,
        "settings": before.settings,
    }
    return _kept(before.campaign, parts, user=user)


def retargeted(before: Revision, audience: dict[str, Any], *, user: User) -> Revision:
    """The same content, schedule and settings for another audience.

    The caller holds the campaign's row lock.
    """
    parts = {
        "content": before.content,
        "audience": audience,
        "schedule": before.schedule,
        "settings": before.settings,
    }
    return _kept(before.campaign, parts, user=user)


def _parts(campaign: Campaign, schedule: dict[str, Any] | None) -> Parts:
    return {
        "content": campaign.content(),
        "audience": select.of_campaign(campaign),
        "schedule": campaign.schedule if schedule is None else schedule,
        "settings": {
            "purpose": campaign.purpose,
            "topic": campaign.topic_id,
            "ttl": campaign.ttl,
            "policy": campaign.policy,
            **_speed(campaign),
            **({"reach": campaign.reach} if campaign.reach else {}),
            **({"win_back": True} if campaign.win_back else {}),
        },
    }


def _speed(campaign: Campaign) -> dict[str, int]:
    """Absent is no limit: older revisions say nothing of one."""
    chosen = campaign.per_minute
    return {} if chosen is None else {"per_minute": chosen}


def _digest(parts: Parts) -> str:
    """SHA-256 of the parts in one spelling, as 64 hexadecimal digits."""
    spelled = json.dumps(
        parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(spelled.encode()).hexdigest()
